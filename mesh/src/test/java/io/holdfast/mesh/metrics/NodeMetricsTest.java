package io.holdfast.mesh.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.GateKind;
import io.holdfast.mesh.metrics.Exposition.Sample;
import java.lang.management.ManagementFactory;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What two nodes in this process show of themselves. */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class NodeMetricsTest {

  private static final Pattern OURS = Pattern.compile("(holdfast|replication)_.*");

  /** {@code | `name` | type | `label`, `label` | meaning |}. */
  private static final Pattern ROW =
      Pattern.compile(
          "\\| `([a-z0-9_]+)` \\| (counter|gauge|histogram|summary) \\| ([a-z0-9_`, ]*) \\| .+ \\|");

  private static final MBeanServer BEANS = ManagementFactory.getPlatformMBeanServer();

  @TempDir
  @SuppressWarnings("NullAway.Init")
  static Path temporary;

  @SuppressWarnings("NullAway.Init")
  private static MeasuredNodes nodes;

  @SuppressWarnings("NullAway.Init")
  private static Exposition shown;

  @BeforeAll
  static void start() throws Exception {
    nodes = MeasuredNodes.start(temporary);
    shown = nodes.scrapeInUse(nodes.leader());
  }

  @AfterAll
  static void close() {
    nodes.close();
  }

  // ---- Names

  private static Set<String> labelsOf(String family) {
    Set<String> labels = new TreeSet<>();
    for (String part : List.of("", "_bucket", "_sum", "_count")) {
      shown.of(family + part, Map.of()).forEach(each -> labels.addAll(each.labels().keySet()));
    }
    labels.remove("le");
    labels.remove("mesh"); // all have it: the document says so once
    return labels;
  }

  /** By name, the type and the labels. */
  private static Map<String, List<Object>> documented() throws Exception {
    Map<String, List<Object>> rows = new TreeMap<>();
    Repository.read("docs/METRICS.md")
        .lines()
        .map(ROW::matcher)
        .filter(row -> row.matches())
        .forEach(
            row -> {
              Set<String> labels = new TreeSet<>(Arrays.asList(row.group(3).split("[`, ]+")));
              labels.remove("");
              List<Object> before = rows.put(row.group(1), List.of(row.group(2), labels));
              assertThat(before).as("%s twice", row.group(1)).isNull();
            });
    return rows;
  }

  @Test
  void documentListsWhatANodeShowsAndNothingElse() throws Exception {
    Map<String, List<Object>> seen = new TreeMap<>();
    shown.types().forEach((family, type) -> seen.put(family, List.of(type, labelsOf(family))));
    Map<String, List<Object>> documented = documented();

    assertThat(seen).isEqualTo(documented);
    for (GateKind gate : GateKind.values()) {
      assertThat(Repository.read("docs/METRICS.md")).contains("`" + gate.code() + "`");
    }
  }

  @Test
  void namesFollowThePracticeOfPrometheus() {
    Set<String> countedThings =
        Set.of("commands", "slots", "keys", "connections", "watchers", "leases", "boots");
    for (Map.Entry<String, String> each : shown.types().entrySet()) {
      String name = each.getKey();
      String type = each.getValue();
      assertThat(name.endsWith("_total")).as(name).isEqualTo(type.equals("counter"));
      assertThat(shown.helps().getOrDefault(name, "")).as(name).isNotBlank();
      if (!OURS.matcher(name).matches()) {
        continue; // Micrometer's
      }
      assertThat(name).matches("[a-z][a-z0-9]*(_[a-z0-9]+)*");
      assertThat(name)
          .as("base units are seconds and bytes")
          .doesNotMatch(".*_(ms|millis|milliseconds|nanos|micros|minutes|kb|mb|mib|percent)(_.*)?");
      assertThat(name).doesNotMatch(".*_(bucket|sum|count|created|gauge|counter|histogram)");
      if (type.equals("histogram") || type.equals("summary")) {
        assertThat(name).matches(".*_(seconds|bytes|commands)");
      }
      if (name.contains("bytes")) {
        assertThat(name).matches(".*_bytes(_total)?");
      }
      if (name.contains("seconds")) {
        assertThat(name).endsWith("_seconds");
      }
    }
    assertThat(countedThings)
        .allMatch(thing -> shown.names().stream().anyMatch(n -> n.contains(thing)));
  }

  @Test
  void pinnedNamesHaveTheirLabelsAndAreThereFromTheStart() {
    assertThat(labelled("replication_quorum_ack_total", "result"))
        .containsExactlyInAnyOrder("met", "not_met");
    assertThat(labelled("replication_quorum_failures_total", "reason"))
        .containsExactlyInAnyOrder("unreachable", "timeout", "id_drift", "local_write_failed");
    assertThat(shown.value("replication_id_drift_total", Map.of())).isZero();
    assertThat(shown.types()).containsEntry("replication_clock_skew_seconds", "histogram");
    assertThat(labelled("holdfast_writes_total", "code"))
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(OutcomeCode.values()).map(OutcomeCode::code).toList());
    assertThat(labelled("holdfast_write_step_seconds_count", "step"))
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(WriteStep.values()).map(WriteStep::code).toList());
  }

  private static Set<String> labelled(String name, String label) {
    return shown.of(name, Map.of("group", "main")).isEmpty()
        ? shown.of(name, Map.of()).stream()
            .map(sample -> sample.labels().getOrDefault(label, ""))
            .collect(Collectors.toSet())
        : shown.of(name, Map.of("group", "main")).stream()
            .map(sample -> sample.labels().getOrDefault(label, ""))
            .collect(Collectors.toSet());
  }

  // ---- Values

  @Test
  void everyStepOfAWriteIsMeasuredWhereItIsDone() throws Exception {
    int leader = nodes.leader();
    Exposition atLeader = nodes.scrape(leader);
    Exposition atOther = nodes.scrape(1 - leader);

    for (WriteStep step : WriteStep.values()) {
      Exposition where = step == WriteStep.FORWARD ? atOther : atLeader;
      Map<String, String> labels = Map.of("group", "main", "step", step.code());
      assertThat(where.value("holdfast_write_step_seconds_count", labels))
          .as(step.code())
          .isGreaterThanOrEqualTo(20);
      assertThat(where.value("holdfast_write_step_seconds_sum", labels))
          .as(step.code())
          .isBetween(0.0, 1000.0);
    }
    for (ReadStep step : ReadStep.values()) {
      Exposition where = step == ReadStep.FORWARD ? atOther : atLeader;
      assertThat(
              where.value(
                  "holdfast_read_step_seconds_count", Map.of("group", "main", "step", step.code())))
          .as(step.code())
          .isPositive();
    }
  }

  @Test
  void countsAndGaugesAreThoseOfTheGroup() throws Exception {
    int leader = nodes.leader();
    Map<String, String> met = Map.of("result", "met");
    // Acknowledgements are final, and counted, once their time is over.
    Exposition now =
        await()
            .atMost(MeasuredNodes.PATIENCE)
            .until(
                () -> nodes.scrape(leader),
                shown -> shown.value("replication_quorum_ack_total", met) >= 40);
    Map<String, String> main = Map.of("group", "main");

    assertThat(now.value("holdfast_is_leader", main)).isEqualTo(1);
    assertThat(now.value("holdfast_group_ready", main)).isEqualTo(1);
    assertThat(now.value("holdfast_group_voters", main)).isEqualTo(2);
    assertThat(now.value("holdfast_keys", main)).isEqualTo(21);
    assertThat(now.value("holdfast_writes_total", Map.of("group", "main", "code", "committed")))
        .isGreaterThanOrEqualTo(20);
    assertThat(now.value("holdfast_batch_commands_sum", main)).isGreaterThanOrEqualTo(41);
    assertThat(now.value("holdfast_batch_size_bytes_count", main)).isGreaterThanOrEqualTo(41);
    assertThat(
            now.value(
                "holdfast_acceptor_answers_total", Map.of("group", "main", "answer", "accepted")))
        .isGreaterThanOrEqualTo(41);
    assertThat(now.value("holdfast_journal_commits_total", Map.of())).isPositive();
    assertThat(now.value("holdfast_disk_free_bytes", Map.of())).isPositive();
    assertThat(now.of("holdfast_peer_accept_seconds_count", main)).hasSize(2);
    assertThat(now.value("holdfast_role", Map.of("group", "main", "role", "leading"))).isEqualTo(1);
    assertThat(
            now.value(
                "holdfast_http_requests_seconds_count",
                Map.of("route", "/v1/groups/{group}/keys/{key}", "method", "PUT", "status", "200")))
        .isGreaterThanOrEqualTo(20);
  }

  /** Whatever clients send, series do not become more. */
  @Test
  void labelsAreBounded() throws Exception {
    nodes.get(0, "/nothing/here");
    nodes.send(
        0,
        "/metrics",
        HttpRequest.newBuilder().method("BREW", HttpRequest.BodyPublishers.noBody()));
    nodes.scrape(0);
    int before = series(nodes.scrape(0));
    for (int i = 0; i < 30; i++) {
      nodes.put(0, "bounded" + i, "value");
      nodes.get(0, "/nothing/here/" + i);
      nodes.get(0, "/v1/groups/unheard-of-" + i + "/keys/k");
      nodes.send(
          0,
          "/metrics",
          HttpRequest.newBuilder().method("BREW" + i, HttpRequest.BodyPublishers.noBody()));
    }
    Exposition after = nodes.scrape(0);

    // One more route and status may have come: reading a group that is not there.
    int ofOneHistogram = after.of("holdfast_batch_commands_bucket", Map.of("group", "main")).size();
    assertThat(series(after) - before).isLessThan(2 * (ofOneHistogram + 10));
    for (Sample sample : after.samples()) {
      sample
          .labels()
          .forEach(
              (label, value) ->
                  assertThat(value)
                      .as("%s of %s", label, sample.name())
                      .doesNotContain("bounded", "unheard", "BREW", temporary.toString()));
    }
  }

  private static int series(Exposition shown) {
    Set<Object> series = new HashSet<>();
    shown.samples().forEach(sample -> series.add(List.of(sample.name(), sample.labels())));
    return series.size();
  }

  // ---- Scraping

  @Test
  void answersInTheFormatThatIsAskedFor() throws Exception {
    assertThat(type("")).startsWith("text/plain; version=0.0.4");
    assertThat(type("text/plain")).startsWith("text/plain; version=0.0.4");
    assertThat(type("application/openmetrics-text; version=1.0.0"))
        .startsWith("application/openmetrics-text; version=1.0.0");
    HttpRequest.Builder open =
        HttpRequest.newBuilder().header("Accept", "application/openmetrics-text; version=1.0.0");
    assertThat(nodes.send(0, "/metrics", open).body()).endsWith("# EOF\n");
  }

  private static String type(String accept) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder();
    if (!accept.isEmpty()) {
      request.header("Accept", accept);
    }
    HttpResponse<String> response = nodes.send(0, "/metrics", request);
    return response.headers().firstValue("Content-Type").orElse("");
  }

  @Test
  void scrapesUnderLoadAreWhole() throws Exception {
    AtomicBoolean done = new AtomicBoolean();
    CompletableFuture<Integer> load =
        CompletableFuture.supplyAsync(
            () -> {
              int written = 0;
              while (!done.get()) {
                try {
                  nodes.put(written % 2, "loaded", "value");
                } catch (Exception e) {
                  throw new IllegalStateException(e);
                }
                written++;
              }
              return written;
            });
    double before = 0;
    for (int i = 0; i < 20; i++) {
      Exposition each = nodes.scrape(0);
      double now =
          each.value(
              "holdfast_write_step_seconds_count", Map.of("group", "main", "step", "persist"));
      assertThat(now).isGreaterThanOrEqualTo(before);
      assertHistogramsAreWhole(each);
      before = now;
    }
    done.set(true);
    assertThat(load.get(60, TimeUnit.SECONDS)).isPositive();
  }

  private static void assertHistogramsAreWhole(Exposition shown) {
    shown.types().entrySet().stream()
        .filter(family -> family.getValue().equals("histogram"))
        .forEach(
            family -> {
              for (Sample count : shown.of(family.getKey() + "_count", Map.of())) {
                List<Double> buckets =
                    shown.of(family.getKey() + "_bucket", count.labels()).stream()
                        .map(Sample::value)
                        .toList();
                assertThat(buckets).as(family.getKey()).hasSizeBetween(12, 17).isSorted();
                assertThat(buckets.get(buckets.size() - 1)).isEqualTo(count.value());
              }
            });
  }

  // ---- JMX

  private static Set<String> beanNames(String node) throws Exception {
    return BEANS
        .queryNames(new ObjectName("io.holdfast.metrics:node=" + node + ",*"), null)
        .stream()
        .map(name -> name.getKeyProperty("name"))
        .collect(Collectors.toSet());
  }

  @Test
  void metersOfBothNodesAreMBeans() throws Exception {
    nodes.scrapeInUse(0);
    nodes.scrapeInUse(1);
    Set<String> expected =
        shown.families().stream()
            .filter(name -> OURS.matcher(name).matches())
            .filter(name -> !name.equals("holdfast_build_info"))
            .collect(Collectors.toSet());

    for (String node : List.of("n1", "n2")) {
      await()
          .atMost(MeasuredNodes.PATIENCE)
          .untilAsserted(() -> assertThat(beanNames(node)).containsAll(expected));
    }
    ObjectName committed =
        new ObjectName(
            "io.holdfast.metrics:mesh=holdfast,node=n1,name=holdfast_writes_total,group=main,code=committed");
    assertThat(((Number) BEANS.getAttribute(committed, "Count")).longValue())
        .isGreaterThanOrEqualTo(20);
    ObjectName keys =
        new ObjectName("io.holdfast.metrics:mesh=holdfast,node=n2,name=holdfast_keys,group=main");
    assertThat(((Number) BEANS.getAttribute(keys, "Value")).doubleValue()).isPositive();
    ObjectName total =
        new ObjectName(
            "io.holdfast.metrics:mesh=holdfast,node=n2,name=holdfast_write_step_seconds,group=main,step=total");
    assertThat(((Number) BEANS.getAttribute(total, "Count")).longValue())
        .isGreaterThanOrEqualTo(20);
  }
}
