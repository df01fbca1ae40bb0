package io.holdfast.chaos.live;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.holdfast.chaos.fault.AckFault;
import io.holdfast.mesh.client.GroupView;
import io.holdfast.mesh.client.MeshClient;
import io.holdfast.mesh.client.MeshEndpoint;
import io.holdfast.mesh.client.NodeView;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One node process of a {@link LiveMesh}: its front door, and what can be done to it. */
public final class LiveNode implements FrontDoor {

  /** Which way nothing passes. */
  public enum Direction {
    /** What the peer says is not heard. */
    IN("in"),
    /** What is said to the peer is not sent. */
    OUT("out"),
    /** Neither, by Akka's own test stages. */
    BOTH("both");

    private final String word;

    Direction(String word) {
      this.word = word;
    }
  }

  /** A database of a node. */
  public enum Database {
    /** Promises and batches. */
    JOURNAL("journal"),
    /** Records. */
    STORE("store");

    private final String word;

    Database(String word) {
      this.word = word;
    }

    /** Its name. */
    public String word() {
      return word;
    }
  }

  /** Far more than any answer takes: nothing rests on speed. */
  static final Duration PATIENCE = Duration.ofSeconds(60);

  private final NodeHost host;
  private final HttpClient http;
  private final MeshClient client;
  private final FaultLine faults;
  private final Object processLock = new Object();

  @GuardedBy("processLock")
  private @Nullable Standstill standstill;

  LiveNode(NodeHost host, HttpClient http, MeshClient client) {
    this.host = host;
    this.http = http;
    this.client = client;
    this.faults = host.faults(this::requireAlive);
  }

  /** Its name. */
  public String id() {
    return host.id();
  }

  /** Where clients reach it. */
  public MeshEndpoint endpoint() {
    return host.endpoint();
  }

  // ---- Its front door

  /** Writes; {@code headers} are names and values in turn. */
  public Answer put(String key, String value, String... headers) {
    return putAsync(key, value, "", headers).join();
  }

  /** Writes with a query such as {@code ?wait=100ms}. */
  public CompletableFuture<Answer> putAsync(
      String key, String value, String query, String... headers) {
    return door().send("PUT", keyPath(key) + query, value, headers);
  }

  /** Deletes a key that is there. */
  public Answer delete(String key) {
    return door().send("DELETE", keyPath(key), "").join();
  }

  /** Writes until it is committed: for what must be there. */
  public void commit(String key, String value) {
    Waiting.until(
        "a committed write of " + key + " through " + this,
        PATIENCE,
        () -> put(key, value).status() == 200);
  }

  /** Reads once, linearizably. */
  public Answer get(String key) {
    return getAsync(key).join();
  }

  /** Reads once, linearizably. */
  public CompletableFuture<Answer> getAsync(String key) {
    return door().send("GET", keyPath(key), "");
  }

  /** Reads, linearizably, until there is an answer: 503 is none. */
  public Answer read(String key) {
    return Waiting.forAnswer(
        "a read of " + key + " through " + this,
        PATIENCE,
        () -> Optional.of(get(key)).filter(Answer::isKnown));
  }

  @Override
  public Answer ask(String method, String path, String body, String... headers) {
    return door().ask(method, path, body, headers);
  }

  /** What the node says of a write id, once it says anything: 503 is no answer. */
  public Answer findWrite(String writeId) {
    return Waiting.forAnswer(
        "what " + this + " says of " + writeId,
        PATIENCE,
        () -> Optional.of(follow("/v1/writes/" + writeId)).filter(Answer::isKnown));
  }

  /** What it says of itself; absent where it does not answer. */
  public Optional<NodeView> status() {
    return client.nodeStatus(endpoint(), Duration.ofSeconds(5)).toCompletableFuture().join();
  }

  /** What it says of the group. */
  public Optional<GroupView> group() {
    return status().flatMap(node -> node.group(LiveMesh.GROUP));
  }

  /** The same, without waiting; absent as well where it takes longer. */
  public CompletableFuture<Optional<GroupView>> groupAsync(Duration patience) {
    return client
        .nodeStatus(endpoint(), patience)
        .thenApply(status -> status.flatMap(node -> node.group(LiveMesh.GROUP)))
        .toCompletableFuture();
  }

  /** A count of {@code GET /v1/status}. */
  public long counter(String name) {
    return status().map(node -> node.json().path("counters").path(name).asLong()).orElse(0L);
  }

  private HttpDoor door() {
    return door(PATIENCE);
  }

  /** Its front door for clients with less patience. */
  public HttpDoor door(Duration patience) {
    return new HttpDoor(http, endpoint(), patience);
  }

