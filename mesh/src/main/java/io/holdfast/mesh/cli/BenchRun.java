package io.holdfast.mesh.cli;

import io.holdfast.config.core.GroupId;
import io.holdfast.mesh.client.BearerToken;
import io.holdfast.mesh.client.MeshClient;
import io.holdfast.mesh.client.MeshEndpoint;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;

/**
 * A closed loop of requests: each of N clients sends its next one when it has its answer. All run
 * on one event loop with one kept connection each, so the load generator stays a small part of what
 * is measured. Latencies are those that a caller sees, of successful requests only; since the loop
 * is closed, a stall of the mesh shows in the rate and in the slowest requests, not in a backlog.
 */
final class BenchRun {

  private static final int REFUSED_PAUSE_MILLIS = 10;
  private static final long HIGHEST_MICROS = TimeUnit.SECONDS.toMicros(60);

  /** What to send. */
  enum Workload {
    PUT("put"),
    GET("get"),
    LOCAL_GET("local-get"),
    TXN("txn"),
    MIXED("mixed"),
    COLD("cold");

    private final String label;

    Workload(String label) {
      this.label = label;
    }

    @Override
    public String toString() {
      return label;
    }
  }

  /**
   * A measurement.
   *
   * @param targets client i sends to target i modulo their number
   * @param readPercent of the requests of {@code mixed}, how many are linearizable reads; of the
   *     others a fifth are transactions
   * @param preload whether all keys are written first, by transactions; else the workloads that
   *     need it write them one by one, but for {@code cold}, which finds what is there
   */
  record Plan(
      Workload workload,
      GroupId group,
      List<MeshEndpoint> targets,
      int clients,
      Duration warmup,
      Duration measured,
      int valueBytes,
      int keys,
      int readPercent,
      boolean preload,
      Optional<BearerToken> token) {}

  /**
   * What was measured.
   *
   * @param latencies in microseconds
   * @param errors by outcome code, or by what the connection did
   * @param guardsFailed transactions that found other values than they compared with; they count as
   *     requests, not as errors
   * @param bySecond successful requests of each measured second, in order
   */
  record Result(
      Histogram latencies,
      Map<String, Long> errors,
      long guardsFailed,
      double seconds,
      List<Long> bySecond) {

    private static final int MINUTE = 60;

    Result {
      bySecond = List.copyOf(bySecond);
    }

    long errorCount() {
      return errors.values().stream().mapToLong(Long::longValue).sum();
    }

    /** The mean rate per second of each full minute: whether the cost of a request stays flat. */
    List<Double> rateByMinute() {
      List<Double> rates = new ArrayList<>();
      for (int from = 0; from + MINUTE <= bySecond.size(); from += MINUTE) {
        rates.add(
            bySecond.subList(from, from + MINUTE).stream()
                .mapToLong(Long::longValue)
                .average()
                .orElse(0));
      }
      return rates;
    }

    /** Requests of the slowest second: a stall shows here and in no percentile. */
    long slowestSecond() {
      return bySecond.stream().mapToLong(Long::longValue).min().orElse(0);
    }
  }

  private final Plan plan;
  private final BenchProgress progress;
  private final Vertx vertx;
  private final HttpClient http;
  private final BenchKeys keys;
  private final Buffer value;
  private final SplittableRandom random;

  // On the event loop only.
  private final Histogram latencies = new Histogram(HIGHEST_MICROS, 3);
  private final Map<String, Long> errors = new TreeMap<>();
  private final List<Long> bySecond = new ArrayList<>();
  private long completed;
  private boolean measuring;
  private boolean ended;
  private long guardsFailed;

  private BenchRun(Plan plan, BenchProgress progress, Vertx vertx) {
    this.plan = plan;
    this.progress = progress;
    this.vertx = vertx;
    this.http =
        vertx.createHttpClient(
            new HttpClientOptions().setKeepAlive(true).setTcpNoDelay(true).setConnectTimeout(2000),
            new PoolOptions().setHttp1MaxSize(plan.clients()));
    this.keys = new BenchKeys(plan.group(), plan.keys(), plan.valueBytes());
    this.random = new SplittableRandom(plan.keys());
    byte[] bytes = new byte[plan.valueBytes()];
    random.nextBytes(bytes);
    this.value = Buffer.buffer(bytes);
  }

  /**
   * Runs {@code plan}; it takes as long as it says, and as long as it takes to write its keys.
   *
   * @param progress is told on the event loop
   */
  static Result run(Plan plan, BenchProgress progress) {
    Vertx vertx = MeshClient.eventLoop();
    try {
      return new BenchRun(plan, progress, vertx).run();
    } finally {
      CompletableFuture<Void> closed = new CompletableFuture<>();
      vertx.close().onComplete(done -> closed.complete(null));
      closed.completeOnTimeout(null, 2, TimeUnit.SECONDS).join();
    }
  }

  private Result run() {
    CompletableFuture<Result> result = new CompletableFuture<>();
    vertx.runOnContext(
        started -> {
          if (plan.preload()) {
            fill(BenchFill.BATCH, result);
          } else if (plan.workload() == Workload.PUT || plan.workload() == Workload.COLD) {
            measure(result);
          } else {
            fill(1, result);
          }
        });
    return result.join();
  }

