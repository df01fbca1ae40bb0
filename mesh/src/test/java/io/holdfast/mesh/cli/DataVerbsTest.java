package io.holdfast.mesh.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.mesh.client.MemoryMesh;
import io.holdfast.mesh.http.HttpFrontDoor;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The verbs beyond a single key, over two real front doors before one mesh in memory. */
class DataVerbsTest {

  private final Vertx vertx = Vertx.vertx();
  private final MemoryMesh mesh = new MemoryMesh();
  private final HttpFrontDoor door = mesh.serve(vertx);
  private final HttpFrontDoor other = mesh.serve(vertx);

  @AfterEach
  void stop() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private CommandRun run(String... arguments) {
    return fed("", arguments);
  }

  private CommandRun fed(String input, String... arguments) {
    return CommandRun.with(
        Map.of("HOLDFAST_ENDPOINTS", "127.0.0.1:" + door.port() + ",127.0.0.1:" + other.port()),
        input,
        Optional.empty(),
        arguments);
  }

  // ---- Ranges

  @Test
  void getListsARangeALineEach() {
    run("put", "a/1", "one");
    run("put", "a/2", "two");
    run("put", "b", "three");

    assertThat(run("get", "--prefix", "a/").out()).isEqualTo("a/1\tone\na/2\ttwo\n");
    assertThat(run("get", "--prefix", "a/", "--keys-only").out()).isEqualTo("a/1\na/2\n");
    assertThat(run("get", "--from", "a/2", "--count").out()).isEqualTo("2\n");
    assertThat(run("get", "--from", "a", "--to", "b").out().lines()).hasSize(2);
  }

  @Test
  void getReadsAllPagesOfARangeAsOfOneRevision() {
    for (int i = 0; i < 5; i++) {
      run("put", "k" + i, "v");
    }

    JsonNode some = run("get", "--prefix", "k", "--limit", "3", "--json").json();

    assertThat(some.path("records")).hasSize(3);
    assertThat(some.path("count").asLong()).isEqualTo(3);
    assertThat(some.path("countIsLeast").asBoolean()).isTrue();
    assertThat(some.path("more").asBoolean()).isTrue();
    assertThat(some.path("next").asText()).isEqualTo("k2%00");
    CommandRun cut = run("get", "--prefix", "k", "--limit", "3");
    assertThat(cut.out().lines()).hasSize(3);
    assertThat(cut.err()).contains("more than these 3");
  }

  @Test
  void getReadsThePastUntilItIsCompacted() {
    run("put", "a", "old");
    run("put", "a", "new");

    assertThat(run("get", "a", "--revision", "1").out()).isEqualTo("old");
    assertThat(run("get", "--prefix", "a", "--revision", "1").out()).isEqualTo("a\told\n");
    assertThat(run("compact", "2").out()).contains("history below revision 2 forgotten");
    CommandRun gone = run("get", "a", "--revision", "1", "--json");
    assertThat(gone.exit()).isEqualTo(1);
    assertThat(gone.json().path("code").asText()).isEqualTo("compacted");
    assertThat(gone.json().path("oldestRevision").asLong()).isEqualTo(2);
    assertThat(run("get", "--prefix", "a", "--revision", "1").exit()).isEqualTo(1);
  }

  @Test
  void deleteTakesAPrefixInOneStep() {
    run("put", "a/1", "v");
    run("put", "a/2", "v");
    run("put", "b", "v");

    CommandRun deleted = run("delete", "--prefix", "a/");

    assertThat(deleted.exit()).isEqualTo(0);
    assertThat(deleted.out()).contains("committed revision 4", "deleted 2");
    assertThat(run("get", "--from", "a", "--keys-only").out()).isEqualTo("b\n");
    assertThat(run("delete", "--prefix", "a/", "--json").json().path("deleted").asLong()).isZero();
  }

  // ---- Transactions

