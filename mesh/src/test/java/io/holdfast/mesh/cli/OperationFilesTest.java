package io.holdfast.mesh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.BooleanNode;
import io.holdfast.config.SettingsReader;
import io.holdfast.config.SettingsResult;
import io.holdfast.config.core.HoldfastSettings;
import io.holdfast.mesh.HoldfastNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import picocli.CommandLine;

/** What docs/operations and the guide beside it say of this software is so. */
class OperationFilesTest {

  private static final Path DOCS = Path.of("..", "docs");
  private static final Path FILES = DOCS.resolve("operations");
  private static final HoldfastSettings DEFAULTS = valid(Optional.empty(), Map.of());

  /** The exits that {@link Exit} has, and the one of a JVM without memory. */
  private static final int NO_MEMORY = 3;

  /** Seven steps of stopping, and handing over three groups, each with its patience. */
  private static final long SECONDS_TO_STOP = 10 * HoldfastNode.CLOSE_PATIENCE.toSeconds();

  private static HoldfastSettings valid(Optional<Path> file, Map<String, String> environment) {
    SettingsResult read = SettingsReader.read(file, new Properties(), environment, Map.of());
    assertThat(read).isInstanceOf(SettingsResult.Valid.class);
    return ((SettingsResult.Valid) read).settings();
  }

  private static int meshPort() {
    return DEFAULTS.mesh().bind().port();
  }

  private static int httpPort() {
    return DEFAULTS.http().addr().port();
  }

  private static String text(String file) throws IOException {
    return Files.readString(FILES.resolve(file));
  }

