package io.holdfast.mesh.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many callers, through all nodes of a mesh of processes, who want the same numbers. */
class ReservationsTest {

  private static final int CALLERS = 20;
  private static final int NUMBERS = 11;
  private static final String POOLS =
      """
      kind: pools
      version: 1
      pools:
        - {name: slots, scope: mesh, first: 1, last: 11}
        - {name: wide, scope: host, first: 1, last: 1000, expiry: 30d}
        - {name: test-ports, scope: host, first: %d, last: %d, expiry: 30d}
      """;

  @TempDir private Path dir = Path.of("");

  private final ExecutorService threads = Executors.newFixedThreadPool(CALLERS);
  private long firstPort;

  @SuppressWarnings("NullAway.Init")
  private LiveMesh mesh;

  @BeforeEach
  void start() throws IOException {
    mesh = LiveMesh.start(dir);
    firstPort = 21_000 + 20 * (ProcessHandle.current().pid() % 400);
    Path pools =
        Files.writeString(
            dir.resolve("pools.yaml"), POOLS.formatted(firstPort, firstPort + NUMBERS - 1));
    VerbRun active =
        VerbRun.of(
            "control",
            "activate",
            "--expect-epoch",
            "0",
            "--reason",
            "test",
            pools.toString(),
            "--timeout",
            "60s",
            "--endpoints",
            endpoints(0));
    assertThat(active.exit()).as(active.text()).isEqualTo(0);
  }

  @AfterEach
  void end() {
    threads.shutdownNow();
    mesh.close();
  }

  /** All nodes, beginning with another one for each. */
  private String endpoints(int caller) {
    List<String> all = new ArrayList<>();
    mesh.nodes().forEach(node -> all.add(node.endpoint().toString()));
    Collections.rotate(all, caller);
    return String.join(",", all);
  }

  private VerbRun run(int caller, String... arguments) {
    List<String> all = new ArrayList<>(List.of("reservation"));
    all.addAll(List.of(arguments));
    all.addAll(List.of("--timeout", "60s", "--endpoints", endpoints(caller)));
    return VerbRun.of(all.toArray(String[]::new));
  }

  private List<VerbRun> atOnce(int callers, IntFunction<String[]> arguments) {
    List<CompletableFuture<VerbRun>> runs =
        IntStream.range(0, callers)
            .mapToObj(
                caller ->
                    CompletableFuture.supplyAsync(
                        () -> run(caller, arguments.apply(caller)), threads))
            .toList();
    return runs.stream().map(CompletableFuture::join).toList();
  }

  private static JsonNode json(VerbRun run) {
    List<String> lines = run.text().lines().filter(line -> line.startsWith("{")).toList();
    try {
      return new ObjectMapper().readTree(lines.get(lines.size() - 1));
    } catch (IOException e) {
      throw new AssertionError(run.text(), e);
    }
  }

  /** A folder of its own for each, which need not be there. */
  private static String folder(int caller) {
    return Path.of("").toAbsolutePath().resolve("caller" + caller).toString();
  }

  private List<JsonNode> list(String pool) {
    VerbRun run = run(0, "list", "--all-hosts", "--pool", pool, "--json");
    assertThat(run.exit()).as(run.text()).isEqualTo(0);
    List<JsonNode> all = new ArrayList<>();
    json(run).path("reservations").forEach(all::add);
    return all;
  }

  private static List<Long> values(List<JsonNode> some) {
    return some.stream().map(one -> one.path("value").asLong()).sorted().toList();
  }

  // ---- One pool, many callers

  private void assertElevenOfTwenty(String pool, long first, List<VerbRun> runs) {
    List<VerbRun> given = runs.stream().filter(run -> run.exit() == 0).toList();
    List<VerbRun> refused = runs.stream().filter(run -> run.exit() != 0).toList();
    List<Long> all = LongStream.range(first, first + NUMBERS).boxed().toList();
    assertThat(values(given.stream().map(ReservationsTest::json).toList()))
        .as("%s", runs)
        .isEqualTo(all);
    assertThat(refused)
        .hasSize(CALLERS - NUMBERS)
        .allSatisfy(
            run -> {
              assertThat(run.exit()).isEqualTo(1);
              assertThat(json(run).path("code").asText()).isEqualTo("pool_exhausted");
            });
    assertThat(values(list(pool))).isEqualTo(all);
  }

  private static String[] reserve(String pool, int caller) {
    return new String[] {"reserve", "--pool", pool, "--path", folder(caller), "--json"};
  }

  @Test
  void elevenOfTwentyGetElevenNumbersAndNineAreToldThatThereAreNone() {
    assertElevenOfTwenty("slots", 1, atOnce(CALLERS, caller -> reserve("slots", caller)));
    // The same with ports that are tried on this host before and after.
    assertElevenOfTwenty(
        "test-ports", firstPort, atOnce(CALLERS, caller -> reserve("test-ports", caller)));
  }

