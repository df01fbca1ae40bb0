package io.holdfast.mesh.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.Health;
import io.holdfast.mesh.Picture;
import io.holdfast.mesh.StoriesAnswer;
import io.holdfast.mesh.StoryAnswer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class WhyRouteTest extends FrontDoorTest {

  private static final String STORY = "/v1/groups/main/writes/" + FakeMesh.WRITE_ID + "/story";

  private void look() {
    mesh.pictures.take(
        new Picture(
            1,
            1_767_225_600_000L,
            mesh.nodeStatus(),
            Health.UNKNOWN,
            Map.of(),
            List.of(),
            List.of(),
            Map.of(),
            Map.of()));
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(one -> texts.add(one.asText()));
    return texts;
  }

  @Test
  void saysWhatItKnowsAndWhatFollows() throws Exception {
    look();
    JsonNode why = json(get("/v1/groups/main/why"));

    assertThat(why.path("node").asText()).isEqualTo("n1");
    assertThat(why.path("group").asText()).isEqualTo("main");
    assertThat(why.path("canWrite").asBoolean(true)).isFalse();
    assertThat(texts(why.path("members"))).containsExactly("n1");
    assertThat(why.path("needed").path("write").asInt()).isEqualTo(1);
    assertThat(texts(why.path("text")).get(0)).startsWith("group main cannot");
    assertThat(why.path("facts").path("configurations")).hasSize(2);
  }

  /** The group's members are those of the configuration that governs, learners excluded. */
  @Test
  void witnessesAreAllWhoTakePart() throws Exception {
    look();
    JsonNode witnesses = json(get("/v1/groups/main/why")).path("facts").path("witnesses");

    assertThat(witnesses.findValuesAsText("node")).containsExactly("n1", "n2", "n3", "n4");
    assertThat(witnesses.path(0).path("own").asBoolean()).isTrue();
    assertThat(texts(witnesses.path(0).path("hears"))).containsExactlyInAnyOrder("n1", "n2");
  }

  @Test
  void tellsNothingBeforeItHasLooked() throws Exception {
    assertProblem(get("/v1/groups/main/why"), 503, "not_ready");
    assertProblem(get("/v1/groups/none/why"), 404, "unknown_group");
    assertProblem(get("/v1/groups/main/why?x=1"), 400, "invalid");
  }

  @Test
  void tellsTheStoryOfAWriteToWhoeverAsks() throws Exception {
    JsonNode story = json(get("/v1/groups/main/writes/" + FakeMesh.WRITE_ID + "/story"));

    assertThat(story.path("slot").asLong()).isEqualTo(9);
    assertThat(story.path("recorded").asText()).isEqualTo("committed");
    assertThat(story.path("clocks").path(0).path("skewMillis").asLong()).isEqualTo(3);
    assertThat(story.path("events").path(0).path("what").asText()).isEqualTo("proposed");
    assertThat(texts(story.path("events").path(0).path("members"))).containsExactly("n1", "n2");
    assertThat(mesh.storyAskers).hasSize(1);
  }

  @Test
  void tellsTheStoryOfAllNodesWhereThatIsAskedFor() throws Exception {
    JsonNode story = json(get(STORY + "?nodes=all"));

    assertThat(story.path("writeId").asText()).isEqualTo(FakeMesh.WRITE_ID);
    assertThat(story.path("known").asBoolean()).isTrue();
    assertThat(story.path("text").asText())
        .isEqualTo(
            "write %s in group main: committed in slot 9; no acknowledgement came from n1, n2"
                .formatted(FakeMesh.WRITE_ID));
    assertThat(story.path("recorded").asText()).isEqualTo("committed");
    assertThat(story.path("slot").asLong()).isEqualTo(9);
    assertThat(texts(story.path("unacknowledged"))).containsExactly("n1", "n2");
    assertThat(story.path("nodes").findValuesAsText("state"))
        .containsExactly("told", "told", "refused", "silent");
    assertThat(story.path("nodes").path(1).path("leftOut").asInt()).isEqualTo(3);
    assertThat(story.path("nodes").path(2).path("detail").asText()).isEqualTo("not for you");
    assertThat(story.path("events").findValuesAsText("node")).containsExactly("n1", "n2");
    assertThat(story.path("events").path(1).path("sinceFirstMillis").asLong()).isEqualTo(7);
    assertThat(mesh.storyAskers).hasSize(1);
  }

  @Test
  void storyOfAllNodesIsRefusedToo() throws Exception {
    mesh.storiesAnswer = new StoriesAnswer.Refused(OutcomeCode.OVERLOADED, "too many at a time");

    assertProblem(get(STORY + "?nodes=all"), 429, "overloaded");
    assertProblem(get(STORY + "?nodes=n1"), 400, "invalid");
    assertProblem(get(STORY + "?node=all"), 400, "invalid");
    assertProblem(get("/v1/groups/main/writes/17/story?nodes=all"), 400, "invalid");
  }

  @Test
  void storyIsRefusedLikeALookUp() throws Exception {
    mesh.storyAnswer = new StoryAnswer.Refused(OutcomeCode.DENIED, "not for you");

    assertProblem(get("/v1/groups/main/writes/" + FakeMesh.WRITE_ID + "/story"), 403, "denied");
    assertProblem(get("/v1/groups/main/writes/17/story"), 400, "invalid");
  }
}
