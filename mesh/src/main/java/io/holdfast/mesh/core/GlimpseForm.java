package io.holdfast.mesh.core;

import io.holdfast.acceptor.core.MalformedMessage;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.MeshDirectory;
import io.holdfast.config.core.MeshSettings;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.Glimpse;
import io.holdfast.mesh.Health;
import io.holdfast.mesh.wire.GlimpseProto;
import io.holdfast.mesh.wire.GroupGlimpseProto;
import io.holdfast.mesh.wire.LinkProto;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What nodes tell of themselves, as protobuf. */
final class GlimpseForm {

  private GlimpseForm() {}

  static GlimpseProto encode(Glimpse glimpse) {
    GlimpseProto.Builder proto =
        GlimpseProto.newBuilder()
            .setAtMillis(glimpse.atMillis())
            .setVersion(glimpse.version())
            .setState(glimpse.state())
            .setLevel(glimpse.level().code())
            .setHttpAddr(glimpse.httpAddr())
            .setUptimeMillis(glimpse.uptimeMillis())
            .addAllReasons(glimpse.reasons());
    for (Glimpse.Link link : glimpse.links()) {
      proto.addLinks(
          LinkProto.newBuilder()
              .setPeer(link.peer().value())
              .setHeard(link.heard())
              .setLastHeardMillis(link.lastHeardMillis())
              .setSkewMillis(link.skewMillis()));
    }
    for (Glimpse.OfGroup group : glimpse.groups()) {
      proto.addGroups(
          GroupGlimpseProto.newBuilder()
              .setGroup(group.group().value())
              .setRole(group.role())
              .setLeader(group.leader().map(NodeId::value).orElse(""))
              .setPromised(group.promised())
              .setHighest(group.highest())
              .setChosen(group.chosen())
              .setApplied(group.applied())
              .setInFlight(group.inFlight())
              .setQueued(group.queued())
              .setEpoch(group.epoch())
              .setLevel(group.level().code())
              .putAllVerdicts(new TreeMap<>(group.verdicts())));
    }
    return proto.build();
  }

  /**
   * What those bytes say of a node.
   *
   * @throws MalformedMessage naming what is wrong
   */
  static Glimpse decode(NodeId from, GlimpseProto proto) throws MalformedMessage {
    require("reasons", proto.getReasonsCount(), Glimpse.MAX_REASONS);
    require("links", proto.getLinksCount(), MeshSettings.MAX_PEERS);
    require("groups", proto.getGroupsCount(), MeshDirectory.MAX_GROUPS);
    List<String> reasons = new ArrayList<>();
    for (String reason : proto.getReasonsList()) {
      reasons.add(text("reason", reason));
    }
    List<Glimpse.Link> links = new ArrayList<>();
    for (LinkProto link : proto.getLinksList()) {
      links.add(
          new Glimpse.Link(
              node(link.getPeer()),
              link.getHeard(),
              link.getLastHeardMillis(),
              link.getSkewMillis()));
    }
    List<Glimpse.OfGroup> groups = new ArrayList<>();
    for (GroupGlimpseProto group : proto.getGroupsList()) {
      groups.add(group(group));
    }
    return new Glimpse(
        from,
        proto.getAtMillis(),
        text("version", proto.getVersion()),
        text("state", proto.getState()),
        level(proto.getLevel()),
        text("address", proto.getHttpAddr()),
        proto.getUptimeMillis(),
        reasons,
        links,
        groups);
  }

  private static Glimpse.OfGroup group(GroupGlimpseProto proto) throws MalformedMessage {
    if (!GroupId.isValid(proto.getGroup())) {
      throw new MalformedMessage("group id of " + proto.getGroup().length() + " characters");
    }
    require("verdicts", proto.getVerdictsCount(), 2 * OutcomeCode.values().length);
    for (String code : proto.getVerdictsMap().keySet()) {
      text("outcome code", code);
    }
    return new Glimpse.OfGroup(
        new GroupId(proto.getGroup()),
        text("role", proto.getRole()),
        proto.getLeader().isEmpty() ? Optional.empty() : Optional.of(node(proto.getLeader())),
        text("ballot", proto.getPromised()),
        text("ballot", proto.getHighest()),
        proto.getChosen(),
        proto.getApplied(),
        proto.getInFlight(),
        proto.getQueued(),
        proto.getEpoch(),
        level(proto.getLevel()),
        Map.copyOf(proto.getVerdictsMap()));
  }

  private static void require(String what, int count, int most) throws MalformedMessage {
    if (count > most) {
      throw new MalformedMessage(count + " " + what + ": at most " + most);
    }
  }

  private static String text(String what, String text) throws MalformedMessage {
    if (text.length() > Glimpse.MAX_TEXT) {
      throw new MalformedMessage(
          what + " of " + text.length() + " characters: at most " + Glimpse.MAX_TEXT);
    }
    return text;
  }

  private static NodeId node(String name) throws MalformedMessage {
    if (!NodeId.isValid(name)) {
      throw new MalformedMessage("node id of " + name.length() + " characters");
    }
    return new NodeId(name);
  }

  /** A level that this software does not know is a bad one. */
  private static Health.Level level(String code) {
    return Arrays.stream(Health.Level.values())
        .filter(level -> level.code().equals(code))
        .findFirst()
        .orElse(Health.Level.FAILING);
  }
}
