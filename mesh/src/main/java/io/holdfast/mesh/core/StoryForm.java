package io.holdfast.mesh.core;

import io.holdfast.acceptor.core.MalformedMessage;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.MeshSettings;
import io.holdfast.config.core.NodeId;
import io.holdfast.mesh.StoryAnswer;
import io.holdfast.mesh.WriteStory;
import io.holdfast.mesh.core.Envelope.AskStory;
import io.holdfast.mesh.core.Envelope.TellStory;
import io.holdfast.mesh.wire.AskStoryProto;
import io.holdfast.mesh.wire.StoryClockProto;
import io.holdfast.mesh.wire.StoryEventProto;
import io.holdfast.mesh.wire.StoryRefusedProto;
import io.holdfast.mesh.wire.TellStoryProto;
import io.holdfast.mesh.wire.WriteStoryProto;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** Stories of writes as protobuf, and the questions for them. */
final class StoryForm {

  /** The longest word or sentence of an event, in characters; what is longer is cut. */
  static final int MAX_TEXT = 512;

  /** More than a group ever has. */
  private static final int MAX_MEMBERS = 64;

  private StoryForm() {}

  static AskStoryProto encode(AskStory ask) {
    return AskStoryProto.newBuilder()
        .setToken(ask.token())
        .setWriteId(ask.writeId())
        .setCaller(CallerForm.encode(ask.caller()))
        .build();
  }

  static AskStory decode(GroupId group, AskStoryProto proto) throws MalformedMessage {
    return new AskStory(
        group,
        proto.getToken(),
        EnvelopeCodec.text("write id", proto.getWriteId()),
        CallerForm.decode(proto.getCaller()));
  }

  static TellStoryProto encode(TellStory tell) {
    TellStoryProto.Builder proto = TellStoryProto.newBuilder().setToken(tell.token());
    if (tell.answer() instanceof StoryAnswer.Told told) {
      proto.setTold(encode(told.story().bounded()));
    } else if (tell.answer() instanceof StoryAnswer.Refused refused) {
      proto.setRefused(
          StoryRefusedProto.newBuilder()
              .setCode(refused.code().code())
              .setDetail(cut(refused.detail())));
    }
    return proto.build();
  }

  private static WriteStoryProto encode(WriteStory story) {
    WriteStoryProto.Builder proto =
        WriteStoryProto.newBuilder()
            .setWriteId(story.writeId())
            .setGroup(story.group())
            .setNowMillis(story.nowMillis())
            .setRecorded(story.recorded())
            .setRememberedSinceMillis(story.rememberedSinceMillis())
            .setLeftOut(story.leftOut());
    story.slot().ifPresent(proto::setSlot);
    for (WriteStory.Clock clock : story.clocks()) {
      proto.addClocks(
          StoryClockProto.newBuilder()
              .setNode(clock.node().value())
              .setSkewMillis(clock.skewMillis()));
    }
    for (WriteStory.Event event : story.events()) {
      StoryEventProto.Builder one =
          StoryEventProto.newBuilder()
              .setAtMillis(event.atMillis())
              .setWhat(cut(event.what()))
              .setDetail(cut(event.detail()));
      event.slot().ifPresent(one::setSlot);
      event.ballot().ifPresent(one::setBallot);
      event.members().forEach(member -> one.addMembers(member.value()));
      proto.addEvents(one);
    }
    return proto.build();
  }

  private static String cut(String text) {
    return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT - 3) + "...";
  }

  /**
   * What a node tells.
   *
   * @param from who
   * @throws MalformedMessage naming what is wrong
   */
  static TellStory decode(GroupId group, NodeId from, TellStoryProto proto)
      throws MalformedMessage {
    return new TellStory(
        group,
        proto.getToken(),
        switch (proto.getAnswerCase()) {
          case TOLD -> new StoryAnswer.Told(story(from, proto.getTold()));
          case REFUSED ->
              new StoryAnswer.Refused(
                  AnswerCodec.code(proto.getRefused().getCode()),
                  text("detail", proto.getRefused().getDetail()));
          case ANSWER_NOT_SET ->
              throw new MalformedMessage("an answer for the story of a write of unknown kind");
        });
  }

  private static WriteStory story(NodeId from, WriteStoryProto proto) throws MalformedMessage {
    require("clocks", proto.getClocksCount(), MeshSettings.MAX_PEERS);
    require("events", proto.getEventsCount(), WriteStory.MAX_EVENTS);
    List<WriteStory.Clock> clocks = new ArrayList<>();
    for (StoryClockProto clock : proto.getClocksList()) {
      clocks.add(new WriteStory.Clock(node(clock.getNode()), clock.getSkewMillis()));
    }
    List<WriteStory.Event> events = new ArrayList<>();
    for (StoryEventProto event : proto.getEventsList()) {
      events.add(event(from, event));
    }
    if (proto.getLeftOut() < 0) {
      throw new MalformedMessage(
          Integer.toUnsignedString(proto.getLeftOut()) + " events left out: too many");
    }
    return new WriteStory(
        text("write id", proto.getWriteId()),
        text("group", proto.getGroup()),
        from,
        proto.getNowMillis(),
        text("outcome", proto.getRecorded()),
        proto.hasSlot() ? OptionalLong.of(proto.getSlot()) : OptionalLong.empty(),
        proto.getRememberedSinceMillis(),
        clocks,
        events,
        proto.getLeftOut());
  }

  private static WriteStory.Event event(NodeId from, StoryEventProto proto)
      throws MalformedMessage {
    require("members", proto.getMembersCount(), MAX_MEMBERS);
    List<NodeId> members = new ArrayList<>();
    for (String member : proto.getMembersList()) {
      members.add(node(member));
    }
    return new WriteStory.Event(
        proto.getAtMillis(),
        from,
        text("event", proto.getWhat()),
        proto.hasSlot() ? OptionalLong.of(proto.getSlot()) : OptionalLong.empty(),
        proto.hasBallot() ? OptionalLong.of(proto.getBallot()) : OptionalLong.empty(),
        members,
        text("detail", proto.getDetail()));
  }

  private static void require(String what, int count, int most) throws MalformedMessage {
    if (count > most) {
      throw new MalformedMessage(count + " " + what + ": at most " + most);
    }
  }

  private static String text(String what, String text) throws MalformedMessage {
    if (text.length() > MAX_TEXT) {
      throw new MalformedMessage(
          what + " of " + text.length() + " characters: at most " + MAX_TEXT);
    }
    return text;
  }

  private static NodeId node(String name) throws MalformedMessage {
    if (!NodeId.isValid(name)) {
      throw new MalformedMessage("node id of " + name.length() + " characters");
    }
    return new NodeId(name);
  }
}
