package io.holdfast.quorum.core;

import static io.holdfast.quorum.core.Scene.A;
import static io.holdfast.quorum.core.Scene.B;
import static io.holdfast.quorum.core.Scene.C;
import static io.holdfast.quorum.core.Scene.slot;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.Now;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** A is asked; B and C are the others. */
class LogRetentionTest {

  private static final Duration MAX_SILENCE = Duration.ofMinutes(10);

  private final Peers peers = new Peers();
  private final LogRetention retention = new LogRetention(MAX_SILENCE, at(0));

  @Test
  void trimsWhatEveryMemberHolds() {
    said(B, 700, 0);
    said(C, 800, 0);

    assertThat(trimUpTo(2, 900, 0)).isEqualTo(slot(700));
    assertThat(trimUpTo(2, 600, 0)).isEqualTo(slot(600));
  }

  @Test
  void keepsAllForAMemberThatHasNotSaidAnythingYet() {
    said(B, 700, 0);

    assertThat(trimUpTo(2, 900, 0)).isEqualTo(Slot.ZERO);
    assertThat(trimUpTo(2, 900, MAX_SILENCE.toSeconds())).isEqualTo(Slot.ZERO);
  }

  @Test
  void trimsPastAMemberThatWasNeverHeardForTooLong() {
    said(B, 700, MAX_SILENCE.toSeconds());

    assertThat(trimUpTo(2, 900, MAX_SILENCE.toSeconds() + 1)).isEqualTo(slot(700));
  }

  @Test
  void waitsForASilentMemberAsLongAsAllowed() {
    said(C, 100, 60);
    said(B, 700, 60 + MAX_SILENCE.toSeconds());

    assertThat(trimUpTo(2, 900, 60 + MAX_SILENCE.toSeconds())).isEqualTo(slot(100));
    assertThat(trimUpTo(2, 900, 61 + MAX_SILENCE.toSeconds())).isEqualTo(slot(700));
  }

  /** TrimOnlyDurable: the bound of silence comes second. */
  @Test
  void neverTrimsWhatFewerThanWStoresHold() {
    said(B, 300, 0);
    long late = 2 * MAX_SILENCE.toSeconds();

    assertThat(trimUpTo(1, 900, late)).isEqualTo(slot(900));
    assertThat(trimUpTo(2, 900, late)).isEqualTo(slot(300));
    assertThat(trimUpTo(3, 900, late)).isEqualTo(Slot.ZERO);
  }

  @Test
  void wStoresOfEveryConfigurationThatStillVotesMustHoldIt() {
    said(B, 300, 0);
    said(C, 700, 0);
    Configuration all = configuration(1, A, B, C);
    Configuration fewer = configuration(2, A, B);
    long late = 2 * MAX_SILENCE.toSeconds();

    assertThat(
            retention.trimUpTo(List.of(all, fewer), Set.of(A, B, C), A, slot(900), peers, at(late)))
        .isEqualTo(slot(300));
  }

  @Test
  void neverTrimsWhatTheOwnStoreDoesNotHold() {
    said(B, 900, 0);
    said(C, 900, 0);

    assertThat(trimUpTo(2, 30, 0)).isEqualTo(slot(30));
  }

  /** TrimOnlyDurable: and so does the bound of room. */
  @Test
  void logsThatAreTooLongKeepWhatFewerThanWStoresHold() {
    said(B, 300, 0);
    said(C, 700, 0);
    Configuration all = configuration(2, A, B, C);
    Configuration fewer = configuration(2, A, B);

    assertThat(LogRetention.storedByEnough(List.of(all), A, slot(900), peers)).isEqualTo(slot(700));
    assertThat(LogRetention.storedByEnough(List.of(all, fewer), A, slot(900), peers))
        .isEqualTo(slot(300));
    assertThat(LogRetention.storedByEnough(List.of(all), A, slot(30), peers)).isEqualTo(slot(30));
  }

  private Slot trimUpTo(int w, long ownDurable, long seconds) {
    return retention.trimUpTo(
        List.of(configuration(w, A, B, C)),
        Set.of(A, B, C),
        A,
        slot(ownDurable),
        peers,
        at(seconds));
  }

  private static Configuration configuration(int w, MemberId... members) {
    return Configuration.of(new TreeSet<>(Set.of(members)), w);
  }

  private void said(MemberId member, long durable, long seconds) {
    peers.heard(member, at(seconds));
    peers.said(
        member, new MemberState(slot(durable), slot(durable), Digest.ZERO, slot(durable), 0));
  }

  private static Now at(long seconds) {
    return new Now(Duration.ofSeconds(seconds).toNanos(), 0);
  }
}
