package io.holdfast.mesh.core;

import static io.holdfast.mesh.core.EnvelopeCodec.text;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.MalformedMessage;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.ReadAnswer;
import io.holdfast.mesh.WriteAnswer;
import io.holdfast.mesh.WriteAnswer.Executed;
import io.holdfast.mesh.wire.AckReportProto;
import io.holdfast.mesh.wire.ExecutedProto;
import io.holdfast.mesh.wire.FoundProto;
import io.holdfast.mesh.wire.ListedProto;
import io.holdfast.mesh.wire.MemberAckProto;
import io.holdfast.mesh.wire.ReadAnswerProto;
import io.holdfast.mesh.wire.ReservationsReadProto;
import io.holdfast.mesh.wire.WriteAnswerProto;
import io.holdfast.quorum.core.AckReport;
import io.holdfast.quorum.core.AckReport.MemberAck;
import io.holdfast.quorum.core.AckReport.State;
import io.holdfast.sync.core.CommandCodec;
import io.holdfast.sync.core.CommandOutcome;
import io.holdfast.sync.core.CommandResult;
import io.holdfast.sync.core.KeyRecord;
import io.holdfast.sync.core.ReadResult;
import io.holdfast.sync.core.UnreadableBytes;
import io.holdfast.sync.core.VersionedValue;
import io.holdfast.sync.core.reservation.ReservationQueryCodec;
import io.holdfast.sync.wire.RecordProto;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Answers to clients as protobuf, for the way back to the node that holds the client. */
final class AnswerCodec {

  private static final Duration MAX_RETRY_AFTER = Duration.ofDays(1);
  private static final int MAX_SHOWN = 80;

  private AnswerCodec() {}

  static WriteAnswerProto encode(WriteAnswer answer) {
    WriteAnswerProto.Builder proto =
        WriteAnswerProto.newBuilder()
            .setCode(answer.code().code())
            .setReason(answer.reason().orElse(""))
            .setDetail(answer.detail())
            .setWriteId(answer.writeId())
            .setRetryAfterMillis(millis(answer.retryAfter()));
    answer.result().ifPresent(executed -> proto.setExecuted(encode(executed)));
    answer.acks().ifPresent(acks -> proto.setAcks(encode(acks)));
    return proto.build();
  }

  static WriteAnswer decode(WriteAnswerProto proto) throws MalformedMessage {
    return new WriteAnswer(
        code(proto.getCode()),
        Optional.of(text("reason", proto.getReason())).filter(reason -> !reason.isEmpty()),
        text("detail", proto.getDetail()),
        text("write id", proto.getWriteId()),
        proto.hasExecuted() ? Optional.of(decode(proto.getExecuted())) : Optional.empty(),
        proto.hasAcks() ? Optional.of(decode(proto.getAcks())) : Optional.empty(),
        duration(proto.getRetryAfterMillis()));
  }

  private static ExecutedProto encode(Executed executed) {
    ExecutedProto.Builder proto =
        ExecutedProto.newBuilder()
            .setSlot(executed.slot())
            .setPreviousModRevision(executed.previousModRevision())
            .setReplayed(executed.replayed());
    executed.modRevision().ifPresent(proto::setModRevision);
    executed
        .result()
        .ifPresent(
            result ->
                proto.setOutcome(
                    CommandCodec.encode(
                        new CommandOutcome(
                            result, executed.replayed(), new Slot(executed.slot())))));
    return proto.build();
  }

  private static Executed decode(ExecutedProto proto) throws MalformedMessage {
    return new Executed(
        proto.getSlot(),
        proto.hasModRevision() ? OptionalLong.of(proto.getModRevision()) : OptionalLong.empty(),
        proto.getPreviousModRevision(),
        proto.getReplayed(),
        proto.getOutcome().isEmpty() ? Optional.empty() : Optional.of(result(proto.getOutcome())));
  }

  private static CommandResult result(ByteString outcome) throws MalformedMessage {
    try {
      return CommandCodec.decodeOutcome(outcome).result();
    } catch (UnreadableBytes e) {
      throw new MalformedMessage("an outcome", e);
    }
  }

  private static AckReportProto encode(AckReport acks) {
    AckReportProto.Builder proto =
        AckReportProto.newBuilder()
            .setN(acks.n())
            .setW(acks.w())
            .setGot(acks.got())
            .setNeeded(acks.needed());
    for (MemberAck member : acks.members()) {
      proto.addMembers(
          MemberAckProto.newBuilder()
              .setNode(member.node().value())
              .setState(member.state().code())
              .setMillis(member.millis()));
    }
    return proto.build();
  }

  private static AckReport decode(AckReportProto proto) throws MalformedMessage {
    List<MemberAck> members = new ArrayList<>();
    for (MemberAckProto member : proto.getMembersList()) {
      if (!NodeId.isValid(member.getNode())) {
        throw new MalformedMessage("node id '" + shown(member.getNode()) + "'");
      }
      members.add(
          new MemberAck(
              new NodeId(member.getNode()), state(member.getState()), member.getMillis()));
    }
    return new AckReport(proto.getN(), proto.getW(), proto.getGot(), proto.getNeeded(), members);
  }

