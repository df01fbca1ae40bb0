package io.holdfast.chaos.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.chaos.core.Budget;
import io.holdfast.chaos.core.LinearizabilityChecker;
import io.holdfast.chaos.core.Verdict;
import io.holdfast.chaos.core.Verdict.Invalid;
import io.holdfast.chaos.core.Verdict.Valid;
import io.holdfast.chaos.live.AtomicStore.Bug;
import io.holdfast.chaos.live.StormBook.Fate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/**
 * The storm's clients and its audit, at a store in memory that is right, and at ones that are not.
 */
class StormAccountsTest {

  private static final int CLIENTS = 8;
  private static final int TURNS = 600;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final StormBook book = new StormBook(10_000);
  private int ids;

  @Test
  void allIsRightAtAStoreThatIs() {
    List<String> failures = storm(Bug.NONE);
    assertThat(failures).isEmpty();
    assertThat(verdict()).isEqualTo(new Valid());
    assertThat(book.counts()).containsKeys(Fate.DONE, Fate.REFUSED, Fate.FENCED);
    assertThat(book.counts()).doesNotContainKey(Fate.OPEN);
    assertThat(book.ambiguous()).isGreaterThan(book.settledByResolve());
    assertThat(book.settledByResolve()).isPositive();
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
  void seesWhatAStoreDidWrong(Bug bug) {
    assertThat(storm(bug)).isNotEmpty();
    assertThat(verdict()).isInstanceOf(Invalid.class);
  }

  private Verdict verdict() {
    return LinearizabilityChecker.check(book.history(), Budget.DEFAULT);
  }

  /**
   * All in one thread, so that every run is the same: now and then, before a client's request is
   * carried out, one more client has its turn.
   */
  private List<String> storm(Bug bug) {
    AtomicStore store = new AtomicStore(bug, 7);
    StormAccounts accounts = new StormAccounts(12, () -> store, this::id, PATIENCE);
    accounts.open(book);
    StormClient intruder = client(store, accounts, CLIENTS);
    FrontDoor door = new Interrupted(store, intruder);
    List<StormClient> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      clients.add(client(door, accounts, i));
    }
    for (int turn = 0; turn < TURNS; turn++) {
      assertThat(clients.get(turn % CLIENTS).turn(PATIENCE)).isTrue();
    }
    return accounts.audit(book);
  }

  private StormClient client(FrontDoor door, StormAccounts accounts, int number) {
    List<FrontDoor> doors = List.of(door, door, door);
    return new StormClient(doors, this::id, book, number, accounts.names(), Duration.ZERO, 3);
  }

  private String id() {
    return new UUID(1, ++ids).toString();
  }

  /** A front door at which another client is sometimes served first. */
  private static final class Interrupted implements FrontDoor {

    private static final int SELDOM = 4;

    private final FrontDoor door;
    private final StormClient intruder;
    private final Random random = new Random(11);

    Interrupted(FrontDoor door, StormClient intruder) {
      this.door = door;
      this.intruder = intruder;
    }

    @Override
    public Answer post(String path, String json, String... headers) {
      if (random.nextInt(SELDOM) == 0) {
        assertThat(intruder.turn(PATIENCE)).isTrue();
      }
      return door.post(path, json, headers);
    }

    @Override
    public Answer follow(String location) {
      return door.follow(location);
    }
  }
}
