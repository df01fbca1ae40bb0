package io.holdfast.sync.core;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.control.Activation;
import io.holdfast.config.core.control.Approval;
import io.holdfast.config.core.control.ControlEpoch;
import io.holdfast.config.core.control.ControlRecord;
import io.holdfast.config.core.control.ControlSet;
import io.holdfast.config.core.control.ControlState;
import io.holdfast.config.core.control.Evidence;
import io.holdfast.config.core.control.ManifestDocument;
import io.holdfast.config.core.control.ManifestReader;
import io.holdfast.config.core.control.ManifestType;
import io.holdfast.config.core.control.SetHash;
import io.holdfast.config.core.control.UnreadableManifest;
import io.holdfast.config.wire.MemberIdProto;
import io.holdfast.sync.wire.ActivateProto;
import io.holdfast.sync.wire.ApproveProto;
import io.holdfast.sync.wire.CheckProto;
import io.holdfast.sync.wire.ControlEpochProto;
import io.holdfast.sync.wire.ControlNotesProto;
import io.holdfast.sync.wire.ControlPinProto;
import io.holdfast.sync.wire.EvidenceGivenProto;
import io.holdfast.sync.wire.EvidenceProto;
import io.holdfast.sync.wire.ExpectedEpochProto;
import io.holdfast.sync.wire.ManifestChangeProto;
import io.holdfast.sync.wire.StoredApprovalProto;
import io.holdfast.sync.wire.StoredEpochProto;
import io.holdfast.sync.wire.StoredEvidenceProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Epochs, what changes them, and what is given for them, as protobuf; canonical. What cannot be
 * read is an {@link IllegalArgumentException}.
 */
final class ControlCodec {

  private ControlCodec() {}

  // ---- In the log

  static ControlPinProto toProto(ControlPin pin) {
    return ControlPinProto.newBuilder()
        .setNumber(pin.number())
        .setSetHash(pin.setHash().bytes())
        .setPrincipal(pin.principal())
        .setMillis(pin.millis())
        .build();
  }

  static ControlPin fromProto(ControlPinProto proto) {
    return new ControlPin(
        proto.getNumber(),
        new SetHash(proto.getSetHash()),
        proto.getPrincipal(),
        proto.getMillis());
  }

  static ControlEpochProto toProto(ControlEpoch epoch) {
    return ControlEpochProto.newBuilder()
        .setNumber(epoch.number())
        .setSetHash(epoch.setHash().bytes())
        .setPreviousHash(epoch.previousHash().bytes())
        .build();
  }

  static ControlEpoch fromProto(ControlEpochProto proto) {
    return new ControlEpoch(
        proto.getNumber(), new SetHash(proto.getSetHash()), new SetHash(proto.getPreviousHash()));
  }

  private static ExpectedEpochProto toProto(Activation.Expected expected) {
    return ExpectedEpochProto.newBuilder()
        .setNumber(expected.number())
        .setSetHash(expected.setHash().bytes())
        .build();
  }

  private static Activation.Expected fromProto(ExpectedEpochProto proto) {
    return new Activation.Expected(proto.getNumber(), new SetHash(proto.getSetHash()));
  }

  static ActivateProto toProto(Activation activation) {
    ActivateProto.Builder proto =
        ActivateProto.newBuilder()
            .setExpected(toProto(activation.expected()))
            .setResulting(activation.resulting().bytes())
            .setReason(activation.reason());
    activation
        .changes()
        .forEach(
            (type, document) ->
                proto.addChanges(
                    ManifestChangeProto.newBuilder()
                        .setType(type.code())
                        .setCanonical(
                            document.map(ManifestDocument::canonical).orElse(ByteString.EMPTY))));
    return proto.build();
  }

  static Activation fromProto(ActivateProto proto) {
    SortedMap<ManifestType, Optional<ManifestDocument>> changes = new TreeMap<>();
    for (ManifestChangeProto change : proto.getChangesList()) {
      ManifestType type = typeOf(change);
      Optional<ManifestDocument> document =
          change.getCanonical().isEmpty()
              ? Optional.empty()
              : Optional.of(read(change.getCanonical()));
      if (changes.put(type, document) != null
          || document.filter(read -> read.manifest().type() != type).isPresent()) {
        throw new IllegalArgumentException("another manifest as one of type " + type.code());
      }
    }
    return new Activation(
        fromProto(proto.getExpected()),
        new SetHash(proto.getResulting()),
        changes,
        proto.getReason());
  }

  private static ManifestType typeOf(ManifestChangeProto change) {
    return ManifestType.ofCode(change.getType())
        .orElseThrow(
            () -> new IllegalArgumentException("manifest of type '" + change.getType() + "'"));
  }

  /** A replica that cannot read what others execute stops; one that merely could skips alike. */
  private static ManifestDocument read(ByteString canonical) {
    try {
      return ManifestReader.readCanonical(canonical);
    } catch (UnreadableManifest e) {
      if (e.newer()) {
        throw UnreadableBytes.newer("manifest", String.valueOf(e.getMessage()));
      }
      throw e;
    }
  }

  static ApproveProto toProto(Activation.Expected expected, SetHash resulting) {
    return ApproveProto.newBuilder()
        .setExpected(toProto(expected))
        .setResulting(resulting.bytes())
        .build();
  }

  static Command.Approve fromProto(ApproveProto proto) {
    return new Command.Approve(fromProto(proto.getExpected()), new SetHash(proto.getResulting()));
  }

  static EvidenceProto toProto(
      MemberId member, Activation.Expected loaded, SortedMap<Evidence.Check, Boolean> checks) {
    EvidenceProto.Builder proto =
        EvidenceProto.newBuilder()
            .setMember(
                MemberIdProto.newBuilder()
                    .setNode(member.node().value())
                    .setIncarnation(member.incarnation()))
            .setLoaded(toProto(loaded));
    checks.forEach((check, holds) -> proto.addChecks(toProto(check, holds)));
    return proto.build();
  }

