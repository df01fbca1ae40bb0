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
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/**
 * The storm's clients and its audit, at a store in memory that is right, and at ones that are not.
 */
class StormAccountsTest {

  private static final int CLIENTS = 8;
  private static final int TURNS = 60;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final StormBook book = new StormBook(10_000);

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

  private List<String> storm(Bug bug) {
    AtomicStore store = new AtomicStore(bug, 7);
    List<AtomicStore> doors = List.of(store, store, store);
    StormAccounts accounts = new StormAccounts(12, () -> store, StormAccountsTest::id, PATIENCE);
    accounts.open(book);
    ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
    try {
      List<CompletableFuture<Void>> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        StormClient client =
            new StormClient(doors, StormAccountsTest::id, book, i, accounts.names(), 3);
        clients.add(CompletableFuture.runAsync(() -> play(client), threads));
      }
      clients.forEach(CompletableFuture::join);
    } finally {
      threads.shutdownNow();
    }
    return accounts.audit(book);
  }

  private static void play(StormClient client) {
    for (int turn = 0; turn < TURNS; turn++) {
      assertThat(client.turn(PATIENCE)).isTrue();
    }
  }

  private static String id() {
    return UUID.randomUUID().toString();
  }
}
