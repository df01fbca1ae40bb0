package io.holdfast.mesh.core;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.MalformedMessage;
import io.holdfast.config.core.control.Credentials;
import io.holdfast.config.core.control.SetHash;
import io.holdfast.config.core.control.TokenHash;
import io.holdfast.mesh.wire.CallerProto;
import io.holdfast.sync.core.Caller;
import io.holdfast.sync.core.RequestTrace;
import io.holdfast.sync.core.TraceContext;
import java.util.Optional;

/**
 * Callers as protobuf, for the way to the node that leads. A token goes as its hash, which is all
 * that a manifest has of it.
 */
final class CallerForm {

  private CallerForm() {}

  static CallerProto encode(Caller caller) {
    CallerProto.Builder proto =
        CallerProto.newBuilder()
            .setTokenHash(
                caller.credentials().token().map(TokenHash::bytes).orElse(ByteString.EMPTY))
            .setCertificate(caller.credentials().certificate().orElse(""))
            .setOfNode(caller.credentials().ofNode());
    caller
        .pinned()
        .ifPresent(
            pinned ->
                proto
                    .setPinned(true)
                    .setPinnedNumber(pinned.number())
                    .setPinnedHash(pinned.setHash().map(SetHash::bytes).orElse(ByteString.EMPTY)));
    caller.trace().ifPresent(trace -> encode(trace, proto));
    return proto.build();
  }

  private static void encode(RequestTrace trace, CallerProto.Builder proto) {
    proto.setRequestId(trace.requestId());
    trace
        .context()
        .ifPresent(context -> proto.setTraceId(context.traceId()).setSpanId(context.spanId()));
  }

  static Caller decode(CallerProto proto) throws MalformedMessage {
    String certificate = EnvelopeCodec.text("certificate", proto.getCertificate());
    try {
      Credentials shown =
          new Credentials(
              proto.getTokenHash().isEmpty()
                  ? Optional.empty()
                  : Optional.of(new TokenHash(proto.getTokenHash())),
              certificate.isEmpty() ? Optional.empty() : Optional.of(certificate),
              proto.getOfNode());
      return new Caller(
          shown,
          proto.getPinned() ? Optional.of(pinned(proto)) : Optional.empty(),
          proto.getRequestId().isEmpty() ? Optional.empty() : Optional.of(trace(proto)));
    } catch (IllegalArgumentException e) {
      throw new MalformedMessage("a caller: " + e.getMessage(), e);
    }
  }

  private static Caller.Pinned pinned(CallerProto proto) {
    return new Caller.Pinned(
        proto.getPinnedNumber(),
        proto.getPinnedHash().isEmpty()
            ? Optional.empty()
            : Optional.of(new SetHash(proto.getPinnedHash())));
  }

  private static RequestTrace trace(CallerProto proto) {
    return new RequestTrace(
        proto.getRequestId(),
        proto.getTraceId().isEmpty()
            ? Optional.empty()
            : Optional.of(new TraceContext(proto.getTraceId(), proto.getSpanId())));
  }
}
