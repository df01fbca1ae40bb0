package io.holdfast.mesh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.config.core.control.TokenHash;
import io.holdfast.mesh.ControlSample;
import io.holdfast.mesh.client.MemoryMesh;
import io.holdfast.mesh.http.HttpFrontDoor;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ControlVerbTest {

  private final Vertx vertx = Vertx.vertx();
  private final MemoryMesh mesh = new MemoryMesh();
  private final HttpFrontDoor door = mesh.serve(vertx);

  @TempDir private Path dir = Path.of("");

  @AfterEach
  void stop() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private CommandRun run(String... arguments) {
    return as("", arguments);
  }

  private CommandRun as(String token, String... arguments) {
    List<String> all = new ArrayList<>(List.of("control"));
    all.addAll(List.of(arguments));
    return CommandRun.with(
        Map.of(
            MeshOptions.ENDPOINTS_VARIABLE,
            "127.0.0.1:" + door.port(),
            TokenOptions.VARIABLE,
            token),
        "",
        Optional.empty(),
        all.toArray(String[]::new));
  }

  private String file(String name, String content) throws IOException {
    return Files.writeString(dir.resolve(name), content).toString();
  }

  private String limits(int valueBytes) throws IOException {
    return file(
        "limits.yaml",
        "# how large values may be\nkind: limits\nversion: 1\nvalueBytes: " + valueBytes + "\n");
  }

  // ---- Plan and activate

  @Test
  void planShowsWhatWouldChangeAndChangesNothing() throws Exception {
    CommandRun run = run("plan", limits(7), file("access.json", ControlSample.access()));

    assertThat(run.exit()).as(run.err()).isEqualTo(0);
    assertThat(run.out())
        .contains("access: ", "limits: ", "loses access: everybody", "would be epoch 1: set ");
    assertThat(mesh.control().epoch().number()).isZero();
    JsonNode json = run("plan", limits(7), "--json").json();
    assertThat(json.path("ok").asBoolean()).isTrue();
    assertThat(json.path("number").asLong()).isEqualTo(1);
  }

  @Test
  void activateReadsBackWhatIsActive() throws Exception {
    CommandRun run = run("activate", "--expect-epoch", "0", limits(7), "--reason", "less");

    assertThat(run.exit()).as(run.err()).isEqualTo(0);
    assertThat(run.out()).contains("epoch 1 is active: set " + mesh.control().epoch().setHash());
    assertThat(mesh.control().active().reason()).isEqualTo("less");
    CommandRun more =
        run("activate", "--expect-epoch", "1", limits(8), "--remove", "pools", "--json");
    JsonNode json = more.json();
    assertThat(json.path("ok").asBoolean()).as(more.err()).isTrue();
    assertThat(json.path("code").asText()).isEqualTo("committed");
    assertThat(json.path("number").asLong()).isEqualTo(2);
    assertThat(json.path("setHash").asText()).isEqualTo(mesh.control().set().hash().toString());
    assertThat(json.path("changes").toString()).contains("pools: ");
    assertThat(mesh.control().set().pools()).isEmpty();
  }

  @Test
  void activateInThePlaceOfAnotherEpochNamesTheActiveOne() throws Exception {
    run("activate", "--expect-epoch", "0", limits(7));

    CommandRun run = run("activate", "--expect-epoch", "0", limits(8), "--json");

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err()).contains("stale_control_epoch: Active is epoch 1", "control show");
    assertThat(run.json().path("code").asText()).isEqualTo("stale_control_epoch");
    assertThat(run.json().path("currentNumber").asLong()).isEqualTo(1);
  }

  @Test
  void tellsThatAnActivationCameSecond() throws Exception {
    mesh.refuseControl(OutcomeCode.STALE_CONTROL_EPOCH);

    CommandRun run = run("activate", "--expect-epoch", "0", limits(8));

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err()).contains("stale_control_epoch", "--expect-epoch");
  }

  @Test
  void aManifestIsReadBeforeAnybodyIsAsked() throws Exception {
    String nobody = "--endpoints=127.0.0.1:1";

    CommandRun wrong =
        run("plan", file("l.yaml", "kind: limits\nversion: 1\nvalueByte: 7\n"), nobody);
    assertThat(wrong.exit()).isEqualTo(4);
    assertThat(wrong.err()).contains("l.yaml: valueByte", "(line 3)", "correct it");
    CommandRun missing = run("plan", dir.resolve("none.yaml").toString(), nobody, "--json");
    assertThat(missing.exit()).isEqualTo(5);
    assertThat(missing.json().path("ok").asBoolean(true)).isFalse();
    CommandRun large = run("plan", file("large.yaml", "#".repeat(300_000)), nobody);
    assertThat(large.exit()).isEqualTo(4);
    assertThat(large.err()).contains("262145 bytes: allowed are at most 262144");
    CommandRun twice = run("plan", limits(7), file("m.json", ControlSample.limits(8)), nobody);
    assertThat(twice.exit()).isEqualTo(4);
    assertThat(twice.err()).contains("are both of kind limits");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "plan",
        "plan --remove limit",
        "plan --remove limits --remove limits",
        "activate --remove limits",
        "activate --expect-epoch -1 --remove limits",
        "activate --expect-epoch x --remove limits",
        "rollback --expect-epoch 1",
        "rollback -1 --expect-epoch 1",
        "approve --expect-epoch 1",
        "approve --expect-epoch 1 --set-hash abc",
        "show --group A",
        "token --group main"
      })
  void wrongArgumentsExitFour(String arguments) {
    CommandRun run = run(arguments.isEmpty() ? new String[0] : arguments.split(" "));

    assertThat(run.exit()).as(run.err()).isEqualTo(4);
    assertThat(run.err().lines()).hasSize(1);
  }

  // ---- Show, history, rollback

  @Test
  void showsWhatIsActive() throws Exception {
    run("activate", "--expect-epoch", "0", limits(7), "--reason", "two\nlines");

    CommandRun run = run("show");
    assertThat(run.out().lines())
        .containsExactly(
            "epoch 1 of group main: set " + mesh.control().epoch().setHash(),
            "activated 2023-11-14T22:13:20Z: two lines",
            "not ready",
            "limits",
            "pools");
    assertThat(run("show", "--manifests").out()).contains("limits: {\"kind\":\"limits\"");
    JsonNode json = run("show", "--json").json();
    assertThat(json.path("types")).hasToString("[\"limits\",\"pools\"]");
    assertThat(json.has("manifests")).isFalse();
    assertThat(
            run("show", "--manifests", "--json").json().at("/manifests/limits/valueBytes").asInt())
        .isEqualTo(7);
  }

  @Test
  void showsEarlierEpochs() throws Exception {
    run("activate", "--expect-epoch", "0", limits(7), "--reason", "first");
    run("activate", "--expect-epoch", "1", limits(8));

    CommandRun run = run("history");

    assertThat(run.out())
        .containsPattern("EPOCH +SET +ACTIVATED +BY +MANIFESTS +REASON")
        .containsPattern("1 +[0-9a-f]{12} +2023-11-14T22:13:20Z +- +limits,pools +first")
        .containsPattern("0 +[0-9a-f]{12} +- +- +pools");
    assertThat(run("history", "--json").json().path("epochs").path(0).path("number").asLong())
        .isEqualTo(2);
  }

  @Test
  void rollbackActivatesTheContentOfAnEarlierEpochWhole() throws Exception {
    run("activate", "--expect-epoch", "0", limits(7));
    run("activate", "--expect-epoch", "1", "--remove", "pools");

    CommandRun run = run("rollback", "0", "--expect-epoch", "2");

    assertThat(run.exit()).as(run.err()).isEqualTo(0);
    assertThat(mesh.control().epoch().number()).isEqualTo(3);
    assertThat(mesh.control().set()).isEqualTo(mesh.control().record(0).orElseThrow().set());
    assertThat(mesh.control().active().reason()).isEqualTo("rollback to epoch 0");
    CommandRun none = run("rollback", "17", "--expect-epoch", "3");
    assertThat(none.exit()).isEqualTo(1);
    assertThat(none.err()).contains("not_found", "those from 0 to 3 are", "control history");
  }

  // ---- Approvals, readiness

  @Test
  void approvedActivationsAreMade() throws Exception {
    mesh.control(ControlSample.after(ControlSample.access(), ControlSample.approvals()));
    CommandRun lacking =
        as(ControlSample.ADMIN, "activate", "--expect-epoch", "2", limits(7), "--json");
    assertThat(lacking.exit()).isEqualTo(1);
    assertThat(lacking.json().path("code").asText()).isEqualTo("not_approved");
    assertThat(lacking.err()).contains("control approve");
    CommandRun plan = as(ControlSample.ADMIN, "plan", limits(7));
    assertThat(plan.out()).contains("approvals: 0 of 1 are there", "of root");
    String hash =
        as(ControlSample.ADMIN, "plan", limits(7), "--json").json().path("setHash").asText();

    CommandRun approved =
        as(ControlSample.ADMIN, "approve", "--expect-epoch", "2", "--set-hash", hash);

    assertThat(approved.exit()).as(approved.err()).isEqualTo(0);
    assertThat(approved.out()).contains("approvals that are there: 1");
    assertThat(as(ControlSample.ADMIN, "activate", "--expect-epoch", "2", limits(7)).exit())
        .isEqualTo(0);
    CommandRun stale =
        as(ControlSample.ADMIN, "approve", "--expect-epoch", "2", "--set-hash", hash);
    assertThat(stale.exit()).isEqualTo(1);
    assertThat(stale.err()).contains("stale_control_epoch");
    CommandRun stranger =
        as(ControlSample.WRITER, "approve", "--expect-epoch", "3", "--set-hash", hash);
    assertThat(stranger.exit()).isEqualTo(1);
    assertThat(stranger.err()).contains("no_approver");
  }

  @Test
  void readinessExitsOneUntilThereIsEvidence() throws Exception {
    assertThat(run("readiness").exit()).isEqualTo(0);
    run("activate", "--expect-epoch", "0", limits(7));

    CommandRun not = run("readiness");
    assertThat(not.exit()).isEqualTo(1);
    assertThat(not.out())
        .containsPattern("n1 +no +it has given no evidence for epoch 1")
        .contains("not ready: evidence for epoch 1: 0 count, 2 needed");
    mesh.control(
        ControlSample.withEvidence(
            ControlSample.withEvidence(mesh.control(), "n1", 0xa1), "n2", 0xa2));
    CommandRun ready = run("readiness", "--json");
    assertThat(ready.exit()).isEqualTo(0);
    assertThat(ready.json().path("ok").asBoolean()).isTrue();
    assertThat(ready.json().path("gates")).hasSize(3);
  }

  // ---- Tokens

  @Test
  void makesTokensThatNobodyHasSeen() {
    CommandRun run = run("token");
    String token = run.out().strip();

    assertThat(token).matches("[A-Za-z0-9_-]{43}");
    assertThat(run.err()).contains(TokenHash.ofToken(token).text()).doesNotContain(token);
    JsonNode json = run("token", "--json").json();
    assertThat(json.path("hash").asText())
        .isEqualTo(TokenHash.ofToken(json.path("token").asText()).text());
    assertThat(json.path("token").asText()).isNotEqualTo(token);
  }

  @Test
  void showsTheTokenOfAFile() throws Exception {
    mesh.control(ControlSample.after(ControlSample.access()));
    Path secret = dir.resolve("token");
    Files.writeString(secret, ControlSample.ADMIN + "\n");
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));

    CommandRun run = as("guessed", "show", "--token-file", secret.toString());
    assertThat(run.exit()).as(run.err()).isEqualTo(0);
    assertThat(run.err()).isEmpty();
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-r--r--"));
    CommandRun warned = run("show", "--token-file", secret.toString());
    assertThat(warned.exit()).isEqualTo(0);
    assertThat(warned.err()).contains("can be read by others").doesNotContain(ControlSample.ADMIN);
    assertThat(warned.err().lines()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"'', 401", "guessed, 401", "writer-token, 403"})
  void tellsWhoIsRefusedWhatToDo(String token, int status) throws Exception {
    mesh.control(ControlSample.after(ControlSample.access()));

    CommandRun run = as(token, "activate", "--expect-epoch", "1", limits(7), "--json");

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err()).contains(status == 401 ? "--token-file" : "of an administrator");
    assertThat(run.json().path("code").asText())
        .isEqualTo(status == 401 ? "unauthenticated" : "denied");
    assertThat(mesh.control().epoch().number()).isEqualTo(1);
  }

  @Test
  void aTokenThatIsNoneIsNotShown() throws Exception {
    CommandRun variable = as("no token at all", "show");
    assertThat(variable.exit()).isEqualTo(4);
    assertThat(variable.err()).contains("HOLDFAST_TOKEN").doesNotContain("no token at all");
    CommandRun missing = run("show", "--token-file", dir.resolve("none").toString());
    assertThat(missing.exit()).isEqualTo(5);
    assertThat(missing.err()).contains("--token-file");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "plan",
        "activate",
        "show",
        "history",
        "rollback",
        "approve",
        "readiness",
        "token"
      })
  void showsAnExample(String verb) {
    CommandRun run = run(verb, "--help");

    assertThat(run.exit()).isEqualTo(0);
    assertThat(run.out()).contains("Example", "--json", "holdfast control " + verb);
  }

  @Test
  void exitsWithTwoWhereNobodyAnswers() {
    CommandRun run = run("show", "--endpoints", "127.0.0.1:1", "--timeout", "300ms");

    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.err()).contains("no node answers at 127.0.0.1:1");
  }
}
