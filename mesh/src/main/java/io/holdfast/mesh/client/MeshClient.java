package io.holdfast.mesh.client;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.ReadAnswer;
import io.holdfast.mesh.ReadRequest;
import io.holdfast.mesh.WriteAnswer;
import io.holdfast.mesh.WriteRequest;
import io.holdfast.mesh.client.Exchange.Reply;
import io.holdfast.mesh.client.Exchange.Request;
import io.holdfast.mesh.client.Exchange.Response;
import io.holdfast.sync.core.reservation.ReservationQuery;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * A client of a mesh, over HTTP. It knows several front doors, asks the one that answered last and
 * goes on to the next when one fails. A write is repeated, here and at other nodes, under one write
 * id for as long as its deadline allows, so it takes effect at most once.
 *
 * <p>Everything runs on one event loop; stages complete there and must not be blocked. Safe for use
 * by several threads. Stages never fail for what a mesh or a network does: that is a {@link
 * CallResult}.
 */
public final class MeshClient implements AutoCloseable {

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);
  private static final int WAITING_REQUESTS = 20_000;

  private final ClientSettings settings;
  private final Vertx vertx;
  private final Exchange exchange;
  private final Preference preference;
  private final WriteIds ids = WriteIds.system();
  private final RandomGenerator random = new SplittableRandom();

  private MeshClient(ClientSettings settings) {
    this.settings = settings;
    this.vertx = eventLoop();
    this.exchange =
        new Exchange(
            vertx.createHttpClient(
                new HttpClientOptions()
                    .setConnectTimeout((int) CONNECT_TIMEOUT.toMillis())
                    .setMaxWaitQueueSize(WAITING_REQUESTS)
                    .setTcpNoDelay(true),
                new PoolOptions().setHttp1MaxSize(settings.connectionsPerEndpoint())),
            vertx.getOrCreateContext(),
            settings.token());
    this.preference = new Preference(settings.endpoints());
  }

  /** A client; close it to end its thread. */
  public static MeshClient create(ClientSettings settings) {
    return new MeshClient(settings);
  }

  /** A Vert.x with a single event loop and nothing that costs time to start. */
  public static Vertx eventLoop() {
    return Vertx.vertx(
        new VertxOptions()
            .setEventLoopPoolSize(1)
            .setWorkerPoolSize(1)
            .setInternalBlockingPoolSize(1)
            .setFileSystemOptions(
                new FileSystemOptions()
                    .setFileCachingEnabled(false)
                    .setClassPathResolvingEnabled(false)));
  }

  /** A fresh write id: a UUIDv7, greater than all before it. */
  public String newWriteId() {
    return ids.next();
  }

  /**
   * Writes. A request without a write id is given one. A write in flight is asked after until its
   * outcome is known or the deadline has passed; with {@code patience} the first such answer is
   * final.
   */
  public CompletionStage<CallResult<WriteAnswer>> write(WriteRequest write) {
    String writeId = write.writeId().orElseGet(ids::next);
    Request request = WriteForm.of(write, writeId);
    boolean impatient = write.patience().isPresent();
    return call(request, new WriteJudge(writeId, Optional.of(request), impatient, unknownGroup()));
  }

  /** Reads a key or a range of keys. */
  public CompletionStage<CallResult<ReadAnswer>> read(ReadRequest read) {
    Request request = ReadForm.of(read);
    return call(
        request,
        new ReadJudge(
            request,
            ReadForm.isOfOneRecord(read) ? ReadJudge::record : ReadJudge::listed,
            unknownGroup()));
  }

  /** Asks about reservations: {@link ReadAnswer.Reservations}, or a refusal. */
  public CompletionStage<CallResult<ReadAnswer>> reservations(
      GroupId group, ReservationQuery query) {
    Request request = ReservationsForm.of(group, query);
    return call(request, new ReadJudge(request, ReadJudge.reservations(query), unknownGroup()));
  }

  /**
   * Follows a group's changes until {@link Watching#close}. When a node fails or is done it goes on
   * at the next one, from where it was.
   *
   * @param listener told on the client's event loop; while it blocks, nothing is received
   */
  public Watching watch(WatchRequest watch, WatchListener listener) {
    Watching watching = new Watching(exchange, preference, settings, random, watch, listener);
    watching.start();
    return watching;
  }

  /** What the log says of a write id. {@code not_found} where it has no record. */
  public CompletionStage<CallResult<WriteAnswer>> findWrite(String writeId) {
    return call(
        Request.get("/v1/writes/" + writeId),
        new WriteJudge(writeId, Optional.empty(), false, unknownGroup()));
  }

  private UnknownGroup unknownGroup() {
    return new UnknownGroup(settings.endpoints().size());
  }

  /** What one node knows of itself; absent when it does not answer within {@code timeout}. */
  public CompletionStage<Optional<NodeView>> nodeStatus(MeshEndpoint endpoint, Duration timeout) {
    return ask(
        endpoint,
        "/v1/status",
        timeout,
        response -> NodeView.read(endpoint, AnswerText.parse(response.body())));
  }

  /** What one node knows of one group; absent when it does not answer within {@code timeout}. */
  public CompletionStage<Optional<GroupView>> groupStatus(
      MeshEndpoint endpoint, String group, Duration timeout) {
    return ask(
        endpoint,
        "/v1/groups/" + group,
        timeout,
        response -> GroupView.read(AnswerText.parse(response.body())));
  }

  /**
   * Whether a node says that there is no such group; false also where it does not answer within
   * {@code timeout}.
   */
  public CompletionStage<Boolean> deniesGroup(
      MeshEndpoint endpoint, String group, Duration timeout) {
    return answer(
        endpoint,
        "/v1/groups/" + group,
        timeout,
        reply ->
            reply instanceof Response response
                && AnswerText.parse(response.body())
                    .path("code")
                    .asText()
                    .equals(OutcomeCode.UNKNOWN_GROUP.code()));
  }

  /**
   * How one node's replica of a group stands at a slot; absent when it does not answer within
   * {@code timeout}.
   */
  public CompletionStage<Optional<ChainView>> chainAt(
      MeshEndpoint endpoint, String group, long slot, Duration timeout) {
    return ask(
        endpoint,
        "/v1/groups/" + group + "/chain/" + slot,
        timeout,
        response -> ChainView.read(AnswerText.parse(response.body())));
  }

  /**
   * Who takes part in a group, as one node knows it; absent when it does not answer within {@code
   * timeout}, or holds no replica of the group.
   */
  public CompletionStage<Optional<MembersView>> members(
      MeshEndpoint endpoint, String group, Duration timeout) {
    return ask(
        endpoint,
        "/v1/groups/" + group + "/members",
        timeout,
        response -> MembersView.read(AnswerText.parse(response.body())));
  }

  /**
   * The nodes and groups of the mesh, as one node knows them; absent when it does not answer within
   * {@code timeout}.
   */
  public CompletionStage<Optional<DirectoryView>> directory(
      MeshEndpoint endpoint, Duration timeout) {
    return ask(
        endpoint,
        "/v1/directory",
        timeout,
        response -> DirectoryView.read(AnswerText.parse(response.body())));
  }

  /** Asks one node, once. */
  public CompletionStage<PostReply> get(MeshEndpoint endpoint, String uri, Duration timeout) {
    return once(endpoint, Request.get(uri), timeout);
  }

  /**
   * Posts a JSON object to one node, once.
   *
   * @param uri path and query
   * @param body the object
   */
  public CompletionStage<PostReply> post(
      MeshEndpoint endpoint, String uri, ObjectNode body, Duration timeout) {
    return once(endpoint, json(HttpMethod.POST, uri, body), timeout);
  }

  /** Puts a JSON object at one node, once. */
  public CompletionStage<PostReply> put(
      MeshEndpoint endpoint, String uri, ObjectNode body, Duration timeout) {
    return once(endpoint, json(HttpMethod.PUT, uri, body), timeout);
  }

  /** Deletes at one node, once. */
  public CompletionStage<PostReply> delete(MeshEndpoint endpoint, String uri, Duration timeout) {
    return once(endpoint, new Request(HttpMethod.DELETE, uri, Map.of(), Optional.empty()), timeout);
  }

  private static Request json(HttpMethod method, String uri, ObjectNode body) {
    return new Request(
        method,
        uri,
        Map.of("Content-Type", "application/json"),
        Optional.of(Buffer.buffer(body.toString())));
  }

  private CompletionStage<PostReply> once(
      MeshEndpoint endpoint, Request request, Duration timeout) {
    CompletableFuture<PostReply> answer = new CompletableFuture<>();
    exchange
        .context()
        .runOnContext(
            ignored ->
                exchange
                    .send(endpoint, request, timeout)
                    .map(PostReply::of)
                    .onSuccess(answer::complete)
                    .onFailure(answer::completeExceptionally));
    return answer;
  }

  /** Where calls go, as given. */
  public ClientSettings settings() {
    return settings;
  }

  @Override
  public void close() {
    CompletableFuture<Void> closed = new CompletableFuture<>();
    vertx.close().onComplete(done -> closed.complete(null));
    // Bounded: a process that exits anyway does not hang on its sockets.
    closed.completeOnTimeout(null, 2, TimeUnit.SECONDS).join();
  }

  private <T> CompletionStage<CallResult<T>> call(Request request, Call.Judge<T> judge) {
    return new Call<>(exchange, preference, settings, random, request, judge).start();
  }

  private <T> CompletionStage<Optional<T>> ask(
      MeshEndpoint endpoint, String uri, Duration timeout, Function<Response, T> read) {
    return answer(
        endpoint,
        uri,
        timeout,
        reply ->
            reply instanceof Response response && response.status() == 200
                ? Optional.of(read.apply(response))
                : Optional.<T>empty());
  }

  private <T> CompletionStage<T> answer(
      MeshEndpoint endpoint, String uri, Duration timeout, Function<Reply, T> read) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    exchange
        .context()
        .runOnContext(
            ignored ->
                exchange
                    .send(endpoint, Request.get(uri), timeout)
                    .map(read)
                    .onSuccess(answer::complete)
                    .onFailure(answer::completeExceptionally));
    return answer;
  }
}
