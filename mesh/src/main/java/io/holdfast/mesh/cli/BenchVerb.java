package io.holdfast.mesh.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.mesh.client.GroupView;
import io.holdfast.mesh.client.MeshClient;
import io.holdfast.mesh.client.MeshEndpoint;
import io.holdfast.mesh.client.NodeView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code holdfast bench}. */
@Command(
    name = "bench",
    description =
        "Measure rate and latency: N clients, each sending its next request when it has its answer,"
            + " to the leader unless told otherwise.",
    footer = {
      "",
      "Example:",
      "  holdfast bench put --clients 64 --warmup 30 --seconds 20",
      "  holdfast bench --workload cold --preload --clients 64",
      "",
      "txn compares two keys with what they are known to hold and puts both; one that finds other",
      "values reads them and is counted as guardsFailed. mixed is 50 gets, 40 puts and 10 txn of a",
      "hundred. cold reads keys at random out of so many that a cache misses; they are written by",
      "--preload, once, and stay.",
      "",
      "It writes keys bench/0, bench/1, ... A JVM needs 20 to 30 s of load until its figures are",
      "steady: warm up for that long, and start nodes with 'up --full-tiers'."
    })
final class BenchVerb implements Verb {

  private static final String NAMES = "put|get|local-get|txn|mixed|cold";

  private final Console console;

  @Parameters(
      index = "0",
      paramLabel = NAMES,
      arity = "0..1",
      description = "What to send; get and cold are linearizable. Default: put.")
  private Optional<BenchRun.Workload> positional = Optional.empty();

  @Option(names = "--workload", paramLabel = NAMES, description = "The same, as an option.")
  private Optional<BenchRun.Workload> named = Optional.empty();

