package io.holdfast.config.store;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.wire.RefusalMarkProto;
import java.time.Instant;

/**
 * The content of the file {@code refused}.
 *
 * @param by who refused
 * @param code the refusal's stable name
 * @param reason what the refuser said; cut to {@value #MAX_REASON} characters
 * @param atMillis wall time of the refusal, for people
 */
record RefusalMark(NodeId by, String code, String reason, long atMillis) {

  private static final int MAX_REASON = 2_000;

  RefusalMark {
    reason = reason.length() <= MAX_REASON ? reason : reason.substring(0, MAX_REASON);
  }

  static RefusalMark read(ByteString body) throws InvalidProtocolBufferException {
    RefusalMarkProto proto = RefusalMarkProto.parseFrom(body);
    return new RefusalMark(
        new NodeId(proto.getBy()), proto.getCode(), proto.getReason(), proto.getAtMillis());
  }

  ByteString toBody() {
    return RefusalMarkProto.newBuilder()
        .setBy(by.value())
        .setCode(code)
        .setReason(reason)
        .setAtMillis(atMillis)
        .build()
        .toByteString();
  }

  /** What happened, in words. */
  String text() {
    return "was refused by "
        + by
        + " at "
        + Instant.ofEpochMilli(atMillis)
        + ": "
        + code
        + ": "
        + reason;
  }
}
