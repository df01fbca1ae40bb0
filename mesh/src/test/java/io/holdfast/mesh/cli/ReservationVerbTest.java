package io.holdfast.mesh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.config.core.control.Pool;
import io.holdfast.mesh.client.MemoryMesh;
import io.holdfast.mesh.client.MemoryReservations;
import io.holdfast.mesh.http.HttpFrontDoor;
import io.holdfast.sync.core.reservation.Reservation;
import io.holdfast.sync.core.reservation.ReservationRequest;
import io.holdfast.sync.core.reservation.ReservationRequest.Any;
import io.holdfast.sync.core.reservation.ReservationRequest.Ask;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReservationVerbTest {

  private static final int SIZE = 6;

  private final Vertx vertx = Vertx.vertx();
  private final MemoryMesh mesh = new MemoryMesh();
  private final MemoryReservations reservations = mesh.reservations();
  private final HttpFrontDoor door = mesh.serve(vertx);
  private final List<ServerSocket> sockets = new ArrayList<>();
  private final long first = FreeSpan.of(SIZE);

  @TempDir private Path temp = Path.of("");

  @BeforeEach
  void pools() throws IOException {
    temp = temp.toRealPath();
    reservations.pools(pool("ports", Pool.Scope.HOST, first), pool("ids", Pool.Scope.MESH, 1));
  }

  private static Pool pool(String name, Pool.Scope scope, long first) {
    return new Pool(
        name, scope, first, first + SIZE - 1, List.of(), Optional.of(Duration.ofDays(30)));
  }

  @AfterEach
  void stop() throws Exception {
    for (ServerSocket socket : sockets) {
      socket.close();
    }
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private CommandRun run(String... arguments) {
    return with(Map.of(HostOptions.HOST_VARIABLE, "here"), arguments);
  }

  private CommandRun with(Map<String, String> environment, String... arguments) {
    List<String> all = new ArrayList<>(List.of("reservation"));
    all.addAll(List.of(arguments));
    Map<String, String> variables = new HashMap<>(environment);
    variables.put(MeshOptions.ENDPOINTS_VARIABLE, "127.0.0.1:" + door.port());
    return CommandRun.with(variables, "", Optional.empty(), all.toArray(String[]::new));
  }

  private long reserve(String... arguments) {
    List<String> all = new ArrayList<>(List.of("reserve"));
    all.addAll(List.of(arguments));
    CommandRun run = run(all.toArray(String[]::new));
    assertThat(run.exit()).as(run.err()).isEqualTo(0);
    return Long.parseLong(run.out().strip());
  }

  /** Somebody listens there from now on. */
  private void listen(long port) {
    try {
      sockets.add(new ServerSocket((int) port));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Somebody else's. */
  private void other(String pool, long value) {
    reservations.run(
        new ReservationRequest.Reserve(
            "here",
            List.of(
                new Ask(
                    pool,
                    "/other",
                    "t" + value,
                    Optional.of("theirs"),
                    Optional.empty(),
                    new ReservationRequest.Exact(value))),
            false));
  }

  private List<Long> values() {
    return reservations.all().stream().map(Reservation::value).toList();
  }

  private String elsewhere() {
    return temp.toString();
  }

  // ---- Reserve

  @Test
  void printsTheNumberAndNothingElse() {
    CommandRun run = run("reserve");

    assertThat(run.out()).isEqualTo(first + System.lineSeparator());
    assertThat(run.err()).isEmpty();
    Reservation one = reservations.all().get(0);
    assertThat(one.path()).isEqualTo(Path.of("").toAbsolutePath().toString());
    assertThat(one.host()).isEqualTo("here");
  }

  @Test
  void hostIsTheSameHoweverItsNameIsWritten() {
    with(Map.of(HostOptions.HOST_VARIABLE, "HERE"), "reserve");
    run("reserve", "--host", "Here");

    assertThat(reservations.all()).extracting(Reservation::host).containsExactly("here");
  }

  @Test
  void sameFolderAndTagHaveTheSameNumber() {
    assertThat(reserve("--tag", "a")).isEqualTo(first);
    listen(first); // its owner listens there now: nothing is tried

    assertThat(reserve("--tag", "a")).isEqualTo(first);
    assertThat(reserve("--tag", "b")).isEqualTo(first + 1);
    assertThat(run("reserve", "--tag", "a", "--json").json().path("kind").asText())
        .isEqualTo("kept");
  }

  @Test
  void exactNumberOfSomebodyElseIsRefusedByName() {
    other("ports", first + 2);

    CommandRun run = run("reserve", "--value", "" + (first + 2), "--json");

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err()).contains("conflict", "/other", "project 'theirs'", "next: ");
    JsonNode json = run.json();
    assertThat(json.path("code").asText()).isEqualTo("conflict");
    assertThat(json.path("holder").path("path").asText()).isEqualTo("/other");
    assertThat(json.path("value").asLong()).isEqualTo(first + 2);
    assertThat(run("reserve", "--prefer", "" + (first + 2)).out().strip()).isEqualTo("" + first);
  }

  @Test
  void exactNumberThatIsOccupiedNeedsForce() {
    listen(first + 1);

    CommandRun run = run("reserve", "--value", "" + (first + 1));

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err()).contains("is occupied on this host (TCP", "--force");
    assertThat(values()).isEmpty();
    assertThat(reserve("--value", "" + (first + 1), "--force")).isEqualTo(first + 1);
  }

  @Test
  void occupiedPortsArePassedOver() {
    listen(first);
    listen(first + 1);

    assertThat(reserve()).isEqualTo(first + 2);
    assertThat(reserve("--tag", "p", "--prefer", "" + (first + 1))).isEqualTo(first + 3);
    assertThat(reserve("--tag", "n", "--no-probe")).isEqualTo(first);
  }

  /** The mesh may give what was not tried, and what was tried may be occupied since. */
  @Test
  void portThatIsOccupiedSinceIsGivenBackForAnother() {
    reservations.before.add(() -> listen(first));
    reservations.before.add(() -> listen(first + 1));

    CommandRun run = run("reserve", "--json");

    assertThat(run.exit()).as(run.err()).isEqualTo(0);
    assertThat(run.json().path("value").asLong()).isEqualTo(first + 2);
    assertThat(run.err()).contains(first + " is occupied", (first + 1) + " is occupied");
    assertThat(run.json().path("told")).hasSize(2);
    assertThat(values()).containsExactly(first + 2);
    assertThat(reservations.requests).hasSize(3);
  }

  @Test
  void whatCannotBeHadIsGivenBack() {
    for (long port = first + 1; port < first + SIZE; port++) {
      other("ports", port);
    }
    reservations.before.add(() -> listen(first));

    CommandRun run = run("reserve");

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err()).contains("pool_exhausted", "gave back 1");
    assertThat(values()).doesNotContain(first).hasSize(SIZE - 1);
  }

  @Test
  void whatAnotherProcessOfTheFolderWasToldSinceIsNotGivenBack() {
    for (long port = first + 1; port < first + SIZE; port++) {
      other("ports", port);
    }
    reservations.before.add(() -> listen(first));
    for (String unheard : List.of("another one", "expiry", "another one once more")) {
      reservations.before.add(() -> assertThat(values()).as(unheard).contains(first));
    }
    reservations.before.add(this::askAgainFromThisFolder);

    CommandRun run = run("reserve");

    assertThat(run.exit()).isEqualTo(1);
    assertThat(values()).contains(first).hasSize(SIZE);
  }

  private void askAgainFromThisFolder() {
    reservations.pass(millis -> millis + 1);
    reservations.run(
        new ReservationRequest.Reserve(
            "here",
            List.of(
                new Ask(
                    "ports",
                    Path.of("").toAbsolutePath().toString(),
                    "",
                    Optional.empty(),
                    Optional.empty(),
                    ReservationRequest.Any.FREE)),
            false));
  }

  @Test
  void givesUpWhereEachNumberThatItIsGivenIsOccupied() {
    int many = 2 * Reserving.MAX_ROUNDS;
    long from = FreeSpan.of(many);
    reservations.pools(
        new Pool("my-ports", Pool.Scope.HOST, from, from + many - 1, List.of(), Optional.empty()));
    for (int i = 0; i < many; i++) {
      long port = from + i;
      reservations.before.add(() -> listen(port));
    }

    CommandRun run = run("reserve", "--pool", "my-ports");

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err()).contains("gave back 1", "each of 16 numbers", "--no-probe");
    assertThat(values()).isEmpty();
    assertThat(reservations.requests).hasSize(1 + Reserving.MAX_ROUNDS + 1);
  }

  @Test
  void somebodyFasterCostsNothing() {
    reservations.before.add(() -> other("ports", first));

    CommandRun run = run("reserve");

    assertThat(run.out().strip()).isEqualTo("" + (first + 1));
    assertThat(run.err()).isEmpty();
    assertThat(reservations.requests).hasSize(1);
  }

  @Test
  void exhaustedPoolIsClearedOfWhatIsOverOnceAndToldSo() {
    for (long port = first; port < first + SIZE; port++) {
      other("ports", port);
    }
    CommandRun full = run("reserve");
    assertThat(full.exit()).isEqualTo(1);
    assertThat(full.err()).contains("ended 0 reservations", "pool_exhausted", "next: ");
    assertThat(reservations.requests)
        .extracting(Object::getClass)
        .extracting(Class::getSimpleName)
        .containsExactly("Reserve", "Expire", "Reserve");
    reservations.pass(millis -> millis + Duration.ofDays(31).toMillis());
    assertThat(run("reserve", "--disable-autoclean").exit()).isEqualTo(1);

    CommandRun run = run("reserve");

    assertThat(run.exit()).isEqualTo(0);
    assertThat(run.err()).contains("ended " + SIZE + " reservations", "asked once more");
  }

  @Test
  void projectAndTaskStick() {
    reserve("--project", "a", "--task", "t");

    assertThat(run("reserve").exit()).isEqualTo(0);
    CommandRun run = run("reserve", "--project", "b");
    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err()).contains("sticky", "project 'a'", "--force");
    assertThat(run("reserve", "--project", "b", "--force").exit()).isEqualTo(0);
    assertThat(reservations.all().get(0).project()).isEqualTo("b");
    assertThat(reservations.all().get(0).task()).isEqualTo("t");
  }

  @Test
  void numbersOutsideThePoolNeedForce() {
    CommandRun run = run("reserve", "--pool", "ids", "--value", "99");

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err()).contains("outside_range", "--force");
    assertThat(reserve("--pool", "ids", "--value", "99", "--force")).isEqualTo(99);
  }

  @Test
  void dryRunChangesNothing() {
    CommandRun run = run("reserve", "--dry-run");

    assertThat(run.exit()).isEqualTo(0);
    assertThat(run.out()).startsWith("would be given: " + first + " of ports, ");
    assertThat(run("reserve", "--dry-run", "--json").json().path("code").asText())
        .isEqualTo("planned");
    other("ports", first);
    CommandRun refused = run("reserve", "--value", "" + first, "--dry-run");
    assertThat(refused.exit()).isEqualTo(1);
    assertThat(refused.err()).contains("conflict", "/other");
    run("release", "--dry-run");
    run("expire", "--dry-run");
    run("exclude", "" + first, "--dry-run");
    run("autoclean", "--dry-run");
    assertThat(reservations.requests).isEmpty();
  }

  @Test
  void folderThatHasNothingToDoWithThisOneIsRefused() {
    CommandRun run = run("reserve", "--path", elsewhere());

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err()).contains(elsewhere(), "--allow-unrelated-path");
    assertThat(run("reserve", "--path", elsewhere(), "--allow-unrelated-path").exit()).isEqualTo(0);
    assertThat(run("release", "--path", elsewhere()).exit()).isEqualTo(1);
    assertThat(run("reserve", "--path", "src").exit()).isEqualTo(0);
    assertThat(run("reserve", "--path", "..").exit()).isEqualTo(0);
  }

  // ---- Exit codes

  @Test
  void exitStatusSaysWhatIsWrong() throws IOException {
    assertThat(run("reserve", "--pool", "none").exit()).isEqualTo(4);
    assertThat(run("reserve", "--pool", "A B").exit()).isEqualTo(4);
    assertThat(run("reserve", "--value", "1", "--prefer", "2").exit()).isEqualTo(4);
    assertThat(run("reserve", "--tag", "x".repeat(200)).exit()).isEqualTo(4);
    assertThat(run("release", "--tag", "a", "--all-tags").exit()).isEqualTo(4);
    assertThat(run("exclude", "5-x").exit()).isEqualTo(4);
    assertThat(run("bogus").exit()).isEqualTo(4);
    assertThat(run().exit()).isEqualTo(4);
    assertThat(run("scan", "--pool", "ids").exit()).isEqualTo(4);
    assertThat(run("reserve", "--group", "none").exit()).isEqualTo(4);
    assertThat(run("reserve", "--endpoints", "127.0.0.1:1", "--timeout", "300ms").exit())
        .isEqualTo(2);
    Path wrong = Files.writeString(temp.resolve("holdfast.yaml"), "reservations: 5\n");
    CommandRun run = run("reserve-group", "--file", wrong.toString(), "--json");
    assertThat(run.exit()).isEqualTo(7);
    assertThat(run.err()).contains("reservations: the number 5", "(line 1)", "correct it");
    assertThat(run.json().path("code").asText()).isEqualTo("invalid_file");
    assertThat(run("reserve-group", "--file", temp + "/none.yaml").exit()).isEqualTo(5);
    assertThat(run("init", "--path", temp + "/no/such/folder").exit()).isEqualTo(5);
    assertThat(with(Map.of(HostOptions.HOST_VARIABLE, "a b"), "reserve").exit()).isEqualTo(7);
    assertThat(run("reserve", "--host", "a b").exit()).isEqualTo(4);
    assertThat(run("reserve", "--host", "a b").err()).contains("--host: host 'a b': allowed are");
  }

  @Test
  void everyVerbShowsAnExampleAndHasJson() {
    for (Verb verb : new ReservationVerb(Console.system()).subverbs()) {
      picocli.CommandLine line = new picocli.CommandLine(verb);
      CommandRun run = run(line.getCommandName(), "--help");
      assertThat(run.exit()).isEqualTo(0);
      assertThat(run.out()).as(line.getCommandName()).contains("Example", "--json");
    }
  }

  // ---- Release, migrate

  @Test
  void releaseGivesBackOneTagAllTagsOrAllBelow() {
    reserve();
    reserve("--tag", "a");
    reserve("--path", "src", "--tag", "b");
    reserve("--pool", "ids");

    assertThat(run("release").out()).startsWith("released: " + first + " of ports");
    CommandRun again = run("release");
    assertThat(again.exit()).isEqualTo(0);
    assertThat(again.out().strip()).isEqualTo("nothing to give back");
    assertThat(reservations.all()).hasSize(3);
    JsonNode json = run("release", "--recursive", "--pool", "ports", "--json").json();
    assertThat(json.path("count").asInt()).isEqualTo(2);
    assertThat(reservations.all()).hasSize(1);
    run("release", "--all-tags");
    assertThat(reservations.all()).isEmpty();
  }

  @Test
  void migrateMovesAllOrNothing() {
    reserve("--path", "src/main", "--tag", "a");
    reserve("--path", "src/main", "--tag", "b");
    reserve("--path", "src/test", "--tag", "b");

    CommandRun refused = run("migrate", "src/main", "src/test");
    assertThat(refused.exit()).isEqualTo(1);
    assertThat(refused.err()).contains("conflict", "src/test");
    assertThat(reservations.all()).filteredOn(one -> one.path().endsWith("main")).hasSize(2);
    assertThat(run("migrate", "src/main", "src/test", "--force").exit()).isEqualTo(0);
    assertThat(reservations.all()).allMatch(one -> one.path().endsWith("src/test")).hasSize(2);
    assertThat(run("migrate", "src/none", "src/more").exit()).isEqualTo(1);
    assertThat(run("migrate", "src", "src/main").exit()).isEqualTo(4);
  }

  @Test
  void migrateThatWouldMakeAPathTooLongSaysWhatIsWrong() {
    reserve("--path", "src/main");
    int room = 1020 - Path.of("").toAbsolutePath().toString().length() - 1;

    CommandRun refused = run("migrate", "src", "lo/".repeat(340).substring(0, room - 1) + "x");

    assertThat(refused.exit()).isEqualTo(1);
    assertThat(refused.err()).contains("path_too_long", "more than 1024 bytes", "shorter name");
  }

  // ---- Looking

  @Test
  void listHasThreeForms() {
    reserve("--tag", "a,\"b", "--project", "p");
    other("ids", 3);

    assertThat(run("list").out()).contains("POOL", "LAST USED", "ports", "ids");
    assertThat(run("list", "--csv", "--pool", "ports").out().lines().toList().get(1))
        .startsWith("ports," + first + ",here,")
        .contains("\"a,\"\"b\",p,,");
    assertThat(run("list", "--json").json().path("reservations")).hasSize(2);
    assertThat(run("list", "--json", "--project", "p").json().path("reservations")).hasSize(1);
    assertThat(run("list", "--json", "--host", "there").json().path("reservations")).hasSize(1);
    assertThat(run("list", "--json", "--host", "there", "--all-hosts").json().path("reservations"))
        .hasSize(2);
    assertThat(run("list-projects", "--json").json().path("projects")).hasSize(2);
    assertThat(run("pools").out()).contains("ports", "host", "30d");
  }

  @Test
  void assertIsForScripts() {
    assertThat(run("assert").exit()).isEqualTo(1);
    reserve();

    assertThat(run("assert").out().strip()).isEqualTo("" + first);
    assertThat(run("assert", "--tag", "x").exit()).isEqualTo(1);
    assertThat(run("assert-value", "" + first).exit()).isEqualTo(0);
    CommandRun other = run("assert-value", "" + (first + 1));
    assertThat(other.exit()).isEqualTo(1);
    assertThat(other.err()).contains("has " + first);
    assertThat(run("info", "" + first).out()).contains("reserved by ", "not occupied");
    assertThat(run("info", "" + (first + 1)).exit()).isEqualTo(1);
  }

  @Test
  void scanShowsWhatIsOccupiedAndExcludesWhatNobodyHas() {
    other("ports", first + 1);
    listen(first + 1);
    listen(first + 3);
    listen(first + 4);

    JsonNode json = run("scan", "--json").json();
    assertThat(json.path("occupied").findValuesAsText("reserved"))
        .containsExactly("true", "false", "false");
    assertThat(run("scan", "--exclude-unreserved").out())
        .contains("excluded: %d to %d".formatted(first + 3, first + 4));
    assertThat(reservations.requests).hasSize(1);
    assertThat(run("scan", "--exclude-unreserved", "--json").json().path("excluded")).isEmpty();
    assertThat(reserve("--tag", "x", "--no-probe")).isEqualTo(first);
    assertThat(reserve("--tag", "y", "--no-probe")).isEqualTo(first + 2);
    assertThat(reserve("--tag", "z", "--no-probe")).isEqualTo(first + 5);
  }

  @Test
  void excludedNumbersAreNotGiven() {
    assertThat(run("exclude", first + "-" + (first + 1), "--reason", "old").exit()).isEqualTo(0);
    assertThat(run("exclude", "" + (first + 2), "--reason", "old").exit()).isEqualTo(0);
    assertThat(run("compact-exclusions").out().strip()).isEqualTo("compacted");
    assertThat(run("compact-exclusions").out().strip()).isEqualTo("as few as can be");
    assertThat(run("pools").out()).contains("%d to %d (old)".formatted(first, first + 2));

    assertThat(reserve()).isEqualTo(first + 3);
    run("exclude", first + "-" + first, "--remove");
    assertThat(reserve("--tag", "b")).isEqualTo(first);
  }

  // ---- Cleaning

  @Test
  void pruneGivesBackWhatFoldersThatAreGoneHave() throws IOException {
    Path gone = Files.createDirectory(temp.resolve("gone"));
    Path used = Files.createDirectory(temp.resolve("used"));
    for (Path path : List.of(gone, used, temp)) {
      reserve("--path", path.toString(), "--allow-unrelated-path");
    }
    Files.delete(gone);
    Files.delete(used);
    // Somebody uses it again after it was looked at.
    reservations.pass(millis -> millis + 1);
    reservations.before.add(
        () ->
            reservations.run(
                new ReservationRequest.Reserve(
                    "here",
                    List.of(
                        new Ask(
                            "ports",
                            used.toString(),
                            "",
                            Optional.empty(),
                            Optional.empty(),
                            Any.FREE)),
                    false)));

    CommandRun run = run("prune");

    assertThat(run.out()).startsWith("released: ").contains(gone.toString());
    assertThat(reservations.all())
        .extracting(Reservation::path)
        .hasSize(2)
        .doesNotContain(gone + "");
    assertThat(run("prune", "--host", "there").out().strip()).isEqualTo("every folder is there");
    assertThat(run("autoclean").out())
        .contains("expired 0, pruned 1, compacted the exclusions of 0");
  }

  @Test
  void expireEndsWhatIsOver() {
    reserve();
    assertThat(run("expire").out().strip()).isEqualTo("nothing is over");
    reservations.pass(millis -> millis + Duration.ofDays(30).toMillis());
    assertThat(run("expire").out()).startsWith("expired: " + first + " of ports");
  }

  // ---- holdfast.yaml

  private String file(String content) throws IOException {
    return Files.writeString(temp.resolve("holdfast.yaml"), content).toString();
  }

  @Test
  void groupIsReservedAsVariables() throws IOException {
    String file =
        file(
            """
            project: shop
            base: %d
            reservations: [{name: web, offset: 2}, {name: db, value: %d, env: DB}, {name: x}]
            """
                .formatted(first, first + 4));
    listen(first);

    CommandRun run = run("reserve-group", "--file", file, "--allow-unrelated-path");

    assertThat(run.exit()).as(run.err()).isEqualTo(0);
    assertThat(run.out().lines())
        .containsExactly(
            "export WEB_PORT=" + (first + 2),
            "export DB=" + (first + 4),
            "export X_PORT=" + (first + 1));
    assertThat(reservations.requests).hasSize(1);
    assertThat(reservations.all()).allMatch(one -> one.path().equals(temp.toString()));
    assertThat(reservations.all()).allMatch(one -> one.project().equals("shop"));
    String[] again = {"autoreserve", "--file", file, "--allow-unrelated-path"};
    assertThat(run(again).out()).isEqualTo(run.out());
    assertThat(run(and(again, "--output", "dotenv")).out().lines())
        .containsExactly("WEB_PORT=" + (first + 2), "DB=" + (first + 4), "X_PORT=" + (first + 1));
    assertThat(run(and(again, "--output", "json")).json().path("DB").asLong()).isEqualTo(first + 4);
    assertThat(run(and(again, "--json")).json().path("variables").path("DB").asLong())
        .isEqualTo(first + 4);
  }

  private static String[] and(String[] some, String... more) {
    List<String> all = new ArrayList<>(List.of(some));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  @Test
  void groupIsReservedAsAWholeOrNotAtAll() throws IOException {
    other("ports", first + 4);
    String file =
        file("reservations: [{name: a}, {name: b, value: %d}, {name: c}]".formatted(first + 4));

    CommandRun run = run("reserve-group", "--file", file, "--allow-unrelated-path", "--json");

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.json().path("code").asText()).isEqualTo("conflict");
    assertThat(run.json().path("ask").asInt()).isEqualTo(1);
    assertThat(values()).containsExactly(first + 4);
    assertThat(run("reserve-group", "--file", file).exit()).isEqualTo(1);
  }

  /** One of a group is occupied since: it alone is given back for another one. */
  @Test
  void groupKeepsWhatIsFree() throws IOException {
    String file = file("reservations: [{name: a}, {name: b}]");
    reservations.before.add(() -> listen(first + 1));

    CommandRun run =
        run("reserve-group", "--file", file, "--allow-unrelated-path", "--output", "dotenv");

    assertThat(run.out().lines()).containsExactly("A_PORT=" + first, "B_PORT=" + (first + 2));
    assertThat(values()).containsExactly(first, first + 2);
  }

  @Test
  void autoreserveWithoutAFileIsReserve() {
    assertThat(run("autoreserve").out().strip()).isEqualTo("" + first);
    CommandRun run = run("reserve-group");
    assertThat(run.exit()).isEqualTo(7);
    assertThat(run.err()).contains("reservation init");
  }

  @Test
  void initWritesAFileThatIsReadAndSparesOneThatIsThere() throws IOException {
    assertThat(run("init", "--path", temp.toString(), "--dry-run").exit()).isEqualTo(0);
    assertThat(temp.resolve("holdfast.yaml")).doesNotExist();
    assertThat(run("init", "--path", temp.toString()).exit()).isEqualTo(0);
    String file = temp.resolve("holdfast.yaml").toString();
    CommandRun run =
        run(
            "reserve-group",
            "--file",
            file,
            "--allow-unrelated-path",
            "--pool",
            "ids",
            "--dry-run");
    assertThat(run.exit()).as(run.err()).isEqualTo(0);
    Files.writeString(temp.resolve("holdfast.yaml"), "mine");
    assertThat(run("init", "--path", temp.toString()).exit()).isEqualTo(1);
    assertThat(temp.resolve("holdfast.yaml")).hasContent("mine");
    assertThat(run("init", "--path", temp.toString(), "--force", "--json").exit()).isEqualTo(0);
  }

  @Test
  void validateFindsWhatDoesNotFit() throws IOException {
    String file = file("reservations: [{name: a, prefer: 1}, {name: b}]");
    reserve("--path", temp.toString(), "--allow-unrelated-path", "--tag", "stray");

    CommandRun run = run("validate", "--file", file);

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.out()).contains("1 lies outside pool ports", "no reservation with the tag of");
    assertThat(run("validate", "--file", file, "--json").json().path("problems")).hasSize(2);
    assertThat(run("validate", "--file", file("reservations: [{name: stray}]")).exit())
        .isEqualTo(0);
    assertThat(run("validate").exit()).isEqualTo(0);
    assertThat(run("validate", "--file", file("reservations: 7")).exit()).isEqualTo(7);
  }
}
