package io.holdfast.mesh.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.mesh.metrics.PromQl.Selected;
import io.holdfast.mesh.metrics.PromQl.Value;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The dashboard and the alerts ask for what a node shows, and for nothing else. */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class DashboardTest {

  private static final String DASHBOARD = "docs/operations/grafana-dashboard.json";
  private static final String ALERTS = "docs/operations/alerts.yml";

  /** Added by Prometheus to whatever it scrapes. */
  private static final Set<String> OF_PROMETHEUS = Set.of("up");

  private static final Set<String> LABELS_OF_PROMETHEUS = Set.of("instance", "job");

  private static final Pattern LABEL_VALUES =
      Pattern.compile("label_values\\(([a-z_]+)(?:\\{mesh=\"\\$mesh\"})?, ([a-z_]+)\\)");

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

  private static JsonNode dashboard() throws IOException {
    return new ObjectMapper().readTree(Repository.file(DASHBOARD).toFile());
  }

  private static List<String> dashboardExpressions() throws IOException {
    List<String> expressions = new ArrayList<>();
    for (JsonNode panel : dashboard().path("panels")) {
      panel.path("targets").forEach(target -> expressions.add(target.path("expr").asText()));
    }
    return expressions;
  }

  private static List<JsonNode> alerts() throws IOException {
    JsonNode file =
        new ObjectMapper()
            .valueToTree(
                new Load(LoadSettings.builder().build()).loadFromString(Repository.read(ALERTS)));
    List<JsonNode> rules = new ArrayList<>();
    file.path("groups").forEach(group -> group.path("rules").forEach(rules::add));
    return rules;
  }

  /** What an expression asks for that no node shows. */
  private static Set<String> unknown(String expression) {
    Set<String> unknown = new TreeSet<>();
    for (Selected selected : PromQl.metrics(expression)) {
      if (OF_PROMETHEUS.contains(selected.metric())) {
        continue;
      }
      if (!shown.names().contains(selected.metric())) {
        unknown.add(selected.metric());
        continue;
      }
      Set<String> labels = new HashSet<>(LABELS_OF_PROMETHEUS);
      shown
          .of(selected.metric(), Map.of())
          .forEach(sample -> labels.addAll(sample.labels().keySet()));
      for (String label : selected.labels()) {
        if (!labels.contains(label)) {
          unknown.add(selected.metric() + "{" + label + "}");
        }
      }
      selected.values().stream()
          .filter(value -> !LABELS_OF_PROMETHEUS.contains(value.label()))
          .filter(value -> labels.contains(value.label()))
          .forEach(value -> unknown.addAll(unknownValues(selected.metric(), value)));
    }
    for (String label : PromQl.matching(expression)) {
      if (!LABELS_OF_PROMETHEUS.contains(label)
          && shown.samples().stream().noneMatch(sample -> sample.labels().containsKey(label))) {
        unknown.add("{" + label + "}");
      }
    }
    return unknown;
  }

  /** Words of the tables of METRICS.md are all there from the start. */
  private static Set<String> unknownValues(String metric, Value value) {
    Set<String> unknown = new TreeSet<>();
    for (String each : value.offered()) {
      if (shown.of(metric, Map.of(value.label(), each)).isEmpty()) {
        unknown.add(metric + "{" + value.label() + "=" + each + "}");
      }
    }
    return unknown;
  }

  @Test
  void dashboardAsksForWhatANodeShows() throws Exception {
    List<String> expressions = dashboardExpressions();

    assertThat(expressions).hasSizeGreaterThan(60);
    assertThat(expressions).allSatisfy(each -> assertThat(unknown(each)).as(each).isEmpty());
  }

  @Test
  void madeUpNamesAndLabelsAreFound() {
    assertThat(unknown("rate(holdfast_writes_total{colour=\"red\"}[5m]) + made_up_total"))
        .containsExactly("holdfast_writes_total{colour}", "made_up_total");
    assertThat(
            unknown(
                "sum by (group, hue) (holdfast_keys) unless ignoring(shade) holdfast_lag_slots"))
        .containsExactly("holdfast_keys{hue}", "{shade}");
    assertThat(
            unknown("holdfast_role{role=~\"leading|prime\"} == holdfast_role{role!=\"minister\"}"))
        .containsExactly("holdfast_role{role=minister}", "holdfast_role{role=prime}");
  }

  /** One Prometheus may watch several meshes that have groups and peers of the same names. */
  @Test
  void meshesAreKeptApart() throws Exception {
    for (String expression : dashboardExpressions()) {
      assertThat(PromQl.metrics(expression))
          .as(expression)
          .allSatisfy(each -> assertThat(each.labels()).as(each.metric()).contains("mesh"));
    }
    for (JsonNode rule : alerts()) {
      String expression = rule.path("expr").asText();
      if (expression.contains(" by (")) {
        assertThat(PromQl.metrics(expression))
            .as(expression)
            .allSatisfy(each -> assertThat(each.labels()).contains("mesh"));
        assertThat(rule.at("/annotations/summary").asText()).contains("{{ $labels.mesh }}");
      }
    }
  }

  @Test
  void dashboardCanBeImported() throws Exception {
    JsonNode dashboard = dashboard();
    Set<Integer> ids = new HashSet<>();

    assertThat(dashboard.path("title").asText()).isEqualTo("Holdfast");
    assertThat(dashboard.path("uid").asText()).isNotEmpty();
    for (JsonNode panel : dashboard.path("panels")) {
      assertThat(ids.add(panel.path("id").asInt())).as("id of %s", panel.path("title")).isTrue();
      assertThat(panel.path("gridPos").path("x").asInt() + panel.path("gridPos").path("w").asInt())
          .isBetween(1, 24);
    }
    for (JsonNode variable : dashboard.path("templating").path("list")) {
      if (variable.path("type").asText().equals("query")) {
        Matcher query = LABEL_VALUES.matcher(variable.path("definition").asText());
        assertThat(query.matches()).as(variable.toString()).isTrue();
        assertThat(unknown(query.group(1) + "{" + query.group(2) + "=\"$any\"}")).isEmpty();
      }
    }
  }

  @Test
  void pinnedMetricsAreShownOrWatched() throws Exception {
    Set<String> asked = new HashSet<>();
    for (String expression : dashboardExpressions()) {
      PromQl.metrics(expression).forEach(selected -> asked.add(selected.metric()));
    }
    for (JsonNode rule : alerts()) {
      PromQl.metrics(rule.path("expr").asText()).forEach(each -> asked.add(each.metric()));
    }

    assertThat(shown.families())
        .filteredOn(name -> name.startsWith("replication_"))
        .hasSize(4)
        .allSatisfy(
            name ->
                assertThat(asked)
                    .as(name)
                    .containsAnyOf(name, name + "_bucket", name + "_sum", name + "_count"));
  }

  @Test
  void alertsAskForWhatANodeShowsAndSayWhatToDo() throws Exception {
    Set<String> names = new HashSet<>();
    assertThat(alerts()).hasSizeGreaterThan(10);
    for (JsonNode rule : alerts()) {
      String name = rule.path("alert").asText();
      assertThat(names.add(name)).as("%s twice", name).isTrue();
      assertThat(rule.path("expr").asText()).as(name).isNotBlank();
      assertThat(unknown(rule.path("expr").asText())).as(name).isEmpty();
      assertThat(rule.path("for").asText()).as(name).matches("\\d+[smh]");
      assertThat(rule.at("/labels/severity").asText()).as(name).isIn("critical", "warning");
      assertThat(rule.at("/annotations/summary").asText()).as(name).isNotBlank();
      assertThat(rule.at("/annotations/description").asText()).as(name).isNotBlank();
      String runbook = rule.at("/annotations/runbook").asText();
      assertThat(Repository.leadsToASection(runbook)).as("%s: %s", name, runbook).isTrue();
    }
  }
}
