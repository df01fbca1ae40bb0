package io.holdfast.mesh.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.MalformedMessage;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.HostPort;
import io.holdfast.config.core.MeshDirectory;
import io.holdfast.config.wire.ListedNodeProto;
import io.holdfast.mesh.core.Envelope.KnowsDirectory;
import io.holdfast.mesh.core.Envelope.TellDirectory;
import io.holdfast.mesh.wire.AckReportProto;
import io.holdfast.mesh.wire.CallerProto;
import io.holdfast.mesh.wire.EnvelopeProto;
import io.holdfast.mesh.wire.ForwardAnswerProto;
import io.holdfast.mesh.wire.ForwardProto;
import io.holdfast.mesh.wire.GreetedProto;
import io.holdfast.mesh.wire.GreetingProto;
import io.holdfast.mesh.wire.KnowsDirectoryProto;
import io.holdfast.mesh.wire.MemberAckProto;
import io.holdfast.mesh.wire.ReadAnswerProto;
import io.holdfast.mesh.wire.TellDirectoryProto;
import io.holdfast.mesh.wire.WriteAnswerProto;
import java.util.Arrays;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class EnvelopeCodecTest {

  @Property(tries = 1000)
  void readsBackEveryEnvelope(@ForAll("envelopes") Envelope envelope) throws Exception {
    assertThat(EnvelopeCodec.decode(EnvelopeCodec.encode(envelope))).isEqualTo(envelope);
  }

  // ---- Damage

  @Property(tries = 200)
  void namesTheFailureOfEveryTruncation(@ForAll("envelopes") Envelope envelope) {
    byte[] bytes = EnvelopeCodec.encode(envelope);
    for (int length = 0; length < bytes.length; length++) {
      tryTo(Arrays.copyOf(bytes, length));
    }
  }

  @Property(tries = 2000)
  void namesTheFailureOfEveryFlippedBit(
      @ForAll("envelopes") Envelope envelope, @ForAll @IntRange(max = 1 << 20) int where) {
    byte[] bytes = EnvelopeCodec.encode(envelope);
    bytes[(where >>> 3) % bytes.length] ^= (byte) (1 << (where & 7));
    tryTo(bytes);
  }

  @Property(tries = 1000)
  void namesTheFailureOfArbitraryBytes(@ForAll byte[] bytes) {
    tryTo(bytes);
  }

  @Property(tries = 20)
  void namesTheFailureOfWhatIsTooLong(@ForAll("envelopes") Envelope envelope) {
    byte[] bytes = EnvelopeCodec.encode(envelope);
    tryTo(Arrays.copyOf(bytes, bytes.length + 1_000_000));
  }

  /** It is read as something, or refused in the declared way; nothing else may come of it. */
  private static void tryTo(byte[] bytes) {
    try {
      assertThat(EnvelopeCodec.decode(bytes)).isNotNull();
    } catch (MalformedMessage expected) {
      assertThat(expected.getMessage()).isNotBlank().hasSizeLessThan(1000);
    }
  }

  // ---- Refusals by name

  static Stream<Arguments> refusals() {
    String tooLong = "x".repeat(EnvelopeCodec.MAX_TEXT + 1);
    return Stream.of(
        refusal("wire version 2: this software speaks 1", proto -> proto.setVersion(2)),
        refusal("wire version 0: this software speaks 1", EnvelopeProto.Builder::clearVersion),
        refusal("wire version 4294967295: this software speaks 1", proto -> proto.setVersion(-1)),
        refusal("an envelope of unknown kind", EnvelopeProto.Builder::clearBody),
        refusal("group id of 0 characters", EnvelopeProto.Builder::clearGroup),
        refusal("member node '': allowed", EnvelopeProto.Builder::clearFrom),
        refusal("not a sync message", proto -> proto.setSync(ByteString.copyFromUtf8("?"))),
        refusal(
            "a forwarded request of unknown kind",
            proto -> proto.setForward(ForwardProto.getDefaultInstance())),
        refusal(
            "hops 16: at most 15",
            proto -> proto.setForward(read().setHops(EnvelopeCodec.MAX_HOPS + 1))),
        refusal("hops 4294967295: at most 15", proto -> proto.setForward(read().setHops(-1))),
        refusal(
            "a caller: a request id: allowed are 1 to 128 letters, digits and ._:/+=@~-",
            proto -> proto.setForward(read().setCaller(named("two\nlines")))),
        refusal(
            "a caller: a request id: allowed are 1 to 128 letters, digits and ._:/+=@~-",
            proto -> proto.setForward(read().setCaller(named("x".repeat(129))))),
        refusal(
            "a caller: a trace has an id of 32 and a span one of 16 lower-case hex digits,"
                + " not all 0",
            proto -> proto.setForward(read().setCaller(named("a").setTraceId("0".repeat(32))))),
        refusal(
            "write id of 4097 characters: at most 4096",
            proto -> proto.setForward(ForwardProto.newBuilder().setFindWrite(tooLong))),
        refusal(
            "a forwarded answer of unknown kind",
            proto -> proto.setForwardAnswer(ForwardAnswerProto.getDefaultInstance())),
        refusal("outcome code 'maybe'", proto -> answer(proto, write().setCode("maybe"))),
        refusal(
            "outcome code of 4097 characters: at most 4096",
            proto -> answer(proto, write().setCode(tooLong))),
        refusal(
            "detail of 4097 characters: at most 4096",
            proto -> answer(proto, write().setDetail(tooLong))),
        refusal(
            "retry after -1 ms: allowed are 0 to 86400000",
            proto -> answer(proto, write().setRetryAfterMillis(-1))),
        refusal(
            "node id '?'", proto -> answer(proto, acked(MemberAckProto.newBuilder().setNode("?")))),
        refusal(
            "acknowledgement state 'ACKED'",
            proto ->
                answer(proto, acked(MemberAckProto.newBuilder().setNode("a").setState("ACKED")))),
        refusal(
            "outcome code 'maybe'",
            proto ->
                proto.setForwardAnswer(
                    ForwardAnswerProto.newBuilder()
                        .setRead(ReadAnswerProto.newBuilder().setRefusedCode("maybe")))),
        refusal(
            "address of 4097 characters: at most 4096",
            proto -> proto.setGreeting(GreetingProto.newBuilder().setHttpAddr(tooLong))),
        refusal(
            "fingerprint of 21761 characters: at most 21760",
            proto ->
                proto.setGreeting(GreetingProto.newBuilder().setFingerprint("x".repeat(21_761)))),
        refusal("no word about a directory", proto -> knows(proto, k -> k.setVersion(-1))),
        refusal("no address", proto -> knows(proto, k -> k.setAddress("nowhere"))),
        refusal("no word about a directory", proto -> knows(proto, k -> k.setAddress("0.0.0.0:1"))),
        refusal("no word about a directory", proto -> knows(proto, k -> k.setAddress("h:0"))),
        refusal("no word about a directory", proto -> knows(proto, k -> k.addSealed("?"))),
        refusal("no word about a directory", proto -> knows(proto, k -> k.setLeads(-1))),
        refusal("no word about a directory", proto -> knows(proto, k -> k.setWants("?"))),
        refusal(
            "no word about a directory",
            proto ->
                knows(
                    proto,
                    k ->
                        IntStream.range(0, MeshDirectory.MAX_GROUPS)
                            .forEach(i -> k.addSealed("more--" + i)))),
        refusal(
            "mesh id of 4097 characters: at most 4096",
            proto -> knows(proto, k -> k.setMeshId(tooLong))),
        refusal(
            "address of 4097 characters: at most 4096",
            proto -> knows(proto, k -> k.setAddress(tooLong))),
        refusal(
            "mesh id of 4097 characters: at most 4096",
            proto -> tells(proto, t -> t.setMeshId(tooLong))),
        refusal("no directory", proto -> tells(proto, t -> t.getDirectoryBuilder().setVersion(-1))),
        refusal(
            "no directory",
            proto ->
                tells(
                    proto,
                    t ->
                        t.getDirectoryBuilder()
                            .putNodes("n9", ListedNodeProto.getDefaultInstance()))),
        refusal(
            "reason of 4097 characters: at most 4096",
            proto ->
                proto.setGreeted(GreetedProto.newBuilder().setRefusal("code").setReason(tooLong))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refusals")
  void refusesByName(String message, Consumer<EnvelopeProto.Builder> change) throws Exception {
    byte[] sound = EnvelopeCodec.encode(EnvelopeSamples.forwardedRead());
    EnvelopeProto.Builder proto = EnvelopeProto.parseFrom(sound).toBuilder();
    change.accept(proto);

    assertThatThrownBy(() -> EnvelopeCodec.decode(proto.build().toByteArray()))
        .isInstanceOf(MalformedMessage.class)
        .hasMessageContaining(message);
  }

  private static Arguments refusal(String message, Consumer<EnvelopeProto.Builder> change) {
    return Arguments.of(message, change);
  }

  private static void knows(
      EnvelopeProto.Builder proto, Consumer<KnowsDirectoryProto.Builder> change) {
    KnowsDirectoryProto.Builder knows =
        DirectoryForms.encode(
            new KnowsDirectory("mesh", 7, new HostPort("h", 1), Set.of(new GroupId("orders--5"))))
            .toBuilder();
    change.accept(knows);
    proto.setKnowsDirectory(knows);
  }

  private static void tells(
      EnvelopeProto.Builder proto, Consumer<TellDirectoryProto.Builder> change) {
    TellDirectoryProto.Builder tells =
        DirectoryForms.encode(new TellDirectory("mesh", DirectorySample.seeded())).toBuilder();
    change.accept(tells);
    proto.setTellDirectory(tells);
  }

  private static CallerProto.Builder named(String requestId) {
    return CallerProto.newBuilder().setRequestId(requestId);
  }

  private static ForwardProto.Builder read() {
    return ForwardProto.newBuilder().setRead(ByteString.EMPTY);
  }

  private static WriteAnswerProto.Builder write() {
    return WriteAnswerProto.newBuilder().setCode("committed");
  }

  private static WriteAnswerProto.Builder acked(MemberAckProto.Builder member) {
    return write().setAcks(AckReportProto.newBuilder().addMembers(member));
  }

  private static void answer(EnvelopeProto.Builder proto, WriteAnswerProto.Builder answer) {
    proto.setForwardAnswer(ForwardAnswerProto.newBuilder().setWrite(answer));
  }

  @Provide
  Arbitrary<Envelope> envelopes() {
    return EnvelopeSamples.any();
  }
}