  @Test
  void txnDoesItsInlineFormAsOneStep() {
    assertThat(run("txn", "--if-absent", "lock", "--put", "lock=me").exit()).isEqualTo(0);
    assertThat(run("get", "lock").out()).isEqualTo("me");

    CommandRun again = run("txn", "--if", "lock=you", "--put", "lock=x=y", "--get", "lock");
    assertThat(again.exit()).isEqualTo(0);
    assertThat(again.out()).contains("conditions did not hold", "nothing changed");
    CommandRun held = run("txn", "--if", "lock=me", "--put", "lock=x=y", "--get", "lock");
    assertThat(held.out())
        .contains("conditions held", "put, over revision 1", "found 1", "lock\tx=y");
  }

  @Test
  void txnReadsJsonFromAFileOrStandardInput(@TempDir Path dir) throws Exception {
    String text =
        """
        {"compare": [{"key": "a", "present": false}],
         "then": [{"put": {"key": "a", "valueBase64": "/w=="}}, {"get": {"key": "a"}}],
         "else": [{"txn": {"then": [{"delete": {"key": "a"}}]}}]}""";
    Path file = Files.writeString(dir.resolve("t.json"), text);

    JsonNode first = run("txn", file.toString(), "--json").json();
    JsonNode second = fed(text, "txn", "-", "--json").json();

    assertThat(first.path("succeeded").asBoolean()).isTrue();
    assertThat(first.at("/results/1/get/records/0/valueBase64").asText()).isEqualTo("/w==");
    assertThat(second.path("succeeded").asBoolean(true)).isFalse();
    assertThat(second.at("/results/0/txn/results/0/delete/count").asLong()).isEqualTo(1);
  }

  @Test
  void txnRepeatedUnderItsIdTakesEffectOnceAndSaysSo() {
    String id = run("txn", "--put", "a=1", "--json").json().path("writeId").asText();

    CommandRun again = run("txn", "--put", "a=1", "--write-id", id);

    assertThat(again.out()).contains("recorded outcome of an earlier attempt", "the key is new");
    assertThat(run("get", "a", "--json").json().path("version").asLong()).isEqualTo(1);
  }

  @Test
  void txnNamesTheFieldThatIsWrong() {
    CommandRun run = fed("{\"then\":[{\"put\":{\"key\":\"a\",\"valu\":1}}]}", "txn", "-");

    assertThat(run.exit()).isEqualTo(4);
    assertThat(run.err().lines()).singleElement().asString().contains("then[0].put.valu");
  }

  @Test
  void txnOfAFileThatIsNotThereIsAnIoFailure() {
    assertThat(run("txn", "/no/such/file").exit()).isEqualTo(5);
  }

  // ---- Leases and settling

  @Test
  void leasesAreGrantedKeptAliveAndRevoked() {
    long lease = run("lease", "grant", "30s", "--json").json().path("lease").asLong();

    assertThat(lease).isPositive();
    assertThat(run("put", "a", "v", "--lease", "" + lease).exit()).isEqualTo(0);
    assertThat(run("get", "a", "--json").json().path("lease").asLong()).isEqualTo(lease);
    assertThat(run("lease", "keep-alive", "" + lease).out()).contains("lives 30000 ms");
    assertThat(run("lease", "revoke", "" + lease).exit()).isEqualTo(0);
    CommandRun gone = run("lease", "keep-alive", "" + lease, "--json");
    assertThat(gone.exit()).isEqualTo(1);
    assertThat(gone.json().path("code").asText()).isEqualTo("not_found");
    assertThat(run("put", "a", "v", "--lease", "99").exit()).isEqualTo(1);
  }

  @Test
  void resolveTellsWhatCameOfAWriteOrThatItNeverTakesEffect() {
    String id = run("put", "a", "v", "--json").json().path("writeId").asText();
    JsonNode known = run("resolve", id, "--json").json();
    assertThat(known.path("code").asText()).isEqualTo("committed");
    assertThat(known.path("replayed").asBoolean()).isTrue();
    assertThat(known.path("modRevision").asLong()).isEqualTo(1);

    String never = "01941f29-7c00-7a1b-8c2d-3e4f5a6b7c8d";
    CommandRun fenced = run("resolve", never);
    assertThat(fenced.exit()).isEqualTo(1);
    assertThat(fenced.err()).contains("fenced");
    assertThat(run("put", "a", "late", "--write-id", never).exit()).isEqualTo(1);
    assertThat(run("get", "a").out()).isEqualTo("v");
  }