  /** Reads need something to find: every key is written once, then the clock starts. */
  private void fill(int batch, CompletableFuture<Result> result) {
    new BenchFill(
            vertx,
            keys,
            this::write,
            batch,
            progress,
            failures -> {
              if (failures.isEmpty()) {
                measure(result);
              } else {
                result.complete(new Result(latencies, failures, 0, 0, List.of()));
              }
            })
        .start(Math.min(plan.clients(), plan.keys()));
  }

  private void write(
      int client, HttpMethod method, String uri, Buffer body, Consumer<String> told) {
    http.request(options(client, method, uri))
        .compose(request -> request.send(body))
        .compose(
            response ->
                response
                    .body()
                    .map(
                        text ->
                            response.statusCode() == 200 ? "" : code(response.statusCode(), text)))
        .onSuccess(told::accept)
        .onFailure(failure -> told.accept(failure.getClass().getSimpleName()));
  }

  private void measure(CompletableFuture<Result> result) {
    for (int client = 0; client < plan.clients(); client++) {
      next(client);
    }
    vertx.setPeriodic(1000, second -> onSecond());
    vertx.setTimer(
        Math.max(1, plan.warmup().toMillis()),
        warm -> {
          measuring = true;
          completed = 0;
          long startedNanos = System.nanoTime();
          vertx.setTimer(
              plan.measured().toMillis(),
              over -> {
                measuring = false;
                ended = true;
                result.complete(
                    new Result(
                        latencies,
                        Map.copyOf(errors),
                        guardsFailed,
                        (System.nanoTime() - startedNanos) / 1_000_000_000.0,
                        bySecond));
              });
        });
  }

  private void onSecond() {
    if (ended) {
      return;
    }
    progress.rate(completed);
    if (measuring) {
      bySecond.add(completed);
    }
    completed = 0;
  }

  private void next(int client) {
    if (ended) {
      return;
    }
    int key = random.nextInt(keys.count());
    switch (plan.workload()) {
      case PUT -> put(client, key, value);
      case GET, COLD -> get(client, keys.uri(key));
      case LOCAL_GET -> get(client, keys.uri(key) + "?consistency=local");
      case TXN -> transfer(client, key);
      case MIXED -> {
        if (random.nextInt(100) < plan.readPercent()) {
          get(client, keys.uri(key));
        } else if (random.nextInt(5) == 0) {
          transfer(client, key);
        } else {
          long number = keys.fresh();
          put(client, key, Buffer.buffer(keys.value(number)), number);
        }
      }
    }
  }

  private void get(int client, String uri) {
    send(client, HttpMethod.GET, uri, Buffer.buffer(), ignored -> {});
  }

  private void put(int client, int key, Buffer content) {
    send(client, HttpMethod.PUT, keys.uri(key), content, ignored -> {});
  }

  private void put(int client, int key, Buffer content, long number) {
    send(client, HttpMethod.PUT, keys.uri(key), content, ignored -> keys.holds(key, number));
  }

  /** Puts two keys if both hold what is known of them. */
  private void transfer(int client, int one) {
    int other = (one + 1 + random.nextInt(Math.max(1, keys.count() - 1))) % keys.count();
    long number = keys.fresh();
    send(
        client,
        HttpMethod.POST,
        keys.transactions(),
        keys.transfer(one, other, number),
        body -> {
          boolean held = keys.learn(one, other, number, body);
          if (measuring && !held) {
            guardsFailed++;
          }
        });
  }

  private void send(
      int client, HttpMethod method, String uri, Buffer body, Consumer<Buffer> learn) {
    long startedNanos = System.nanoTime();
    http.request(options(client, method, uri))
        .compose(request -> method.equals(HttpMethod.GET) ? request.send() : request.send(body))
        .onSuccess(response -> onResponse(client, startedNanos, response, learn))
        .onFailure(failure -> failed(client, failure.getClass().getSimpleName()));
  }

  private void onResponse(
      int client, long startedNanos, HttpClientResponse response, Consumer<Buffer> learn) {
    response
        .body()
        .onSuccess(
            body -> {
              if (response.statusCode() != 200) {
                failed(client, code(response.statusCode(), body));
                return;
              }
              completed++;
              if (measuring) {
                long micros = (System.nanoTime() - startedNanos) / 1000;
                latencies.recordValue(Math.min(micros, HIGHEST_MICROS));
              }
              learn.accept(body);
              next(client);
            })
        .onFailure(failure -> failed(client, failure.getClass().getSimpleName()));
  }

  /** Counts an error and pauses that client: a mesh that refuses is not to be hammered. */
  private void failed(int client, String what) {
    if (measuring) {
      errors.merge(what, 1L, Long::sum);
    }
    vertx.setTimer(REFUSED_PAUSE_MILLIS, timer -> next(client));
  }

  private RequestOptions options(int client, HttpMethod method, String uri) {
    MeshEndpoint target = plan.targets().get(client % plan.targets().size());
    RequestOptions options =
        new RequestOptions()
            .setHost(target.host())
            .setPort(target.port())
            .setMethod(method)
            .setURI(uri);
    plan.token().ifPresent(shown -> options.putHeader("Authorization", shown.header()));
    return options;
  }

  private static String code(int status, Buffer body) {
    String text = body.toString();
    int at = text.indexOf("\"code\":\"");
    int end = at < 0 ? -1 : text.indexOf('"', at + 8);
    return end < 0 ? "http_" + status : text.substring(at + 8, end);
  }
}
