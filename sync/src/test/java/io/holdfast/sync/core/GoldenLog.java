package io.holdfast.sync.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Batch;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** A file with a log, and what each of its slots was executed as when it was written. */
record GoldenLog(Path file) {

  /**
   * A slot as it was executed then.
   *
   * @param batch what was chosen
   * @param outcomes the canonical outcome of each command
   * @param chainHash the hash of the chain after it
   */
  record Executed(Batch batch, List<ByteString> outcomes, Digest chainHash) {}

  static GoldenLog of(String name) {
    return new GoldenLog(Path.of("src", "test", "resources", "golden", name));
  }

  static String hex(ByteString bytes) {
    return bytes.isEmpty() ? "-" : HexFormat.of().formatHex(bytes.toByteArray());
  }

  private static ByteString bytes(String hex) {
    return hex.equals("-") ? ByteString.EMPTY : ByteString.fromHex(hex);
  }

  /** A log as it stands in such a file, executed by a new state machine. */
  static String text(StateMachine machine, List<Batch> log) {
    StringBuilder text = new StringBuilder();
    for (int n = 0; n < log.size(); n++) {
      ApplyResult result = machine.apply(new Slot(n + 1L), log.get(n));
      text.append("# slot ").append(n + 1);
      result
          .outcomes()
          .forEach(o -> text.append(", ").append(o.result().getClass().getSimpleName()));
      text.append("\nbatch ").append(hex(log.get(n).bytes())).append('\n');
      result.encodedOutcomes().forEach(o -> text.append("outcome ").append(hex(o)).append('\n'));
      text.append("chain ").append(hex(result.chainHash().bytes())).append('\n');
    }
    return text.toString();
  }

  /** What stands in it. */
  List<Executed> slots() throws IOException {
    List<Executed> slots = new ArrayList<>();
    Batch batch = Batch.NO_OP;
    List<ByteString> outcomes = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      String rest = line.substring(line.indexOf(' ') + 1);
      if (line.startsWith("batch ")) {
        batch = Batch.of(bytes(rest));
        outcomes = new ArrayList<>();
      } else if (line.startsWith("outcome ")) {
        outcomes.add(bytes(rest));
      } else if (line.startsWith("chain ")) {
        slots.add(new Executed(batch, List.copyOf(outcomes), new Digest(bytes(rest))));
      }
    }
    return slots;
  }

  /** A machine executes what it has not yet as it was executed then. */
  static void assertAppliedAsThen(StateMachine machine, List<Executed> slots) {
    for (int n = (int) machine.applied().number(); n < slots.size(); n++) {
      Executed then = slots.get(n);
      ApplyResult now = machine.apply(new Slot(n + 1L), then.batch());
      assertThat(now.encodedOutcomes()).as("slot %d", n + 1).isEqualTo(then.outcomes());
      assertThat(now.chainHash()).as("slot %d", n + 1).isEqualTo(then.chainHash());
    }
  }

  /** This build writes the log, and executes it, as it stands in the file. */
  void assertIs(String text) throws IOException {
    if ("rewrite".equals(System.getProperty("holdfast.transcripts"))) {
      Files.writeString(file, text);
    }
    assertThat(text.lines()).containsExactlyElementsOf(Files.readAllLines(file));
  }
}
