package io.holdfast.quorum.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.holdfast.acceptor.core.Batch;
import io.holdfast.acceptor.core.MalformedMessage;
import io.holdfast.acceptor.core.ProtoValues;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.NodeId;
import io.holdfast.quorum.wire.ConfigurationProto;
import io.holdfast.quorum.wire.CoordinatorMessageProto;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class QuorumCodecTest {

  /** Reads bytes as something of some kind; fails as its codec says it does, or as protobuf. */
  private interface Reading {
    Object read(byte[] bytes) throws MalformedMessage, InvalidProtocolBufferException;
  }

  private static final Reading MESSAGE =
      bytes -> QuorumCodec.decode(CoordinatorMessageProto.parseFrom(bytes));
  private static final Reading CONFIGURATION =
      bytes -> QuorumCodec.decodeConfiguration(ByteString.copyFrom(bytes));
  private static final Reading BATCH =
      bytes -> BatchFormat.decode(Batch.of(ByteString.copyFrom(bytes)));

  // ---- Round trips

  @Property(tries = 500)
  void readsBackEveryMessage(@ForAll("messages") CoordinatorMessage message) throws Exception {
    assertThat(MESSAGE.read(QuorumCodec.encode(message).toByteArray())).isEqualTo(message);
  }

  @Property(tries = 300)
  void readsBackEveryConfiguration(@ForAll("configurations") Configuration configuration)
      throws Exception {
    assertThat(CONFIGURATION.read(QuorumCodec.encode(configuration).toByteArray()))
        .isEqualTo(configuration);
  }

  @Property(tries = 300)
  void readsBackEveryBatch(@ForAll("batches") List<BatchEntry> entries) {
    assertThat(BatchFormat.decode(BatchFormat.encode(entries))).isEqualTo(entries);
  }

  // ---- Damage

  @Property(tries = 200)
  void namesTheFailureOfEveryDamage(
      @ForAll("messages") CoordinatorMessage message,
      @ForAll("configurations") Configuration configuration,
      @ForAll("batches") List<BatchEntry> entries,
      @ForAll @IntRange(min = 0, max = 1 << 20) int where) {
    damage(QuorumCodec.encode(message).toByteArray(), where, MESSAGE);
    damage(QuorumCodec.encode(configuration).toByteArray(), where, CONFIGURATION);
    damage(BatchFormat.encode(entries).bytes().toByteArray(), where, BATCH);
  }

  private static void damage(byte[] bytes, int where, Reading reading) {
    for (int length = 0; length < bytes.length; length++) {
      tryTo(reading, Arrays.copyOf(bytes, length));
    }
    if (bytes.length > 0) {
      byte[] flipped = bytes.clone();
      flipped[(where >>> 3) % bytes.length] ^= (byte) (1 << (where & 7));
      tryTo(reading, flipped);
    }
    tryTo(reading, Arrays.copyOf(bytes, bytes.length + 100_000));
  }

  @Property(tries = 500)
  void namesTheFailureOfArbitraryBytes(@ForAll byte[] bytes) {
    tryTo(MESSAGE, bytes);
    tryTo(CONFIGURATION, bytes);
    tryTo(BATCH, bytes);
  }

  /** It is read as something, or refused in the declared way; nothing else may come of it. */
  private static void tryTo(Reading reading, byte[] bytes) {
    try {
      assertThat(reading.read(bytes)).isNotNull();
    } catch (MalformedMessage | UnreadableBatch | InvalidProtocolBufferException expected) {
      assertThat(expected).message().isNotBlank();
    }
  }

  // ---- Refusals by name

  @Test
  void refusesAMessageOfAnUnknownKind() {
    assertThatThrownBy(() -> QuorumCodec.decode(CoordinatorMessageProto.getDefaultInstance()))
        .isInstanceOf(MalformedMessage.class)
        .hasMessage("a coordinator message of unknown kind");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3, -1})
  void refusesAConfigurationOfAnotherVersion(int version) {
    ByteString bytes = proto().setVersion(version).build().toByteString();
    assertThatThrownBy(() -> QuorumCodec.decodeConfiguration(bytes))
        .isInstanceOf(MalformedMessage.class)
        .hasMessage(
            "configuration version "
                + Integer.toUnsignedString(version)
                + ": this software reads 1 to 2");
  }

  @Test
  void refusesAConfigurationWhoseQuorumsDoNotIntersect() {
    ByteString bytes = proto().setW(1).setPrepareQuorum(1).build().toByteString();
    assertThatThrownBy(() -> QuorumCodec.decodeConfiguration(bytes))
        .isInstanceOf(MalformedMessage.class)
        .hasMessageContaining("prepareQuorum = 1");
  }

  @Test
  void refusesAConfigurationThatNamesAMemberTwice() {
    ByteString bytes = proto().addMembers(proto().getMembers(0)).build().toByteString();
    assertThatThrownBy(() -> QuorumCodec.decodeConfiguration(bytes))
        .isInstanceOf(MalformedMessage.class)
        .hasMessageContaining("a#1 twice");
  }

  private static ConfigurationProto.Builder proto() {
    return ConfigurationProto.newBuilder()
        .setVersion(1)
        .setW(2)
        .setPrepareQuorum(1)
        .addMembers(ProtoValues.encode(new MemberId(new NodeId("a"), 1)))
        .addMembers(ProtoValues.encode(new MemberId(new NodeId("b"), 1)));
  }

  @Provide
  Arbitrary<CoordinatorMessage> messages() {
    return QuorumSamples.anyMessage();
  }

  @Provide
  Arbitrary<Configuration> configurations() {
    return QuorumSamples.anyConfiguration();
  }

  @Provide
  Arbitrary<List<BatchEntry>> batches() {
    return QuorumSamples.anyEntries();
  }
}
