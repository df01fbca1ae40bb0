package io.holdfast.chaos.run;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.chaos.live.Answer;
import io.holdfast.chaos.live.FrontDoor;
import io.holdfast.chaos.live.Waiting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/** The clients of a run: each a thread, on all nodes in turn. */
final class ClientCrowd {

  /** Before a client asks the next node, when one did not answer. */
  private static final Duration PAUSE = Duration.ofMillis(40);

  /** One turn in so many looks after a write that another gave up. */
  private static final int SETTLES = 8;

  /** So many keys are deleted in one step. */
  private static final int PAGE = 1000;

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final RunLog log;
  private final List<? extends FrontDoor> doors;
  private final Supplier<String> ids;
  private final List<Workload> workloads;
  private final long seed;
  private int seats;
  private volatile boolean over;

  ClientCrowd(
      RunLog log,
      List<? extends FrontDoor> doors,
      Supplier<String> ids,
      List<Workload> workloads,
      long seed) {
    this.log = log;
    this.doors = doors;
    this.ids = ids;
    this.workloads = workloads;
    this.seed = seed;
  }

  /** Makes what must be there. */
  void open() {
    Seat seat = newSeat();
    workloads.forEach(workload -> workload.open(seat));
  }

  private Seat newSeat() {
    return new Seat(log, doors, ids, seats++, PAUSE, seed);
  }

  /**
   * Lets clients ask until {@link #end}.
   *
   * @return ends with the last of them; exceptionally where one has failed
   */
  CompletableFuture<Void> start(int clients, Pace pace) {
    ExecutorService threads =
        Executors.newFixedThreadPool(
            clients,
            task -> {
              Thread thread = new Thread(task, "chaos-client");
              thread.setDaemon(true);
              return thread;
            });
    List<CompletableFuture<Void>> running = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      Seat seat = newSeat();
      Runnable client = workloads.get(i % workloads.size()).client(seat);
      running.add(CompletableFuture.runAsync(() -> play(seat, client, pace), threads));
    }
    return CompletableFuture.allOf(running.toArray(new CompletableFuture<?>[0]))
        .whenComplete((done, failure) -> threads.shutdownNow());
  }

  private void play(Seat seat, Runnable client, Pace pace) {
    while (!over && !log.isFull()) {
      pace.await();
      seat.begin();
      if (seat.random().nextInt(SETTLES) != 0 || !seat.settleOne()) {
        client.run();
      }
    }
  }

  /** No client begins another turn. */
  void end() {
    over = true;
  }

  /** Has everything resolved that is still open. */
  void settle() {
    Seat seat = newSeat();
    Waiting.until("all outcomes are known", PATIENCE, () -> !seat.settleOne());
  }

  /** Deletes all keys that begin so; how many there were. */
  long delete(String prefix) {
    Seat seat = newSeat();
    String from = TransferAccounts.encoded(prefix);
    // The key after all that begin so: "/" is followed by "0".
    String end = TransferAccounts.encoded(prefix.substring(0, prefix.length() - 1) + "0");
    long deleted = 0;
    while (true) {
      String page = "keys?from=" + from + "&to=" + end + "&limit=" + PAGE + "&detail=keys";
      JsonNode found = answer(seat, "GET", page).json();
      int count = found.path("records").size();
      if (count == 0) {
        return deleted;
      }
      String to = found.path("more").asBoolean() ? found.path("next").asText() : end;
      Answer unused = answer(seat, "DELETE", "keys?from=" + from + "&to=" + to);
      deleted += count;
    }
  }

  private static Answer answer(Seat seat, String method, String path) {
    return Waiting.forAnswer(
        method + " " + path,
        PATIENCE,
        () -> {
          Answer answer = seat.here().ask(method, seat.here().groupPath() + path, "");
          if (!answer.isKnown()) {
            seat.elsewhere();
          }
          return Optional.of(answer).filter(Answer::isKnown);
        });
  }

  /** Looks at all that was written. */
  void audit() {
    Seat seat = newSeat();
    workloads.forEach(workload -> workload.audit(seat));
    for (String id : log.newestAcknowledged()) {
      String said =
          Waiting.forAnswer(
                  "what became of " + id,
                  PATIENCE,
                  () -> Optional.of(seat.here().follow("/v1/writes/" + id)).filter(Answer::isKnown))
              .code();
      if (!said.equals(Samples.COMMITTED)) {
        log.lost(1, "write " + id + " was acknowledged and is " + said);
      }
    }
  }
}