  @Test
  void elevenOfTwentyGetElevenNumbersWhileTheLeaderIsKilled() {
    LiveNode leader = mesh.awaitLeader();
    CompletableFuture<List<VerbRun>> runs =
        CompletableFuture.supplyAsync(() -> atOnce(CALLERS, caller -> reserve("slots", caller)));
    await("some are given")
        .atMost(LiveMesh.PATIENCE)
        .until(() -> list("slots").size(), count -> count > 1);
    leader.kill();

    assertElevenOfTwenty("slots", 1, runs.join());
    mesh.killAll();
    mesh.nodes().forEach(LiveNode::start);
    mesh.awaitLeader();
    assertThat(list("slots")).hasSize(NUMBERS);
  }

  @Test
  void oneOwnerHasOneNumberHoweverOftenItAsks() {
    List<VerbRun> ten = atOnce(10, caller -> reserve("wide", caller));
    assertThat(ten).allMatch(run -> run.exit() == 0);
    assertThat(ten.stream().map(run -> json(run).path("value").asLong()).distinct()).hasSize(10);

    List<VerbRun> same = atOnce(CALLERS, caller -> reserve("test-ports", 0));
    assertThat(same).as("%s", same).allMatch(run -> run.exit() == 0);
    assertThat(same.stream().map(run -> json(run).path("value").asLong()).distinct()).hasSize(1);
    assertThat(list("test-ports")).hasSize(1);
  }

  // ---- All or nothing

  /** How many numbers each folder has that has any. */
  private Map<String, Integer> byFolder() {
    Map<String, Integer> folders = new HashMap<>();
    list("slots").forEach(one -> folders.merge(one.path("path").asText(), 1, Integer::sum));
    return folders;
  }

  @Test
  void groupsReleasesAndMigrationsAreNeverSeenInPart() throws IOException {
    Path file =
        Files.writeString(
            dir.resolve("holdfast.yaml"),
            "pool: slots\nreservations: [{name: a}, {name: b}, {name: c}]\n");
    AtomicBoolean over = new AtomicBoolean();
    CompletableFuture<Integer> looking =
        CompletableFuture.supplyAsync(
            () -> {
              int looks = 0;
              while (!over.get()) {
                assertThat(byFolder().values()).allMatch(count -> count == 3);
                looks++;
              }
              return looks;
            });

    List<VerbRun> runs =
        atOnce(
            CALLERS,
            caller ->
                new String[] {
                  "reserve-group", "--file", file.toString(), "--path", folder(caller), "--json"
                });
    assertThat(runs.stream().map(VerbRun::exit))
        .as("%s", runs)
        .containsOnly(0, 1)
        .filteredOn(exit -> exit == 0)
        .hasSize(3);
    assertThat(byFolder()).hasSize(3);
    List<String> before = List.copyOf(byFolder().keySet());
    List<VerbRun> moved =
        atOnce(
            before.size(),
            caller -> new String[] {"migrate", before.get(caller), before.get(caller) + "-new"});
    assertThat(moved).as("%s", moved).allMatch(run -> run.exit() == 0);
    assertThat(byFolder().keySet()).allMatch(folder -> folder.endsWith("-new"));
    List<String> after = List.copyOf(byFolder().keySet());
    atOnce(
        after.size() - 1,
        caller -> new String[] {"release", "--recursive", "--path", after.get(caller)});
    over.set(true);

    assertThat(looking.join()).isPositive();
    assertThat(byFolder()).hasSize(1);
  }

  // ---- What is refused, and what is only planned

  @Test
  void refusalsNameTheHolderAndPlansChangeNothing() {
    String[] first = reserve("wide", 1);
    assertThat(run(0, and(first, "--value", "7", "--project", "shop")).exit()).isEqualTo(0);

    VerbRun taken = run(1, and(reserve("wide", 2), "--value", "7"));
    assertThat(taken.exit()).isEqualTo(1);
    assertThat(json(taken).path("code").asText()).isEqualTo("conflict");
    assertThat(json(taken).path("holder").path("path").asText()).isEqualTo(folder(1));
    assertThat(taken.text()).contains(folder(1), "project 'shop'");
    VerbRun sticky = run(2, and(first, "--project", "other"));
    assertThat(sticky.exit()).isEqualTo(1);
    assertThat(json(sticky).path("code").asText()).isEqualTo("sticky");

    List<JsonNode> before = list("wide");
    assertThat(run(0, and(first, "--project", "other", "--force", "--dry-run")).exit())
        .isEqualTo(0);
    assertThat(run(1, and(reserve("wide", 3), "--dry-run")).text()).contains("\"value\":1,");
    assertThat(run(2, "release", "--pool", "wide", "--path", folder(1), "--dry-run").text())
        .contains("would be released: 7 of wide");
    assertThat(run(0, "migrate", folder(1), folder(4), "--dry-run").text())
        .contains("would be migrated: 7 of wide");
    assertThat(run(1, "migrate", folder(3), folder(4), "--dry-run").exit()).isEqualTo(1);
    assertThat(list("wide")).isEqualTo(before);

    assertThat(run(2, "release", "--pool", "wide", "--path", folder(1)).exit()).isEqualTo(0);
    assertThat(run(2, "release", "--pool", "wide", "--path", folder(1)).exit()).isEqualTo(0);
    assertThat(run(1, and(reserve("wide", 2), "--value", "7")).exit()).isEqualTo(0);
  }

  private static String[] and(String[] some, String... more) {
    List<String> all = new ArrayList<>(List.of(some));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }
}
