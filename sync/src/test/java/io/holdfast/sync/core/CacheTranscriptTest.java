package io.holdfast.sync.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The races of docs/CACHE.md, step by step, as text that a reader can follow. A change of behaviour
 * shows as a change of these files; {@code -Dholdfast.transcripts=rewrite} writes them anew, and
 * the document must then quote them anew.
 */
class CacheTranscriptTest {

  private static final Path FOLDER = Path.of("src", "test", "resources", "transcripts");
  private static final Path DOCUMENT = Path.of("..", "docs", "CACHE.md");
  private static final Pattern QUOTE =
      Pattern.compile("<!-- transcript: (\\S+) -->\\s*```text\\n(.*?)```", Pattern.DOTALL);

  private final SteppedReplica leader = SteppedReplica.of(SteppedReplica.rotatingAfter(2));
  private final ReplicaTranscript transcript = leader.transcript();

  @Test
  void deleteAcrossARotationReadsAsWritten() throws IOException {
    transcript.begin(leader.core());
    transcript.note("\"k\" is not there, and a delete of it is on its way");
    ByteString delete = leader.admit(Commands.delete(1, "k"));
    transcript.note("two other commands are placed before it; the cache rotates after the second");
    leader.run(Commands.put(2, "k", "1"));
    leader.run(Commands.put(3, "other", "1"));
    transcript.note("only gen1 has \"k\" by now; the delete finds it all the same");
    leader.choose(delete);
    leader.flush();
    leader.crashAndRestart();
    assertThat(leader.read("k")).isEmpty();

    compare("delete-across-a-rotation");
  }

  @Test
  void staleShippedValueReadsAsWritten() throws IOException {
    putIntoTheStoreAlone();
    transcript.note("a transaction that reads it is admitted: its plan ships the value");
    ByteString stale = leader.admit(flagIfOld(6));
    transcript.note("the value changes and the cache rotates before the transaction's turn comes");
    leader.run(Commands.put(7, "k", "new"));
    leader.run(Commands.put(8, "other", "5"));
    transcript.note("what is cached wins over what was shipped");
    leader.choose(stale);
    assertThat(leader.read("flag")).isEmpty();

    compare("stale-shipped-value");
  }

  @Test
  void twoRotationsReadAsWritten() throws IOException {
    putIntoTheStoreAlone();
    ByteString stale = leader.admit(flagIfOld(6));
    leader.run(Commands.put(7, "k", "new"));
    transcript.note(
        "two rotations: no generation holds \"k\" any more, and what the plan ships is out of date");
    leader.run(Commands.put(8, "other", "5"));
    rotate(9);
    leader.flush();
    transcript.note("the transaction is refused, and what it ships is not taken in");
    leader.choose(stale);
    transcript.note("the newest value comes from the store");
    assertThat(leader.read("k")).contains("new");
    assertThat(leader.read("flag")).isEmpty();

    compare("two-rotations");
  }

  private void putIntoTheStoreAlone() {
    leader.run(Commands.put(1, "k", "old"));
    rotate(2);
    rotate(4);
    leader.flush();
    transcript.begin(leader.core());
    transcript.note("\"k\" = \"old\" is in the store, and in no generation any more");
  }

  /** Two commands in one slot. */
  private void rotate(long id) {
    leader.choose(
        leader.admit(Commands.put(id, "other", "" + id)),
        leader.admit(Commands.put(id + 1, "other", "" + (id + 1))));
  }

  private static WriteCommand flagIfOld(long id) {
    return Commands.transaction(
        id, List.of(Commands.has("k", "old")), List.of(Commands.set("flag", "set")), List.of());
  }

  private void compare(String name) throws IOException {
    Path file = FOLDER.resolve(name + ".txt");
    if ("rewrite".equals(System.getProperty("holdfast.transcripts"))) {
      Files.createDirectories(FOLDER);
      Files.writeString(file, transcript.toString());
    }
    assertThat(transcript.toString().lines()).containsExactlyElementsOf(Files.readAllLines(file));
  }

  @Test
  void documentQuotesEveryTranscriptAsItIs() throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> folder = Files.list(FOLDER)) {
      for (Path file : folder.toList()) {
        String name = String.valueOf(file.getFileName());
        files.put(name.substring(0, name.lastIndexOf('.')), Files.readString(file));
      }
    }
    Map<String, String> quotes =
        QUOTE
            .matcher(Files.readString(DOCUMENT))
            .results()
            .collect(
                Collectors.toMap(
                    quote -> quote.group(1),
                    quote -> quote.group(2),
                    (one, other) -> one,
                    TreeMap<String, String>::new));

    assertThat(files).isNotEmpty();
    assertThat(quotes).isEqualTo(files);
  }
}
