package io.holdfast.mesh.core;

import io.holdfast.acceptor.core.MalformedMessage;
import io.holdfast.config.core.DirectoryCodec;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.HostPort;
import io.holdfast.mesh.core.Envelope.KnowsDirectory;
import io.holdfast.mesh.core.Envelope.TellDirectory;
import io.holdfast.mesh.wire.KnowsDirectoryProto;
import io.holdfast.mesh.wire.TellDirectoryProto;
import io.holdfast.quorum.core.LeaderSpread;
import java.util.Optional;
import java.util.stream.Collectors;

/** What nodes tell each other of the directory, as protobuf. */
final class DirectoryForms {

  private DirectoryForms() {}

  static KnowsDirectoryProto encode(KnowsDirectory knows) {
    KnowsDirectoryProto.Builder proto =
        KnowsDirectoryProto.newBuilder()
            .setMeshId(knows.meshId())
            .setVersion(knows.version())
            .setAddress(knows.address().toString())
            .setLeads(knows.leading().leads());
    knows.sealed().stream().sorted().forEach(log -> proto.addSealed(log.value()));
    knows.leading().wants().ifPresent(log -> proto.setWants(log.value()));
    return proto.build();
  }

  static TellDirectoryProto encode(TellDirectory tell) {
    return TellDirectoryProto.newBuilder()
        .setMeshId(tell.meshId())
        .setDirectory(DirectoryCodec.toProto(tell.directory()))
        .build();
  }

  static KnowsDirectory decode(KnowsDirectoryProto proto) throws MalformedMessage {
    try {
      return new KnowsDirectory(
          EnvelopeCodec.text("mesh id", proto.getMeshId()),
          proto.getVersion(),
          HostPort.parse(EnvelopeCodec.text("address", proto.getAddress()))
              .orElseThrow(() -> new MalformedMessage("no address")),
          proto.getSealedList().stream().map(GroupId::new).collect(Collectors.toSet()),
          new LeaderSpread.Told(
              proto.getLeads(),
              Optional.of(proto.getWants()).filter(log -> !log.isEmpty()).map(GroupId::new)));
    } catch (IllegalArgumentException e) {
      throw new MalformedMessage("no word about a directory", e);
    }
  }

  static TellDirectory decode(TellDirectoryProto proto) throws MalformedMessage {
    try {
      return new TellDirectory(
          EnvelopeCodec.text("mesh id", proto.getMeshId()),
          DirectoryCodec.fromProto(proto.getDirectory()));
    } catch (IllegalArgumentException e) {
      throw new MalformedMessage("no directory", e);
    }
  }
}
