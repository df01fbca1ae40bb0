package io.holdfast.chaos.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.chaos.core.Budget;
import io.holdfast.chaos.core.LinearizabilityChecker;
import io.holdfast.chaos.core.Verdict;
import io.holdfast.chaos.core.Verdict.Invalid;
import io.holdfast.chaos.core.Verdict.Valid;
import io.holdfast.chaos.live.Answer;
import io.holdfast.chaos.live.FrontDoor;
import io.holdfast.chaos.run.AtomicStore.Bug;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/**
 * The clients of each workload and its audit, at a store in memory that is right, and at others.
 */
class WorkloadsTest {

  private static final int CLIENTS = 8;
  private static final int TURNS = 1500;

  private final RunLog log = new RunLog(20_000);
  private int ids;

  @ParameterizedTest
  @EnumSource
  void findNothingWrongAtAStoreThatIsRight(WorkloadKind kind) {
    run(kind, Bug.NONE);
    assertThat(log.complaints()).isEmpty();
    assertThat(verdict()).isEqualTo(new Valid());
    assertThat(log.lostWrites()).isZero();
    assertThat(log.unknownOutcomes()).isPositive().isEqualTo(log.settledOutcomes());
    assertThat(log.acknowledgedWrites()).isGreaterThan(100);
  }

  @ParameterizedTest
  @CsvSource({
    "REGISTER, STALE",
    "REGISTER, GUARD_IGNORED",
    "REGISTER, DONE_AND_FENCED",
    "REGISTER, LOST",
    "COUNTER, STALE",
    "COUNTER, GUARD_IGNORED",
    "COUNTER, DONE_AND_FENCED",
    "COUNTER, LOST",
    "SET, DONE_AND_FENCED",
    "SET, LOST",
    "TRANSFER, DONE_AGAIN",
    "TRANSFER, GUARD_IGNORED",
    "TRANSFER, HALF_DONE",
    "TRANSFER, LOST",
    "TRANSFER, DONE_AND_FENCED"
  })
  void haveHistoriesWithoutAnOrderAtAStoreThatIsNot(WorkloadKind kind, Bug bug) {
    run(kind, bug);
    assertThat(verdict()).isInstanceOf(Invalid.class);
  }

  @ParameterizedTest
  @EnumSource(
      mode = Mode.INCLUDE,
      names = {"COUNTER", "SET", "TRANSFER"})
  void countWhatWasAcknowledgedAndIsLost(WorkloadKind kind) {
    run(kind, Bug.LOST);
    assertThat(log.lostWrites()).isPositive();
    assertThat(log.complaints()).isNotEmpty();
  }

  private Verdict verdict() {
    return LinearizabilityChecker.check(log.recorder().history(), Budget.DEFAULT);
  }

  /**
   * All in one thread, so that every run is the same: now and then, before a client's request is
   * carried out, one more client has its turn.
   */
  private void run(WorkloadKind kind, Bug bug) {
    AtomicStore store = new AtomicStore(bug, 7);
    List<Workload> workloads = kind.make(log, "test/", 12);
    Seat quiet = seat(store, CLIENTS);
    workloads.forEach(workload -> workload.open(quiet));
    List<Runnable> intruders =
        IntStream.range(0, workloads.size())
            .mapToObj(i -> workloads.get(i).client(seat(store, CLIENTS + 1 + i)))
            .toList();
    FrontDoor door = new Interrupted(store, intruders);
    List<Seat> seats = new ArrayList<>();
    List<Runnable> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      seats.add(seat(door, i));
      clients.add(workloads.get(i % workloads.size()).client(seats.get(i)));
    }
    for (int turn = 0; turn < TURNS; turn++) {
      seats.get(turn % CLIENTS).begin();
      if (turn % 5 != 0 || !seats.get(turn % CLIENTS).settleOne()) {
        clients.get(turn % CLIENTS).run();
      }
    }
    while (quiet.settleOne()) {
      // until nothing is open
    }
    workloads.forEach(workload -> workload.audit(quiet));
  }

  private Seat seat(FrontDoor door, int number) {
    return new Seat(log, List.of(door, door, door), this::id, number, Duration.ZERO, 3);
  }

  private String id() {
    return new UUID(1, ++ids).toString();
  }

  /** A front door at which another client is sometimes served first. */
  private static final class Interrupted implements FrontDoor {

    private static final int SELDOM = 4;

    private final FrontDoor door;
    private final List<Runnable> intruders;
    private final Random random = new Random(11);

    Interrupted(FrontDoor door, List<Runnable> intruders) {
      this.door = door;
      this.intruders = intruders;
    }

    @Override
    public Answer ask(String method, String path, String body, String... headers) {
      if (random.nextInt(SELDOM) == 0) {
        intruders.get(random.nextInt(intruders.size())).run();
      }
      return door.ask(method, path, body, headers);
    }
  }
}