  // ---- Watch

  @Test
  void watchPrintsEachChangeOnceAndEndsAfterSoMany() {
    run("put", "a", "1");
    run("txn", "--put", "a=2", "--put", "b=3");
    run("delete", "a");

    assertThat(run("watch", "--from", "1", "--count", "4").out())
        .isEqualTo("1\tput\ta\t1\n2\tput\ta\t2\n2\tput\tb\t3\n3\tdelete\ta\n");
    CommandRun json = run("watch", "b", "--from", "1", "--count", "1", "--json");
    assertThat(json.out().lines()).hasSize(2);
    assertThat(json.json().path("changes").asLong()).isEqualTo(1);
    assertThat(json.json().path("position").asText()).isEqualTo("2");
  }

  @Test
  void watchEndsAfterItsTime() {
    CommandRun run = run("watch", "--seconds", "1", "--json");

    assertThat(run.exit()).isEqualTo(0);
    assertThat(run.json().path("changes").asLong()).isZero();
  }

  @Test
  void watchGoesOnAtAnotherNodeFromWhereItWas() throws Exception {
    run("put", "k0", "v");
    CompletableFuture<CommandRun> watch =
        CompletableFuture.supplyAsync(
            () -> run("watch", "--prefix", "k", "--from", "1", "--count", "6"));
    for (int i = 1; i < 3; i++) {
      run("put", "k" + i, "v");
    }
    await().until(() -> mesh.followedFrom() == 4);
    door.drain().toCompletableFuture().get(10, TimeUnit.SECONDS);
    for (int i = 3; i < 6; i++) {
      run("put", "k" + i, "v");
    }

    CommandRun ended = watch.get(30, TimeUnit.SECONDS);

    assertThat(ended.exit()).as(ended.err()).isEqualTo(0);
    assertThat(ended.out().lines().map(line -> line.split("\t", -1)[2]))
        .containsExactly("k0", "k1", "k2", "k3", "k4", "k5");
    assertThat(ended.err()).contains("going on elsewhere");
  }

  @Test
  void watchOfWhatIsForgottenSaysWhereToBegin() {
    run("put", "a", "1");
    run("put", "a", "2");
    run("compact", "2");

    CommandRun run = run("watch", "--from", "1", "--json");

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err()).contains("compacted", "--from 2");
    assertThat(run.json().path("ok").asBoolean(true)).isFalse();
  }

  @Test
  void watchOfAMeshThatIsNotThereExitsTwo() {
    CommandRun run = CommandRun.of("watch", "--endpoints", "127.0.0.1:1", "--timeout", "500ms");

    assertThat(run.exit()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "get",
        "get a --prefix b",
        "get a --count",
        "get --prefix a --from b",
        "get --from b --to a",
        "get --from a --keys-only --count",
        "get --prefix a --limit 0",
        "get a --revision 0",
        "delete",
        "delete a --prefix b",
        "delete --prefix a --if-absent",
        "put a v --lease -1",
        "txn",
        "txn file --put a=b",
        "txn --put a",
        "txn --put =b",
        "txn --if =b --get a",
        "txn --put a=b --write-id x",
        "watch a --prefix b",
        "watch --from x",
        "watch --count 0",
        "watch --seconds 0",
        "lease",
        "lease grant",
        "lease grant 1ms",
        "lease grant 25h",
        "lease revoke 0",
        "lease keep-alive x",
        "compact 0",
        "compact",
        "resolve hello"
      })
  void wrongArgumentsExitFourInOneLine(String arguments) {
    CommandRun run = run(arguments.split(" ", -1));

    assertThat(run.exit()).isEqualTo(4);
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.out()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"grant", "keep-alive", "revoke"})
  void everyVerbOfLeaseShowsAnExample(String verb) {
    CommandRun run = run("lease", verb, "--help");

    assertThat(run.exit()).isEqualTo(0);
    assertThat(run.out()).contains("Example", "--json");
  }
}