  private static CheckProto toProto(Evidence.Check check, boolean holds) {
    return CheckProto.newBuilder().setName(check.code()).setHolds(holds).build();
  }

  private static SortedMap<Evidence.Check, Boolean> checks(List<CheckProto> protos) {
    SortedMap<Evidence.Check, Boolean> checks = new TreeMap<>();
    for (CheckProto check : protos) {
      if (checks.put(Evidence.Check.ofCode(check.getName()), check.getHolds()) != null) {
        throw new IllegalArgumentException("check " + check.getName() + " twice");
      }
    }
    return checks;
  }

  static Command.GiveEvidence fromProto(EvidenceProto proto) {
    return new Command.GiveEvidence(
        new MemberId(new NodeId(proto.getMember().getNode()), proto.getMember().getIncarnation()),
        fromProto(proto.getLoaded()),
        checks(proto.getChecksList()));
  }

  // ---- Between members

  static EvidenceGivenProto toProto(SyncMessage.EvidenceGiven given) {
    EvidenceGivenProto.Builder proto =
        EvidenceGivenProto.newBuilder()
            .setLoaded(toProto(given.loaded()))
            .setWallMillis(given.wallMillis());
    given.checks().forEach((check, holds) -> proto.addChecks(toProto(check, holds)));
    return proto.build();
  }

  static SyncMessage.EvidenceGiven fromProto(EvidenceGivenProto proto) {
    return new SyncMessage.EvidenceGiven(
        fromProto(proto.getLoaded()), checks(proto.getChecksList()), proto.getWallMillis());
  }

  // ---- In the store

  /** The row of an epoch. */
  static ByteString encode(ControlRecord record) {
    StoredEpochProto.Builder row =
        StoredEpochProto.newBuilder()
            .setVersion(SyncCodec.ROW_VERSION)
            .setEpoch(toProto(record.epoch()))
            .setBy(record.by())
            .setReason(record.reason())
            .setMillis(record.millis());
    record
        .set()
        .canonical()
        .forEach(
            (type, canonical) ->
                row.addManifests(
                    ManifestChangeProto.newBuilder().setType(type.code()).setCanonical(canonical)));
    return row.build().toByteString();
  }

  /**
   * Reads the row of an epoch.
   *
   * @throws UnreadableBytes when it is none
   */
  static ControlRecord decodeRecord(ByteString bytes) {
    try {
      StoredEpochProto row = StoredEpochProto.parseFrom(bytes);
      UnreadableBytes.checkVersion("row of an epoch", row.getVersion(), SyncCodec.ROW_VERSION);
      Map<ManifestType, ByteString> canonical = new TreeMap<>();
      row.getManifestsList()
          .forEach(manifest -> canonical.put(typeOf(manifest), manifest.getCanonical()));
      return new ControlRecord(
          fromProto(row.getEpoch()),
          ControlSet.ofCanonical(canonical),
          row.getBy(),
          row.getReason(),
          row.getMillis());
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      throw new UnreadableBytes("row of an epoch", String.valueOf(e.getMessage()));
    }
  }

  /** The row of what was given for the active epoch. */
  static ByteString encodeNotes(ControlState state) {
    ControlNotesProto.Builder row =
        ControlNotesProto.newBuilder().setVersion(SyncCodec.ROW_VERSION);
    for (Approval approval : state.approvals()) {
      row.addApprovals(
          StoredApprovalProto.newBuilder()
              .setApproval(toProto(approval.expected(), approval.resulting()))
              .setBy(approval.by())
              .setMillis(approval.millis()));
    }
    for (Evidence evidence : state.evidence()) {
      row.addEvidence(
          StoredEvidenceProto.newBuilder()
              .setEvidence(toProto(evidence.member(), evidence.loaded(), evidence.checks()))
              .setMillis(evidence.millis()));
    }
    return row.build().toByteString();
  }

  /**
   * Reads the rows of a store's epochs.
   *
   * @param rows by their numbers; none: those of a store of software that knew no epochs, or of a
   *     new one
   * @throws UnreadableBytes when they are none
   */
  static ControlState decode(SortedMap<Long, ByteString> rows) {
    if (rows.isEmpty()) {
      return ControlState.seed();
    }
    List<ControlRecord> records = new ArrayList<>();
    ByteString notes = rows.get(ControlRows.NOTES);
    if (notes == null) {
      throw new UnreadableBytes("row of what was given for an epoch", "it is missing");
    }
    rows.tailMap(ControlRows.NOTES + 1).values().forEach(row -> records.add(decodeRecord(row)));
    try {
      ControlNotesProto row = ControlNotesProto.parseFrom(notes);
      UnreadableBytes.checkVersion(
          "row of what was given for an epoch", row.getVersion(), SyncCodec.ROW_VERSION);
      return ControlState.restored(
          records,
          row.getApprovalsList().stream().map(ControlCodec::fromProto).toList(),
          row.getEvidenceList().stream().map(ControlCodec::fromProto).toList());
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      throw new UnreadableBytes("rows of epochs", String.valueOf(e.getMessage()));
    }
  }

  private static Approval fromProto(StoredApprovalProto proto) {
    Command.Approve approve = fromProto(proto.getApproval());
    return new Approval(approve.expected(), approve.resulting(), proto.getBy(), proto.getMillis());
  }

  private static Evidence fromProto(StoredEvidenceProto proto) {
    Command.GiveEvidence given = fromProto(proto.getEvidence());
    return new Evidence(given.member(), given.loaded(), given.checks(), proto.getMillis());
  }
}
