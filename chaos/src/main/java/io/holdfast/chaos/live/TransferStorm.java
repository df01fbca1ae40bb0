package io.holdfast.chaos.live;

import io.holdfast.chaos.core.Budget;
import io.holdfast.chaos.core.LinearizabilityChecker;
import io.holdfast.chaos.core.Verdict;
import io.holdfast.chaos.live.StormBook.Fate;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Clients move amounts between accounts by transactions with write ids while nodes are killed and
 * started again. Each transfer guards both accounts by the values that it has read and puts a key
 * of its own that must not be there yet. What is not clear is asked for until it is: by sending the
 * same again, or by having it resolved.
 *
 * <p>At the end all nodes hold the same; the total is what it was; every account holds what the
 * transfers that were done say, each counted once; a transfer's own key is there exactly if it was
 * done, and was put once; none is open; and what all clients saw has an order.
 */
public final class TransferStorm {

  /** The clients must not fill the book: then they stop, and what is not recorded is not done. */
  private static final int MOST_OPERATIONS = 2_000_000;

  private static final Duration PAUSE = Duration.ofMillis(40);

  /**
   * What to do.
   *
   * @param clients 1 or more, each a thread
   * @param accounts 2 to 100: one transaction opens them, and one reads them all
   * @param length how long clients move
   * @param kills how many nodes are killed in that time, one after the other, the leader first
   * @param down how long each stays so
   * @param seed of what clients choose and of who is killed
   * @param patience with one transfer, until what became of it is known
   */
  public record Plan(
      int clients,
      int accounts,
      Duration length,
      int kills,
      Duration down,
      long seed,
      Duration patience) {

    public Plan {
      if (clients < 1 || accounts < 2 || accounts > 100 || kills < 0) {
        throw new IllegalArgumentException(
            "clients " + clients + ", accounts " + accounts + ", kills " + kills);
      }
    }
  }

  /**
   * What came of it.
   *
   * @param done transfers that took effect
   * @param refused those whose accounts had changed
   * @param fenced those settled before they were executed
   * @param open those of which nothing was ever said
   * @param ambiguous those of which it was not clear at first
   * @param settledByResolve how many of these by resolving, the others by sending again
   * @param kills nodes killed
   * @param operations in the history
   * @param verdict the checker's
   * @param checking how long it took
   * @param failures claims that did not hold; empty: all well
   */
  public record Report(
      int done,
      int refused,
      int fenced,
      int open,
      int ambiguous,
      int settledByResolve,
      int kills,
      int operations,
      Verdict verdict,
      Duration checking,
      List<String> failures) {

    public Report {
      failures = List.copyOf(failures);
    }

    /** Whether every claim held. */
    public boolean ok() {
      return failures.isEmpty();
    }
  }

  private final LiveMesh mesh;
  private final Plan plan;
  private final StormBook book = new StormBook(MOST_OPERATIONS);
  private final StormAccounts accounts;
  private final List<String> failures = new ArrayList<>();
  private int kills;

  private TransferStorm(LiveMesh mesh, Plan plan) {
    this.mesh = mesh;
    this.plan = plan;
    accounts =
        new StormAccounts(plan.accounts(), mesh::awaitLeader, mesh::newWriteId, plan.patience());
  }

  /** Runs it on an empty mesh of three nodes or more; all of them run afterwards. */
  public static Report run(LiveMesh mesh, Plan plan) {
    return new TransferStorm(mesh, plan).run();
  }

  /**
   * The same, and writes the history as lines of JSON, which {@code chaos check} reads.
   *
   * @throws IOException when {@code history} cannot be written
   */
  public static Report run(LiveMesh mesh, Plan plan, Appendable history) throws IOException {
    TransferStorm storm = new TransferStorm(mesh, plan);
    Report report = storm.run();
    storm.book.writeTo(history);
    return report;
  }

  private Report run() {
    accounts.open(book);
    AtomicBoolean over = new AtomicBoolean();
    ExecutorService threads = Executors.newFixedThreadPool(plan.clients());
    try {
      List<CompletableFuture<Void>> clients = new ArrayList<>();
      for (int i = 0; i < plan.clients(); i++) {
        StormClient client =
            new StormClient(
                mesh.nodes(), mesh::newWriteId, book, i, accounts.names(), PAUSE, plan.seed());
        clients.add(CompletableFuture.runAsync(() -> play(client, over), threads));
      }
      try {
        killOneAfterTheOther();
      } finally {
        over.set(true);
      }
      clients.forEach(CompletableFuture::join);
    } finally {
      threads.shutdownNow();
    }
    LiveNode unused = mesh.restore();
    failures.addAll(accounts.audit(book));
    return report();
  }

  private void play(StormClient client, AtomicBoolean over) {
    boolean room = true;
    while (room && !over.get()) {
      room = client.turn(plan.patience());
    }
  }

  /** Kills are spread over the time that there is; each node is back before the next one goes. */
  private void killOneAfterTheOther() {
    Random random = new Random(plan.seed());
    long started = System.nanoTime();
    for (int kill = 0; kill < plan.kills(); kill++) {
      Duration due = plan.length().multipliedBy(2L * kill + 1).dividedBy(2L * plan.kills() + 1);
      pauseUntil(started, due);
      LiveNode victim =
          kill == 0 ? mesh.awaitLeader() : mesh.nodes().get(random.nextInt(mesh.nodes().size()));
      victim.kill();
      kills++;
      Waiting.pause(plan.down());
      victim.start();
      LiveNode unused = mesh.awaitLeader();
    }
    pauseUntil(started, plan.length());
  }

  private static void pauseUntil(long startedNanos, Duration due) {
    Duration left = due.minusNanos(System.nanoTime() - startedNanos);
    if (!left.isNegative()) {
      Waiting.pause(left);
    }
  }

  private Report report() {
    long started = System.nanoTime();
    var history = book.history();
    Verdict verdict = LinearizabilityChecker.check(history, Budget.DEFAULT);
    Duration checking = Duration.ofNanos(System.nanoTime() - started);
    claim(verdict instanceof Verdict.Valid, "the clients' history has an order: " + verdict);
    Map<Fate, Integer> counts = book.counts();
    return new Report(
        counts.getOrDefault(Fate.DONE, 0),
        counts.getOrDefault(Fate.REFUSED, 0),
        counts.getOrDefault(Fate.FENCED, 0),
        counts.getOrDefault(Fate.OPEN, 0),
        book.ambiguous(),
        book.settledByResolve(),
        kills,
        history.operations().size(),
        verdict,
        checking,
        failures);
  }

  private void claim(boolean holds, String what) {
    if (!holds) {
      failures.add(what);
    }
  }
}
