package io.holdfast.chaos.live;

import io.holdfast.chaos.fault.AckFault;
import io.holdfast.mesh.client.GroupView;
import io.holdfast.mesh.client.LocalMesh;
import io.holdfast.mesh.client.MeshClient;
import io.holdfast.mesh.client.MeshEndpoint;
import io.holdfast.mesh.client.NodeView;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;

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
  }

  /** Far more than any answer takes: nothing rests on speed. */
  static final Duration PATIENCE = Duration.ofSeconds(60);

  private final LocalMesh mesh;
  private final int index;
  private final HttpClient http;
  private final MeshClient client;
  private final FaultLine faults;

  LiveNode(LocalMesh mesh, int index, HttpClient http, MeshClient client) {
    this.mesh = mesh;
    this.index = index;
    this.http = http;
    this.client = client;
    this.faults = new FaultLine(mesh.members().get(index).dataDir());
  }

  /** Its name. */
  public String id() {
    return mesh.members().get(index).id();
  }

  private MeshEndpoint endpoint() {
    return mesh.members().get(index).http();
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
    return mesh.isAlive(index);
  }

  /** The exit code of a process that has ended; absent while it runs. */
  public OptionalInt exitCode() {
    return mesh.process(index)
        .filter(process -> !process.isAlive())
        .map(process -> OptionalInt.of(process.exitValue()))
        .orElse(OptionalInt.empty());
  }

  /** The number of its process. */
  public long pid() {
    return mesh.process(index).orElseThrow().pid();
  }

  /** SIGKILL. */
  public void kill() {
    mesh.kill(index);
  }

  /** Starts it on the data that it had. */
  public void start() {
    faults.forget();
    mesh.start(index);
  }

  /** What it has logged. */
  public String log() {
    return mesh.logTail(index, Integer.MAX_VALUE);
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

  /** Undoes everything that was done at this node. */
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
