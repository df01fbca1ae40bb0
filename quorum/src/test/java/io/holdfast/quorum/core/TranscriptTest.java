package io.holdfast.quorum.core;

import static io.holdfast.quorum.core.Scene.A;
import static io.holdfast.quorum.core.Scene.B;
import static io.holdfast.quorum.core.Scene.C;
import static io.holdfast.quorum.core.Scene.accepts;
import static io.holdfast.quorum.core.Scene.batch;
import static io.holdfast.quorum.core.Scene.prepareFor;
import static io.holdfast.quorum.core.Scene.probes;
import static io.holdfast.quorum.core.Scene.promised;
import static io.holdfast.quorum.core.Scene.slot;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.acceptor.core.AcceptorReply.AcceptedPair;
import io.holdfast.acceptor.core.AcceptorReply.Rejected;
import io.holdfast.acceptor.core.AcceptorRequest.Accept;
import io.holdfast.acceptor.core.AcceptorRequest.Prepare;
import io.holdfast.acceptor.core.AcceptorRequest.Probe;
import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Slot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What one coordinator is told and does, as text that a reader can follow. A change of behaviour
 * shows as a change of these files; {@code -Dholdfast.transcripts=rewrite} writes them anew.
 */
class TranscriptTest {

  private static final Path FOLDER = Path.of("src", "test", "resources", "transcripts");

  private final Scene scene = Scene.of(2, A, B, C);

  @Test
  void electionReadsAsWritten() throws IOException {
    scene.alive(C);
    long nonce = scene.campaign();
    Prepare prepare = prepareFor(A, scene.grant(B, nonce));
    scene.replied(A, promised(prepare, 0));
    AcceptedPair open = new AcceptedPair(slot(2), new Ballot(1, C), batch("left open"));
    scene.replied(B, promised(prepare, 0, open));

    compare("election");
  }

  @Test
  void writeAndReadReadAsWritten() throws IOException {
    scene.lead(B);
    Accept accept = accepts(scene.propose(1, "put"), A).get(0);
    scene.accepted(A, accept);
    scene.accepted(B, accept);
    scene.executed(1, accept.batch());
    Probe probe = probes(scene.read(2), A).get(0);
    scene.confirm(A, probe);
    scene.confirm(C, probe);
    scene.accepted(C, accept);

    compare("write-and-read");
  }

  @Test
  void failOverReadsAsWritten() throws IOException {
    scene.lead(B);
    Accept accept = accepts(scene.propose(1, "put"), A).get(0);
    scene.accepted(A, accept);
    scene.replied(C, new Rejected(accept.ballot(), accept.slot(), new Ballot(7, C)));
    scene.propose(2, "refused");
    scene.heartbeat(new Ballot(7, C), 0);
    // The new leader falls silent; this member takes over and finds its own value again.
    long nonce = scene.campaign();
    Prepare prepare = prepareFor(A, scene.grant(B, nonce));
    AcceptedPair own = new AcceptedPair(slot(1), accept.ballot(), accept.batch());
    scene.replied(A, promised(prepare, 0, own));
    Accept again = accepts(scene.replied(B, promised(prepare, 0)), A).get(0);
    scene.accepted(A, again);
    scene.accepted(B, again);
    scene.executed(1, again.batch());

    assertThat(again.batch()).isEqualTo(accept.batch());
    assertThat(again.chosenUpTo()).isEqualTo(Slot.ZERO);
    compare("fail-over");
  }

  private void compare(String name) throws IOException {
    Path file = FOLDER.resolve(name + ".txt");
    if ("rewrite".equals(System.getProperty("holdfast.transcripts"))) {
      Files.createDirectories(FOLDER);
      Files.writeString(file, scene.transcript());
    }
    List<String> expected = Files.readAllLines(file);
    assertThat(scene.transcript().lines()).containsExactlyElementsOf(expected);
  }
}
