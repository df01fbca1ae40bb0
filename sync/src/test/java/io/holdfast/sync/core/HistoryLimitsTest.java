package io.holdfast.sync.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.holdfast.sync.store.InMemoryReplicaStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A leader has history compacted through the log, by the limits that it has. */
class HistoryLimitsTest {

  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final int KEPT = 160;

  private final SteppedReplica leader =
      new SteppedReplica(
          new InMemoryReplicaStore(new StateTerms(10_000, 1_000, 64L << 20)),
          new ArrayList<>(),
          settings(new HistoryLimits(Duration.ofHours(1), 1 << 30, KEPT)));
  private long lastId;

  private static ReplicaSettings settings(HistoryLimits history) {
    ServingSettings s = SteppedReplica.SETTINGS.serving();
    return SteppedReplica.serving(
        new ServingSettings(
            s.maxStoreQuestions(),
            s.maxWatches(),
            s.maxExpectedWait(),
            s.idRetention(),
            s.minIdAge(),
            s.maxEntryBytes(),
            s.housekeepingPause(),
            history));
  }

  /** Puts, the leader's clock standing still but for a second after every ten. */
  private List<Command> write(int writes) {
    List<Command> proposed = new ArrayList<>();
    for (int n = 0; n < writes; n++) {
      leader.run(Commands.put(++lastId, "k" + n % 7, "v" + lastId));
      if (n % 10 == 9) {
        List<Command> some = SteppedReplica.proposed(leader.pass(SECOND));
        proposed.addAll(some);
        some.forEach(command -> leader.run(Commands.of(++lastId, command)));
      }
    }
    return proposed;
  }

  @Test
  void leaderHasHistoryCompactedThroughTheLog() {
    leader.leads(1_000);
    List<Command> proposed = write(1_000);

    assertThat(proposed)
        .isNotEmpty()
        .allSatisfy(command -> assertThat(command).isInstanceOf(Command.ForgetHistory.class));
    StateHeader state = leader.core().state();
    assertThat(state.revision() - state.compacted()).isBetween(KEPT - 30L, KEPT + 10L);
  }

  @Test
  void followerCompactsNothingOfItsOwnAccordAndKnowsTheAgesWhenItLeads() {
    assertThat(write(1_000)).isEmpty();
    assertThat(leader.core().state().compacted()).isZero();

    leader.leads(1_000);
    assertThat(SteppedReplica.proposed(leader.pass(SECOND)))
        .containsExactly(new Command.ForgetHistory(1_000 - KEPT));
  }

  @Test
  void proposesAgainWhatWasLostAfterAPauseAndNotBefore() {
    write(1_000);
    leader.leads(1_000);
    assertThat(SteppedReplica.proposed(leader.pass(SECOND))).hasSize(1);
    assertThat(SteppedReplica.proposed(leader.pass(Duration.ofMillis(10)))).isEmpty();
    assertThat(SteppedReplica.proposed(leader.pass(SECOND))).hasSize(1);
  }

  /** It knows how many bytes and revisions there are, and takes all of it for young. */
  @Test
  void restartedLeaderGoesOnCompacting() {
    write(1_000);
    leader.flush();
    leader.crashAndRestart();
    leader.leads(1_000);

    assertThat(SteppedReplica.proposed(leader.pass(SECOND)))
        .singleElement()
        .isInstanceOfSatisfying(
            Command.ForgetHistory.class,
            forget -> assertThat(forget.revision()).isBetween(1_000L - KEPT, 900L));
  }

  @Test
  void forgettingHistoryIsCompactionAndNobodysWrite() {
    write(100);
    long ids = leader.core().state().nextWriteOrdinal();
    assertThat(leader.run(Commands.of(7_777, new Command.ForgetHistory(50))))
        .isEqualTo(new CommandResult.Housekept());
    assertThat(leader.core().state().compacted()).isEqualTo(50);
    assertThat(leader.run(Commands.of(7_777, new Command.ForgetHistory(40))))
        .isEqualTo(new CommandResult.Housekept());
    assertThat(leader.core().state().compacted()).isEqualTo(50);
    assertThat(leader.core().state().nextWriteOrdinal()).isEqualTo(ids);
  }

  @Test
  void refusesLimitsOfNothing() {
    assertThatIllegalArgumentException().isThrownBy(() -> new HistoryLimits(Duration.ZERO, 1, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new HistoryLimits(SECOND, 0, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new HistoryLimits(SECOND, 1, 0));
  }
}