  static ReadAnswerProto encode(ReadAnswer answer) {
    ReadAnswerProto.Builder proto = ReadAnswerProto.newBuilder();
    if (answer instanceof ReadAnswer.Found found) {
      encode(found.at(), proto);
      proto.setFound(
          FoundProto.newBuilder()
              .setValue(found.value())
              .setCreateRevision(found.createRevision())
              .setModRevision(found.modRevision())
              .setVersion(found.version())
              .setLease(found.lease()));
    } else if (answer instanceof ReadAnswer.Listed listed) {
      encode(listed.at(), proto);
      proto.setListed(encode(listed.keys()));
    } else if (answer instanceof ReadAnswer.Reservations reservations) {
      encode(reservations.at(), proto);
      proto.setReservations(
          ReservationsReadProto.newBuilder()
              .setAnswer(ReservationQueryCodec.toProto(reservations.answer()))
              .setNowMillis(reservations.nowMillis()));
    } else if (answer instanceof ReadAnswer.Compacted compacted) {
      proto.setCompactedOldest(compacted.oldest());
    } else if (answer instanceof ReadAnswer.Absent absent) {
      encode(absent.at(), proto);
    } else if (answer instanceof ReadAnswer.Refused refused) {
      proto
          .setRefusedCode(refused.code().code())
          .setDetail(refused.detail())
          .setRetryAfterMillis(millis(refused.retryAfter()));
    }
    return proto.build();
  }

  private static ListedProto encode(ReadResult.Records keys) {
    ListedProto.Builder proto =
        ListedProto.newBuilder()
            .setCount(keys.count())
            .setCountIsLeast(keys.countIsLeast())
            .setMore(keys.more())
            .setRevision(keys.revision());
    for (KeyRecord record : keys.records()) {
      VersionedValue value = record.value();
      proto.addRecords(
          RecordProto.newBuilder()
              .setKey(record.key())
              .setValue(value.value())
              .setCreateRevision(value.createRevision())
              .setModRevision(value.modRevision())
              .setVersion(value.version())
              .setLease(value.lease()));
    }
    return proto.build();
  }

  private static ReadResult.Records decode(ListedProto proto) throws MalformedMessage {
    List<KeyRecord> records = new ArrayList<>(proto.getRecordsCount());
    try {
      for (RecordProto record : proto.getRecordsList()) {
        records.add(
            new KeyRecord(
                record.getKey(),
                new VersionedValue(
                    record.getValue(),
                    record.getCreateRevision(),
                    record.getModRevision(),
                    record.getVersion(),
                    record.getLease())));
      }
    } catch (IllegalArgumentException e) {
      throw new MalformedMessage("a record", e);
    }
    return new ReadResult.Records(
        records, proto.getCount(), proto.getCountIsLeast(), proto.getMore(), proto.getRevision());
  }

  private static void encode(ReadAnswer.ReadPoint at, ReadAnswerProto.Builder proto) {
    proto.setSlot(at.slot()).setRevision(at.revision());
  }

  static ReadAnswer decode(ReadAnswerProto proto) throws MalformedMessage {
    if (!proto.getRefusedCode().isEmpty()) {
      return new ReadAnswer.Refused(
          code(proto.getRefusedCode()),
          text("detail", proto.getDetail()),
          duration(proto.getRetryAfterMillis()));
    }
    if (proto.getCompactedOldest() != 0) {
      return new ReadAnswer.Compacted(proto.getCompactedOldest());
    }
    // Only linearizable reads are forwarded: there is no staleness to tell.
    ReadAnswer.ReadPoint at =
        new ReadAnswer.ReadPoint(proto.getSlot(), proto.getRevision(), Optional.empty());
    if (proto.hasListed()) {
      return new ReadAnswer.Listed(decode(proto.getListed()), at);
    }
    if (proto.hasReservations()) {
      return decode(proto.getReservations(), at);
    }
    if (!proto.hasFound()) {
      return new ReadAnswer.Absent(at);
    }
    FoundProto found = proto.getFound();
    return new ReadAnswer.Found(
        found.getValue(),
        found.getCreateRevision(),
        found.getModRevision(),
        found.getVersion(),
        found.getLease(),
        at);
  }

  private static ReadAnswer decode(ReservationsReadProto proto, ReadAnswer.ReadPoint at)
      throws MalformedMessage {
    try {
      return new ReadAnswer.Reservations(
          ReservationQueryCodec.fromProto(proto.getAnswer()), at, proto.getNowMillis());
    } catch (IllegalArgumentException e) {
      throw new MalformedMessage("an answer about reservations", e);
    }
  }

  static OutcomeCode code(String code) throws MalformedMessage {
    try {
      return OutcomeCode.ofCode(text("outcome code", code));
    } catch (IllegalArgumentException e) {
      throw new MalformedMessage("outcome code '" + shown(code) + "'", e);
    }
  }

  private static State state(String code) throws MalformedMessage {
    for (State state : State.values()) {
      if (state.code().equals(code)) {
        return state;
      }
    }
    throw new MalformedMessage("acknowledgement state '" + shown(code) + "'");
  }

  static long millis(Optional<Duration> duration) {
    return duration.map(Duration::toMillis).orElse(0L);
  }

  static Optional<Duration> duration(long millis) throws MalformedMessage {
    if (millis < 0 || millis > MAX_RETRY_AFTER.toMillis()) {
      throw new MalformedMessage(
          "retry after " + millis + " ms: allowed are 0 to " + MAX_RETRY_AFTER.toMillis());
    }
    return millis == 0 ? Optional.empty() : Optional.of(Duration.ofMillis(millis));
  }

  /** For a message: bounded, since a peer said it. */
  private static String shown(String text) {
    return text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "...";
  }
}