  @Option(
      names = "--clients",
      paramLabel = "N",
      defaultValue = "64",
      description = "Requests in flight, 1 to 4096. Default: ${DEFAULT-VALUE}.")
  private int clients = 64;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "10",
      description = "How long to measure. Default: ${DEFAULT-VALUE}.")
  private int seconds = 10;

  @Option(
      names = "--warmup",
      paramLabel = "S",
      defaultValue = "5",
      description = "Seconds of load before that. Default: ${DEFAULT-VALUE}.")
  private int warmup = 5;

  @Option(
      names = "--value-bytes",
      paramLabel = "N",
      defaultValue = "256",
      description = "Size of a value. Default: ${DEFAULT-VALUE}.")
  private int valueBytes = 256;

  @Option(
      names = "--keys",
      paramLabel = "N",
      description = "Different keys, 1 to 10000000. Default: 1000; of cold 1000000.")
  private Optional<Integer> wantedKeys = Optional.empty();

  @Option(
      names = "--read-percent",
      paramLabel = "P",
      defaultValue = "50",
      description =
          "Reads in mixed; a fifth of the others are transactions. Default: ${DEFAULT-VALUE}.")
  private int readPercent = 50;

  @Option(
      names = "--preload",
      description = "First put every key, by transactions of 100 puts each.")
  private boolean preload;

  @Option(names = "--spread", description = "Send to all endpoints, not to the leader alone.")
  private boolean spread;

  @Mixin private MeshOptions mesh = new MeshOptions();

  BenchVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    check("--clients", clients, 1, 4096);
    check("--seconds", seconds, 1, 86_400);
    check("--warmup", warmup, 0, 86_400);
    check("--value-bytes", valueBytes, 0, 1024 * 1024);
    if (positional.isPresent() && named.isPresent() && !positional.equals(named)) {
      throw mesh.wrong("two workloads: " + positional.get() + " and " + named.get());
    }
    BenchRun.Workload workload = positional.or(() -> named).orElse(BenchRun.Workload.PUT);
    int keys = wantedKeys.orElse(workload == BenchRun.Workload.COLD ? 1_000_000 : 1000);
    check("--keys", keys, 1, 10_000_000);
    if (keys < 2 && (workload == BenchRun.Workload.TXN || workload == BenchRun.Workload.MIXED)) {
      throw mesh.wrong("--keys " + keys + ": " + workload + " needs 2 or more");
    }
    check("--read-percent", readPercent, 0, 100);
    List<NodeView> nodes = nodes();
    if (nodes.isEmpty()) {
      return mesh.unreachable(console, "no node answers at " + mesh.endpoints(console));
    }
    List<MeshEndpoint> targets =
        spread ? nodes.stream().map(NodeView::endpoint).toList() : List.of(leader(nodes));
    if (console.interactive()) {
      console
          .err()
          .println(
              workload + ": " + warmup + " s warm-up, " + seconds + " s measured, to " + targets);
    }
    BenchRun.Result result =
        BenchRun.run(
            new BenchRun.Plan(
                workload,
                mesh.group(),
                targets,
                clients,
                Duration.ofSeconds(warmup),
                Duration.ofSeconds(seconds),
                valueBytes,
                keys,
                readPercent,
                preload,
                mesh.token(console)),
            new Shown());
    if (console.interactive()) {
      console.err().print("\r                                  \r");
    }
    tell(workload, keys, result, targets);
    if (result.latencies().getTotalCount() == 0) {
      return console.fail(
          Exit.UNREACHABLE, "no request succeeded " + result.errors() + "; see 'holdfast status'");
    }
    return Exit.DONE.status();
  }

  /** Progress on a terminal. */
  private final class Shown implements BenchProgress {

    private static final int STEP = 1_000;

    private long shownAt;

    @Override
    public void filled(long written, long of) {
      if (console.interactive() && (written >= shownAt + STEP || written == of)) {
        shownAt = written;
        console.err().printf(Locale.ROOT, "\r%,d of %,d keys written ", written, of);
        console.err().flush();
      }
    }

    @Override
    public void rate(long perSecond) {
      if (console.interactive()) {
        console.err().printf(Locale.ROOT, "\r%,8d/s                        ", perSecond);
        console.err().flush();
      }
    }
  }

  private void check(String option, int value, int least, int most) {
    if (value < least || value > most) {
      throw mesh.wrong(option + " " + value + ": allowed are " + least + " to " + most);
    }
  }

  private List<NodeView> nodes() {
    List<NodeView> nodes = new ArrayList<>();
    try (MeshClient client = mesh.connect(console)) {
      for (MeshEndpoint endpoint : mesh.endpoints(console)) {
        Answers.await(client.nodeStatus(endpoint, Duration.ofSeconds(2))).ifPresent(nodes::add);
      }
    }
    return nodes;
  }

  /** The leader's front door as far as anybody knows it, else the first node that answers. */
  private MeshEndpoint leader(List<NodeView> nodes) {
    for (NodeView node : nodes) {
      Optional<String> leader = node.group(mesh.group().value()).flatMap(GroupView::leader);
      for (NodeView candidate : nodes) {
        if (leader.isPresent() && candidate.node().equals(leader.get())) {
          return candidate.endpoint();
        }
      }
      Optional<MeshEndpoint> told = leader.flatMap(node::endpointOf);
      if (told.isPresent()) {
        return told.get();
      }
    }
    return nodes.get(0).endpoint();
  }

  private void tell(
      BenchRun.Workload workload, int keys, BenchRun.Result result, List<MeshEndpoint> targets) {
    double rate = result.latencies().getTotalCount() / result.seconds();
    double p50 = millis(result, 50);
    double p99 = millis(result, 99);
    double p999 = millis(result, 99.9);
    if (!mesh.json()) {
      Table.of("workload", "clients", "rate/s", "p50 ms", "p99 ms", "p99.9 ms", "errors")
          .row(
              workload,
              clients,
              String.format(Locale.ROOT, "%,.0f", rate),
              String.format(Locale.ROOT, "%.2f", p50),
              String.format(Locale.ROOT, "%.2f", p99),
              String.format(Locale.ROOT, "%.2f", p999),
              result.errorCount())
          .print(console.out());
      if (result.guardsFailed() > 0) {
        console.out().println("guards failed: " + result.guardsFailed());
      }
      result.errors().forEach((code, count) -> console.out().println(code + ": " + count));
      if (result.rateByMinute().size() > 1) {
        console
            .out()
            .println(
                result.rateByMinute().stream()
                    .map(minute -> String.format(Locale.ROOT, "%,.0f", minute))
                    .collect(Collectors.joining(" ", "rate/s by minute: ", "")));
      }
      return;
    }
    ObjectNode json = Answers.object().put("workload", workload.toString());
    json.put("clients", clients).put("seconds", result.seconds()).put("warmupSeconds", warmup);
    json.put("ratePerSecond", rate).put("errors", result.errorCount());
    json.put("p50Millis", p50).put("p99Millis", p99).put("p999Millis", p999);
    ObjectNode byCode = json.putObject("errorsByCode");
    result.errors().forEach(byCode::put);
    ArrayNode byMinute = json.putArray("ratePerSecondByMinute");
    result.rateByMinute().forEach(byMinute::add);
    json.put("slowestSecondRate", result.slowestSecond());
    json.put("guardsFailed", result.guardsFailed()).put("preloaded", preload);
    json.put("valueBytes", valueBytes).put("keys", keys).put("targets", targets.toString());
    console.json(json);
  }

  private static double millis(BenchRun.Result result, double percentile) {
    return result.latencies().getValueAtPercentile(percentile) / 1000.0;
  }
}