  /** Whether the command line has such a verb with such options. */
  private static void assertIsACommand(List<String> words) {
    Console console =
        new Console(
            new ByteArrayInputStream(new byte[0]),
            new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8),
            new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8),
            new TreeMap<>(),
            false);
    CommandLine command = HoldfastCommand.create(console, Optional.empty());
    int at = 0;
    while (at < words.size() && command.getSubcommands().containsKey(words.get(at))) {
      command = Objects.requireNonNull(command.getSubcommands().get(words.get(at)));
      at++;
    }
    if (at == 0) {
      assertThat(words).as("a verb").first().isIn("--help", "--version");
    }
    for (String word : words.subList(at, words.size())) {
      if (word.startsWith("--")) {
        assertThat(command.getCommandSpec().optionsMap())
            .as(String.join(" ", words))
            .containsKey(word.replaceFirst("=.*", ""));
      }
    }
  }

  // ---- The file of settings

  @Test
  void settingsOfTheFirstHostAreSettingsAndUseTheUsualPorts() {
    HoldfastSettings settings = valid(Optional.of(FILES.resolve("node.conf")), Map.of());

    assertThat(settings.mesh().bind().port()).isEqualTo(meshPort());
    assertThat(settings.http().addr().port()).isEqualTo(httpPort());
    assertThat(settings.mesh().peers()).hasSize(3);
    assertThat(settings.node().dataDir()).isEqualTo(Path.of("/var/lib/holdfast"));
  }

  // ---- The unit

  private static List<String> unit(String key) throws IOException {
    return text("holdfast.service")
        .lines()
        .filter(line -> line.startsWith(key + "="))
        .map(line -> line.substring(key.length() + 1))
        .toList();
  }

  @Test
  void unitStartsANodeByFlagsAndVariablesThatThereAre() throws IOException {
    List<String> words = List.of(String.join("", unit("ExecStart")).split(" "));
    assertThat(words).startsWith("/opt/holdfast/holdfast", "node");
    assertIsACommand(words.subList(1, words.size()));

    Map<String, String> environment = new TreeMap<>();
    for (String variable : unit("Environment")) {
      environment.put(variable.replaceFirst("=.*", ""), variable.replaceFirst("[^=]*=", ""));
    }
    assertThat(environment).isNotEmpty();
    valid(Optional.empty(), environment);
  }

  @Test
  void unitLeavesEveryEndingOfANodeToSomebodyButTheLackOfMemory() throws IOException {
    List<String> prevented = List.of(String.join("", unit("RestartPreventExitStatus")).split(" "));

    for (Exit exit : Set.of(Exit.USAGE, Exit.IO, Exit.INTERNAL, Exit.CONFIGURATION)) {
      assertThat(prevented).contains(Integer.toString(exit.status()));
    }
    assertThat(prevented).hasSize(4).doesNotContain(Integer.toString(NO_MEMORY));
    assertThat(unit("Restart")).containsExactly("on-failure");
  }

  @Test
  void unitGivesANodeTimeToStopAndFilesForAllConnections() throws IOException {
    assertThat(Long.parseLong(unit("TimeoutStopSec").get(0))).isGreaterThan(SECONDS_TO_STOP);
    assertThat(Integer.parseInt(unit("LimitNOFILE").get(0)))
        .isGreaterThan(2 * DEFAULTS.http().maxConnections());
  }

  @Test
  void unitNamesADocumentThatTheGuideHasInstalled() throws IOException {
    assertThat(unit("Documentation")).containsExactly("file:///opt/holdfast/docs/OPERATIONS.md");
    assertThat(DOCS.resolve("OPERATIONS.md")).exists();
    assertThat(Files.readString(DOCS.resolve("DEPLOYMENT.md")))
        .containsPattern("cp -aL holdfast [^\\n]*\\bdocs\\b[^\\n]* dist/holdfast/\\n");
  }

  // ---- Kubernetes

  /** The documents as JSON, for which there are paths. */
  private static Map<String, JsonNode> documents() throws IOException {
    Map<String, JsonNode> documents = new TreeMap<>();
    for (Object document :
        new Load(LoadSettings.builder().build()).loadAllFromString(text("kubernetes.yaml"))) {
      JsonNode json = new ObjectMapper().valueToTree(document);
      documents.put(json.path("kind").asText() + " " + json.at("/metadata/name").asText(), json);
    }
    return documents;
  }

  private static JsonNode set() throws IOException {
    return Objects.requireNonNull(documents().get("StatefulSet holdfast"));
  }

  private static JsonNode container() throws IOException {
    JsonNode containers = set().at("/spec/template/spec/containers");
    assertThat(containers).hasSize(1);
    return containers.get(0);
  }

  /** As the first pod has it. */
  private static Map<String, String> environment() throws IOException {
    Map<String, String> environment = new TreeMap<>();
    for (JsonNode variable : container().path("env")) {
      environment.put(
          variable.path("name").asText(),
          switch (variable.at("/valueFrom/fieldRef/fieldPath").asText()) {
            case "metadata.name" -> "holdfast-0";
            case "status.podIP" -> "10.1.2.3";
            default -> variable.path("value").asText();
          });
    }
    environment.replaceAll((name, value) -> value.replace("$(POD_IP)", "10.1.2.3"));
    return environment;
  }

  @Test
  void podsAreNodesByVariablesOfSettingsThatThereAre() throws IOException {
    HoldfastSettings settings = valid(Optional.empty(), environment());

    assertThat(settings.node().id().value()).isEqualTo("holdfast-0");
    assertThat(settings.mesh().peers()).hasSize(set().at("/spec/replicas").asInt());
    assertThat(settings.mesh().peers())
        .allSatisfy(
            peer ->
                assertThat(peer.address().toString())
                    .isEqualTo(
                        "%s.%s:%d"
                            .formatted(
                                peer.node(), set().at("/spec/serviceName").asText(), meshPort())));
    assertThat(settings.http().addr().port()).isEqualTo(httpPort());
    assertThat(settings.node().dataDir().toString())
        .startsWith(container().at("/volumeMounts/0/mountPath").asText());
    assertIsACommand(
        List.of(new ObjectMapper().convertValue(container().path("args"), String[].class)));
  }

  /** Those that name services would be unknown settings. */
  @Test
  void podsGetNoVariablesOfServices() throws IOException {
    Map<String, String> environment = environment();
    environment.put("HOLDFAST_SERVICE_HOST", "10.1.2.4");

    assertThat(documents()).containsKey("Service holdfast");
    assertThat(
            SettingsReader.read(Optional.empty(), new Properties(), environment, Map.of())
                instanceof SettingsResult.Valid)
        .isFalse();
    assertThat(set().at("/spec/template/spec/enableServiceLinks")).isEqualTo(BooleanNode.FALSE);
  }

  @Test
  void portsAreThoseOfTheSettings() throws IOException {
    Map<String, Integer> ports = new TreeMap<>();
    container()
        .path("ports")
        .forEach(port -> ports.put(port.path("name").asText(), port.path("containerPort").asInt()));

    assertThat(ports).isEqualTo(Map.of("mesh", meshPort(), "http", httpPort()));
    for (JsonNode document : documents().values()) {
      for (JsonNode port : document.at("/spec/ports")) {
        assertThat(ports)
            .containsEntry(port.path("targetPort").asText(), port.path("port").asInt());
      }
    }
    assertThat(text("Containerfile")).contains("EXPOSE " + meshPort() + " " + httpPort());
  }

  @Test
  void probesAskPathsThatThereAre() throws IOException {
    JsonNode paths;
    try (InputStream api = getClass().getResourceAsStream("/openapi.json")) {
      paths = new ObjectMapper().readTree(Objects.requireNonNull(api)).path("paths");
    }
    for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
      JsonNode get = container().path(probe).path("httpGet");
      assertThat(paths.has(get.path("path").asText())).as(probe).isTrue();
      assertThat(get.path("port").asText()).isEqualTo("http");
    }
    assertThat(container().at("/readinessProbe/httpGet/path").asText()).isEqualTo("/readyz");
    assertThat(container().at("/livenessProbe/httpGet/path").asText()).isEqualTo("/livez");
  }

  @Test
  void oneNodeIsAwayAtATimeAndEachIsOnAHostOfItsOwn() throws IOException {
    JsonNode budget = Objects.requireNonNull(documents().get("PodDisruptionBudget holdfast"));
    JsonNode labels = set().at("/spec/template/metadata/labels");

    assertThat(budget.at("/spec/maxUnavailable").asInt()).isEqualTo(1);
    assertThat(budget.at("/spec/selector/matchLabels")).isEqualTo(labels);
    assertThat(set().at("/spec/selector/matchLabels")).isEqualTo(labels);
    JsonNode apart =
        set()
            .at(
                "/spec/template/spec/affinity/podAntiAffinity"
                    + "/requiredDuringSchedulingIgnoredDuringExecution/0");
    assertThat(apart.path("topologyKey").asText()).isEqualTo("kubernetes.io/hostname");
    assertThat(apart.at("/labelSelector/matchLabels")).isEqualTo(labels);
    assertThat(set().at("/spec/podManagementPolicy").asText()).isEqualTo("Parallel");
    assertThat(set().at("/spec/template/spec/terminationGracePeriodSeconds").asLong())
        .isGreaterThan(SECONDS_TO_STOP);
  }

  @Test
  void podsFindEachOtherBeforeTheyAreReady() throws IOException {
    JsonNode service =
        Objects.requireNonNull(
            documents().get("Service " + set().at("/spec/serviceName").asText()));

    assertThat(service.at("/spec/clusterIP").asText()).isEqualTo("None");
    assertThat(service.at("/spec/publishNotReadyAddresses").asBoolean()).isTrue();
  }

  // ---- The image, and the guide

  @Test
  void imageRunsANodeByVariablesOfSettingsThatThereAre() throws IOException {
    Matcher variable = Pattern.compile("(HOLDFAST_[A-Z_]+)=(\\S+)").matcher(text("Containerfile"));
    Map<String, String> environment = new TreeMap<>();
    while (variable.find()) {
      environment.put(variable.group(1), variable.group(2));
    }

    assertThat(environment).containsKey("HOLDFAST_NODE_DATA_DIR");
    valid(Optional.empty(), environment);
    assertThat(text("Containerfile")).contains("CMD [\"node\"]", "UNTESTED");
    assertThat(text("kubernetes.yaml")).contains("UNTESTED");
  }

  @Test
  void guideNamesVerbsOptionsAndFilesThatThereAre() throws IOException {
    String guide = Files.readString(DOCS.resolve("DEPLOYMENT.md"));
    List<List<String>> commands = new ArrayList<>();
    Matcher command =
        Pattern.compile("(?m)(?:\\./|bin/|`|\\$ |holdfast/|^)holdfast ((?:[^`\\n#;|&>]|\\\\\\n)+)")
            .matcher(guide);
    while (command.find()) {
      commands.add(Arrays.asList(command.group(1).replace("\\\n", " ").strip().split("\\s+")));
    }

    assertThat(commands).hasSizeGreaterThan(8);
    commands.forEach(OperationFilesTest::assertIsACommand);
    Matcher link = Pattern.compile("\\]\\(([^)#:]+)(#[^)]*)?\\)").matcher(guide);
    while (link.find()) {
      assertThat(DOCS.resolve(link.group(1))).exists();
    }
    assertThat(guide).contains(Integer.toString(meshPort()), Integer.toString(httpPort()));
  }
}
