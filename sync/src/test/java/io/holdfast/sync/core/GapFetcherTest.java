package io.holdfast.sync.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.Now;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * With the settings of a node: answers are waited for long, since a journal may have to be read.
 */
final class GapFetcherTest {

  private static final MemberId A = new MemberId(new NodeId("a"), 1);
  private static final MemberId B = new MemberId(new NodeId("b"), 2);
  private static final MemberId C = new MemberId(new NodeId("c"), 3);
  private static final Slot MISSING = new Slot(7);

  private final GapFetcher fetcher = new GapFetcher(A, List.of(A, B, C), ReplicaSettings.DEFAULTS);
  private long nowMillis = 1_000_000;

  private Now now() {
    return new Now(nowMillis * 1_000_000, 0);
  }

  private Optional<MemberId> askedAfter(long millis) {
    nowMillis += millis;
    return fetcher.next(MISSING, false, false, now()).map(GapFetcher.Question::to);
  }

  private void askTheLeader(MemberId leader) {
    fetcher.leader(leader);
    assertThat(askedAfter(0)).isEmpty();
    assertThat(askedAfter(200)).contains(leader);
  }

  @Test
  void waitsLongEnoughForALargeSegmentToBeReadFromASlowDisk() {
    askTheLeader(C);
    fetcher.leader(C);

    assertThat(askedAfter(9_900)).isEmpty();
    assertThat(fetcher.asked()).isPresent();
    assertThat(askedAfter(200)).isEmpty();
    assertThat(askedAfter(200)).contains(B);
  }

  @Test
  void asksTheNewLeaderSoonWhenTheOldOneWasAsked() {
    askTheLeader(C);
    fetcher.leader(B);

    assertThat(askedAfter(0)).isEmpty();
    assertThat(askedAfter(900)).isEmpty();
    assertThat(askedAfter(200)).contains(B);
    assertThat(askedAfter(5_000)).isEmpty();
    assertThat(fetcher.asked()).isPresent();
  }

  @Test
  void asksTheCandidateThatWaitsSoonWhenAnotherWasAsked() {
    askTheLeader(C);
    for (int hurries = 0; hurries < 11; hurries++) {
      fetcher.hurry(B, now());
      assertThat(askedAfter(100)).isEmpty();
    }

    assertThat(askedAfter(100)).contains(B);
    fetcher.hurry(B, now());
    assertThat(askedAfter(5_000)).isEmpty();
  }

  @Test
  void takesAnAnswerThatComesWhileItIsInDoubt() {
    askTheLeader(C);
    fetcher.leader(B);
    askedAfter(500);
    fetcher.helped();

    assertThat(askedAfter(0)).contains(C);
    assertThat(askedAfter(5_000)).isEmpty();
  }

  @Test
  void asksEveryoneThoughWhoHasTrimmedItIsNamedAgainAndAgain() {
    askTheLeader(C);
    fetcher.trimmed(now());
    fetcher.hurry(C, now());

    assertThat(askedAfter(0)).contains(B);
    assertThat(fetcher.askedAllInVain()).isFalse();
    fetcher.trimmed(now());
    assertThat(fetcher.askedAllInVain()).isTrue();
    fetcher.hurry(C, now());
    assertThat(askedAfter(0)).as("nobody else is left").contains(C);
  }
}
