package io.holdfast.mesh.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.ChangeAnswer;
import io.holdfast.mesh.ChangeForm;
import io.holdfast.mesh.ChangeForm.Kind;
import io.holdfast.mesh.HostAnswer;
import io.holdfast.quorum.core.ChangeRefusal;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MembersTest extends FrontDoorTest {

  private static final String MEMBERS = "/v1/groups/main/members";

  private HttpResponse<String> post(String path, String body) throws Exception {
    return send(to(path).POST(BodyPublishers.ofString(body)));
  }

  @Test
  void tellsWhoTakesPart() throws Exception {
    JsonNode json = json(get(MEMBERS));

    assertThat(json.path("configuration").asLong()).isEqualTo(3);
    assertThat(json.path("governsSince").asLong()).isEqualTo(77);
    assertThat(json.path("leader").asText()).isEqualTo("n1");
    JsonNode learner = json.path("members").path(1);
    assertThat(learner.path("node").asText()).isEqualTo("n4");
    assertThat(learner.path("incarnation").asText()).isEqualTo("00000000000000ab");
    assertThat(learner.path("role").asText()).isEqualTo("learner");
    assertThat(learner.path("lag").asLong()).isEqualTo(100);
    assertThat(json.path("next").path("governsFrom").asLong()).isEqualTo(1064);
    assertProblem(get("/v1/groups/other/members"), 404, "not_found");
    assertProblem(get("/v1/groups/nope/members"), 404, "unknown_group");
  }

  @Test
  void readsAChange() throws Exception {
    HttpResponse<String> done =
        post(
            MEMBERS,
            """
            {"change":"replace","node":"n1","incarnation":"ab","by":"n4",
             "expectedConfiguration":3}""");

    assertThat(done.statusCode()).isEqualTo(200);
    assertThat(json(done).path("code").asText()).isEqualTo("changed");
    assertThat(json(done).path("configuration").asLong()).isEqualTo(4);
    assertThat(json(done).path("governsFrom").asLong()).isEqualTo(1064);
    assertThat(mesh.members.changes)
        .containsExactly(
            new ChangeForm(
                Kind.REPLACE,
                Optional.of(new NodeId("n1")),
                OptionalLong.of(0xab),
                Optional.of(new NodeId("n4")),
                OptionalLong.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalLong.of(3)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"change\":\"grow\",\"node\":\"n1\"}",
        "{\"change\":\"add\"}",
        "{\"change\":\"add\",\"node\":\"n4\",\"by\":\"n1\"}",
        "{\"change\":\"add\",\"node\":\"n4\",\"acceptQuorum\":2}",
        "{\"change\":\"add\",\"node\":\"not a name\"}",
        "{\"change\":\"add\",\"node\":\"n4\",\"incarnation\":\"xyz\"}",
        "{\"change\":\"add\",\"node\":\"n4\",\"byIncarnation\":\"ab\"}",
        "{\"change\":\"replace\",\"node\":\"n4\"}",
        "{\"change\":\"quorums\",\"acceptQuorum\":2,\"incarnation\":\"ab\"}",
        "{\"change\":\"quorums\"}",
        "{\"change\":\"quorums\",\"node\":\"n4\",\"acceptQuorum\":2}",
        "{\"change\":\"remove\",\"node\":\"n4\",\"acceptQuorum\":8}",
        "{\"change\":\"remove\",\"node\":\"n4\",\"force\":true}",
        "[]"
      })
  void refusesWhatIsNoChange(String body) throws Exception {
    assertProblem(post(MEMBERS, body), 400, "invalid");
    assertThat(mesh.members.changes).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "CHANGE_IN_PROGRESS, 409",
    "NOT_CAUGHT_UP, 409",
    "WOULD_LOSE_QUORUM, 409",
    "ALREADY_MEMBER, 409",
    "CONFIGURATION_CHANGED, 412",
    "INVALID, 400"
  })
  void tellsARefusalByItsCodeAndWords(ChangeRefusal.Code code, int status) throws Exception {
    mesh.members.changeAnswer = new ChangeAnswer.Refused(new ChangeRefusal(code, "so it is"));

    HttpResponse<String> refused = post(MEMBERS, "{\"change\":\"promote\",\"node\":\"n4\"}");

    assertProblem(refused, status, code.code());
    assertThat(json(refused).path("detail").asText()).isEqualTo("so it is");
  }

  @Test
  void tellsThatNobodyDecided() throws Exception {
    mesh.members.changeAnswer =
        new ChangeAnswer.Undecided(
            OutcomeCode.NO_LEADER, "nobody leads", Optional.of(Duration.ofSeconds(1)));

    HttpResponse<String> refused = post(MEMBERS, "{\"change\":\"remove\",\"node\":\"n4\"}");

    assertProblem(refused, 503, "no_leader");
    assertThat(refused.headers().firstValue("Retry-After")).contains("1");
  }

  @Test
  void makesAReplica() throws Exception {
    String replica = "/v1/groups/main/replica";

    assertThat(post(replica, "{\"settings\":\"as theirs\"}").statusCode()).isEqualTo(200);
    assertThat(mesh.members.hosted).containsExactly(Optional.of("as theirs"));
    mesh.members.hostAnswer = HostAnswer.refused("settings_differ", "alpha differs");
    assertProblem(post(replica, "{}"), 409, "settings_differ");
    mesh.members.hostAnswer = HostAnswer.refused("not_ready", "later");
    HttpResponse<String> notYet = post(replica, "{}");
    assertProblem(notYet, 503, "not_ready");
    assertThat(notYet.headers().firstValue("Retry-After")).contains("1");
    assertProblem(post(replica, "{\"wipe\":true}"), 400, "invalid");
  }
}