  // ---- Its process

  /** Whether it runs. */
  public boolean isAlive() {
    return host.isAlive();
  }

  /** For whoever waits for it: nothing will come of a process that has ended. */
  void requireAlive() {
    if (!isAlive()) {
      throw new NotInTime(
          "%s has ended with %d: %s".formatted(id(), exitCode().orElse(-1), host.logTail(1)));
    }
  }

  /** The exit code of a process that has ended; absent while it runs. */
  public OptionalInt exitCode() {
    return host.process()
        .filter(process -> !process.isAlive())
        .map(process -> OptionalInt.of(process.exitValue()))
        .orElse(OptionalInt.empty());
  }

  /** The number of its process. */
  public long pid() {
    return host.process().orElseThrow().pid();
  }

  /** SIGKILL, which ends a paused process as well. */
  public void kill() {
    synchronized (processLock) {
      host.kill();
      resume();
    }
  }

  /** Starts it on the data that it had. */
  public void start() {
    synchronized (processLock) {
      resume(); // of the one before, which ended while it was paused
      faults.forget();
      host.start();
    }
  }

  /**
   * Has its next process end, as by SIGKILL, at a step of receiving a snapshot or putting it in
   * place; once.
   *
   * @param step see {@link io.holdfast.chaos.fault.DeathPoint}
   */
  public void dieNextTimeAt(String step) {
    host.dieAt(step);
  }

  /**
   * SIGSTOP: it does nothing, answers nothing and hears nothing, until {@link #resume}, or until
   * this process ends, however it ends; then it goes on, and ends as well. Nothing where it is
   * paused. Returns once it stands still.
   */
  public void pause() {
    synchronized (processLock) {
      if (standstill == null) {
        standstill = Standstill.of(pid());
      }
    }
  }

  /** SIGCONT: what is pending reaches it late. Nothing where it is not paused. */
  public void resume() {
    synchronized (processLock) {
      Standstill ending = standstill;
      standstill = null;
      if (ending != null) {
        ending.close();
      }
    }
  }

  /** Whether it runs, and stands still. */
  public boolean isPaused() {
    synchronized (processLock) {
      return standstill != null && isAlive();
    }
  }

  /** Whether something can be done to it: it is up and does not stand still. */
  public boolean takesFaults() {
    return isAlive() && !isPaused() && faults.isOpen();
  }

  /** What it has logged. */
  public String log() {
    return host.logTail(Integer.MAX_VALUE);
  }

  // ---- Its faults

  /** Nothing passes this way between it and {@code peer} any more. */
  public void block(LiveNode peer, Direction direction) {
    faults.obey("block " + peer.id() + " " + direction.word);
  }

  /** Undoes what was done to the link to {@code peer} at this node. */
  public void unblock(LiveNode peer) {
    faults.obey("unblock " + peer.id());
  }

  /** Changes what it acknowledges to {@code peer}. */
  public void changeAcks(LiveNode peer, AckFault fault) {
    faults.obey("acks " + peer.id() + " " + fault.words());
  }

  /** Every write of that database fails. */
  public void failDisk(Database database) {
    faults.obey("disk " + database.word + " fail");
  }

  /** Every write of that database takes so much longer. */
  public void slowDisk(Database database, Duration by) {
    faults.obey("disk " + database.word + " slow " + by.toMillis());
  }

  /**
   * No write of that database that makes its file longer succeeds any more: the disk is full. What
   * goes where something was before still succeeds.
   */
  public void fillDisk(Database database) {
    fillDisk(database, 0);
  }

  /**
   * The same once it has grown by so much.
   *
   * @param roomBytes 0 to 1 GiB
   */
  public void fillDisk(Database database, long roomBytes) {
    faults.obey("disk " + database.word + " full " + roomBytes);
  }

  /** That database is well again. */
  public void healDisk(Database database) {
    faults.obey("disk " + database.word + " well");
  }

  /**
   * Sets its wall clock off until it is healed, or ends; its monotonic time goes on as it was.
   *
   * @param offset ahead, or behind if negative; at most 24 hours; in place of the one before
   */
  public void jumpClock(Duration offset) {
    faults.obey("clock " + offset.toMillis());
  }

  /** Undoes everything that was done at this node through its fault port. A pause goes on. */
  public void heal() {
    faults.obey("heal");
  }

  /** What its fault port has seen so far. */
  public FaultReport faults() {
    return faults.report();
  }

  /** The answer of its fault port to any line. */
  String tellFaultPort(String line) {
    return faults.ask(line);
  }

  @Override
  public String toString() {
    return id();
  }
}
