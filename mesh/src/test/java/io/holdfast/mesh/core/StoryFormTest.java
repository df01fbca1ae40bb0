package io.holdfast.mesh.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.acceptor.core.MalformedMessage;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.NodeId;
import io.holdfast.mesh.StoryAnswer;
import io.holdfast.mesh.WriteStory;
import io.holdfast.mesh.core.Envelope.TellStory;
import io.holdfast.mesh.wire.StoryClockProto;
import io.holdfast.mesh.wire.StoryEventProto;
import io.holdfast.mesh.wire.TellStoryProto;
import io.holdfast.mesh.wire.WriteStoryProto;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class StoryFormTest {

  private static final GroupId GROUP = new GroupId("main--3");
  private static final NodeId NODE = new NodeId("n1");
  private static final String LONG = "x".repeat(StoryForm.MAX_TEXT + 1);

  private static WriteStory story(int events, String detail) {
    WriteStory.Event event =
        new WriteStory.Event(
            1, NODE, "received", OptionalLong.empty(), OptionalLong.empty(), List.of(), detail);
    return new WriteStory(
        "w",
        "main",
        NODE,
        2,
        "unknown",
        OptionalLong.empty(),
        0,
        List.of(),
        Collections.nCopies(events, event),
        0);
  }

  private static TellStoryProto encoded(WriteStory story) {
    return StoryForm.encode(new TellStory(GROUP, 1, new StoryAnswer.Told(story)));
  }

  private static WriteStory sent(WriteStory story) throws MalformedMessage {
    return ((StoryAnswer.Told) StoryForm.decode(GROUP, NODE, encoded(story)).answer()).story();
  }

  private static void refuses(String why, Consumer<WriteStoryProto.Builder> change) {
    TellStoryProto.Builder proto = encoded(story(1, "d")).toBuilder();
    change.accept(proto.getToldBuilder());

    assertThatThrownBy(() -> StoryForm.decode(GROUP, NODE, proto.build()))
        .isInstanceOf(MalformedMessage.class)
        .hasMessageContaining(why);
  }

  private static void addEvent(
      WriteStoryProto.Builder story, Consumer<StoryEventProto.Builder> change) {
    StoryEventProto.Builder event = StoryEventProto.newBuilder();
    change.accept(event);
    story.addEvents(event);
  }

  @Test
  void sendsNoMoreThanIsRead() throws MalformedMessage {
    WriteStory sent = sent(story(WriteStory.MAX_EVENTS + 1, LONG));

    assertThat(sent.events()).hasSize(WriteStory.MAX_EVENTS);
    assertThat(sent.leftOut()).isEqualTo(1);
    assertThat(sent.events().get(0).detail()).hasSize(StoryForm.MAX_TEXT).endsWith("x...");
    assertThat(sent.group()).as("as clients call it").isEqualTo("main");
  }

  @Test
  void refusesMoreThanANodeHasToTell() {
    refuses(
        "501 events: at most 500",
        proto -> {
          for (int i = 0; i < WriteStory.MAX_EVENTS; i++) {
            proto.addEvents(StoryEventProto.getDefaultInstance());
          }
        });
    refuses(
        "65 clocks: at most 64",
        proto -> {
          for (int i = 0; i < 65; i++) {
            proto.addClocks(StoryClockProto.newBuilder().setNode("n2"));
          }
        });
    refuses(
        "65 members: at most 64",
        proto -> addEvent(proto, event -> event.addAllMembers(Collections.nCopies(65, "n2"))));
    refuses("events left out: too many", proto -> proto.setLeftOut(-1));
  }

  @Test
  void refusesWhatNoNodeWouldSay() {
    refuses("detail of 513 characters", proto -> addEvent(proto, event -> event.setDetail(LONG)));
    refuses("event of 513 characters", proto -> addEvent(proto, event -> event.setWhat(LONG)));
    refuses("outcome of 513 characters", proto -> proto.setRecorded(LONG));
    refuses("write id of 513 characters", proto -> proto.setWriteId(LONG));
    refuses("group of 513 characters", proto -> proto.setGroup(LONG));
    refuses("node id of 1 characters", proto -> addEvent(proto, event -> event.addMembers("?")));
    refuses(
        "node id of 0 characters", proto -> proto.addClocks(StoryClockProto.getDefaultInstance()));
    assertThatThrownBy(
            () -> StoryForm.decode(GROUP, NODE, TellStoryProto.newBuilder().setToken(1).build()))
        .isInstanceOf(MalformedMessage.class)
        .hasMessageContaining("of unknown kind");
  }
}
