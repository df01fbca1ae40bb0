package io.holdfast.quorum.core;

import static io.holdfast.quorum.core.Scene.A;
import static io.holdfast.quorum.core.Scene.B;
import static io.holdfast.quorum.core.Scene.slot;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.MalformedMessage;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.NodeId;
import io.holdfast.quorum.core.ChangeOutcome.Changed;
import io.holdfast.quorum.core.ChangeOutcome.Refused;
import io.holdfast.quorum.core.ChangeOutcome.Sealed;
import io.holdfast.quorum.core.MembershipChange.AddLearner;
import io.holdfast.quorum.core.MembershipChange.Promote;
import io.holdfast.quorum.core.MembershipChange.Remove;
import io.holdfast.quorum.core.MembershipChange.Replace;
import io.holdfast.quorum.core.MembershipChange.Seal;
import io.holdfast.quorum.core.MembershipChange.SetQuorums;
import io.holdfast.quorum.wire.MembershipProto;
import io.holdfast.quorum.wire.ProposedChangeProto;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Changes, their outcomes and memberships are in logs, hash chains and stores for good. */
class MembershipCodecTest {

  private static final MemberId FAR = new MemberId(new NodeId("node-1"), 0xFEDC_BA98_7654_3210L);
  private static final Configuration LEARNING =
      new Configuration(new TreeSet<>(List.of(A, B)), new TreeSet<>(List.of(FAR)), 2, 1);

  private static Map<String, MembershipChange> changes() {
    Map<String, MembershipChange> changes = new LinkedHashMap<>();
    changes.put("add-learner", new AddLearner(FAR));
    changes.put("promote", new Promote(FAR, OptionalInt.empty()));
    changes.put("promote-with-w", new Promote(A, OptionalInt.of(2)));
    changes.put("remove", new Remove(A, OptionalInt.empty()));
    changes.put("remove-with-w", new Remove(A, OptionalInt.of(1)));
    changes.put("replace", new Replace(A, FAR));
    changes.put("set-quorums", new SetQuorums(2, 3));
    return changes;
  }

  private static Membership membership() {
    Membership founded = Membership.founded(64, Configuration.of(List.of(A, B), 2));
    return founded.after(new Changed(1, LEARNING, slot(75)));
  }

  /** Every form, by name, in hexadecimal. */
  private static Map<String, ByteString> forms() {
    Map<String, ByteString> forms = new LinkedHashMap<>();
    changes()
        .forEach(
            (name, change) ->
                forms.put(name, MembershipCodec.encode(new ProposedChange(change, 7))));
    forms.put("changed", MembershipCodec.encode(new Changed(8, LEARNING, slot(75))));
    forms.put(
        "refused",
        MembershipCodec.encode(
            new Refused(new ChangeRefusal(ChangeRefusal.Code.LAST_MEMBER, "why"))));
    forms.put("membership", MembershipCodec.toProto(membership()).toByteString());
    return forms;
  }

  /** Those of a group that is sealed. */
  private static Map<String, ByteString> sealedForms() {
    Map<String, ByteString> forms = new LinkedHashMap<>();
    forms.put("seal", MembershipCodec.encode(new ProposedChange(new Seal(), 7)));
    forms.put("sealed", MembershipCodec.encode(new Sealed()));
    Membership sealed = membership().asSealed();
    forms.put("membership-sealed", MembershipCodec.toProto(sealed).toByteString());
    return forms;
  }

  @Test
  void keepsItsFormsByteForByte() throws Exception {
    assertKept(forms(), "membership.txt");
    assertKept(sealedForms(), "membership-sealed.txt");
  }

  private static void assertKept(Map<String, ByteString> forms, String name) throws Exception {
    String now =
        forms.entrySet().stream()
            .map(e -> e.getKey() + " " + HexFormat.of().formatHex(e.getValue().toByteArray()))
            .collect(Collectors.joining("\n", "", "\n"));
    Path file = Path.of("src/test/resources/golden", name);
    if (Boolean.getBoolean("golden.rewrite")) {
      Files.writeString(file, now);
    }

    assertThat(now).isEqualTo(Files.readString(file));
  }

  @Test
  void whatWasStoredBeforeIsNotSealed() throws Exception {
    String stored =
        Files.readAllLines(Path.of("src/test/resources/golden/membership.txt")).stream()
            .filter(line -> line.startsWith("membership "))
            .map(line -> line.substring("membership ".length()))
            .findFirst()
            .orElseThrow();

    Membership read =
        MembershipCodec.fromProto(MembershipProto.parseFrom(HexFormat.of().parseHex(stored)));
    assertThat(read).isEqualTo(membership());
    assertThat(read.sealed()).isFalse();
  }

  /** Taken for damaged by who does not know it, it would have another outcome there. */
  @Test
  void sealIsOfAVersionThatSoftwareWithoutItRefuses() throws Exception {
    ByteString seal = MembershipCodec.encode(new ProposedChange(new Seal(), 7));
    assertThat(ProposedChangeProto.parseFrom(seal).getVersion()).isEqualTo(3);
    assertThat(MembershipCodec.toProto(membership().asSealed()).getVersion()).isEqualTo(2);
  }

  @Test
  void readsWhatItWritesOfASealedGroup() throws Exception {
    ProposedChange seal = new ProposedChange(new Seal(), 7);
    assertThat(MembershipCodec.decodeChange(MembershipCodec.encode(seal))).isEqualTo(seal);
    assertThat(MembershipCodec.decodeOutcome(MembershipCodec.encode(new Sealed())))
        .isEqualTo(new Sealed());
    Membership sealed = membership().asSealed();
    assertThat(MembershipCodec.fromProto(MembershipCodec.toProto(sealed))).isEqualTo(sealed);
  }

  @Test
  void readsWhatItWrites() throws Exception {
    for (MembershipChange change : changes().values()) {
      ProposedChange proposed = new ProposedChange(change, 7);
      assertThat(MembershipCodec.decodeChange(MembershipCodec.encode(proposed)))
          .isEqualTo(proposed);
    }
    Changed changed = new Changed(8, LEARNING, slot(75));
    assertThat(MembershipCodec.decodeOutcome(MembershipCodec.encode(changed))).isEqualTo(changed);
    for (ChangeRefusal.Code code : ChangeRefusal.Code.values()) {
      Refused refused = new Refused(new ChangeRefusal(code, code.sentence()));
      assertThat(MembershipCodec.decodeOutcome(MembershipCodec.encode(refused))).isEqualTo(refused);
    }
    assertThat(MembershipCodec.fromProto(MembershipCodec.toProto(membership())))
        .isEqualTo(membership());
  }

  /** It is part of the chain hash: nodes of other languages and versions must not differ. */
  @Test
  void wordsOfARefusalAreNotInIt() {
    assertThat(
            MembershipCodec.encode(
                new Refused(ChangeRefusal.of(ChangeRefusal.Code.LAST_MEMBER, "%d voter", 1))))
        .isEqualTo(
            MembershipCodec.encode(
                new Refused(ChangeRefusal.of(ChangeRefusal.Code.LAST_MEMBER, "otherwise"))));
  }

  @Test
  void refusesTwoConfigurationsFromOneSlot() {
    MembershipProto once = MembershipCodec.toProto(membership());

    assertThatThrownBy(
            () ->
                MembershipCodec.fromProto(
                    once.toBuilder().addGoverning(once.getGoverning(1)).build()))
        .isInstanceOf(MalformedMessage.class)
        .hasMessageContaining("two configurations from slot 75");
  }

  @Test
  void tellsALaterVersionFromDamage() {
    ByteString later = ProposedChangeProto.newBuilder().setVersion(4).build().toByteString();
    assertThatExceptionOfType(UnreadableBatch.class)
        .isThrownBy(() -> MembershipCodec.decodeChange(later))
        .satisfies(e -> assertThat(e.newerVersion()).isTrue());
    ByteString bareConfiguration = QuorumCodec.encode(Configuration.of(List.of(A, B), 2));
    for (ByteString damaged :
        List.of(ByteString.EMPTY, bareConfiguration, ByteString.copyFromUtf8("garbage"))) {
      assertThatExceptionOfType(UnreadableBatch.class)
          .isThrownBy(() -> MembershipCodec.decodeChange(damaged))
          .satisfies(e -> assertThat(e.newerVersion()).isFalse());
    }
    assertThatThrownBy(
            () -> MembershipCodec.fromProto(MembershipProto.newBuilder().setVersion(3).build()))
        .isInstanceOf(MalformedMessage.class)
        .hasMessage("membership of version 3: this software reads 2");
  }

  @Test
  void everyDamageIsReadAsSomethingOrRefused() {
    Map<String, ByteString> all = forms();
    all.putAll(sealedForms());
    for (ByteString form : all.values()) {
      byte[] bytes = form.toByteArray();
      for (int bit = 0; bit < bytes.length * 8; bit++) {
        byte[] flipped = bytes.clone();
        flipped[bit >>> 3] ^= (byte) (1 << (bit & 7));
        tryAll(ByteString.copyFrom(flipped));
        tryAll(ByteString.copyFrom(Arrays.copyOf(bytes, bit >>> 3)));
      }
    }
  }

  private static void tryAll(ByteString bytes) {
    try {
      assertThat(MembershipCodec.decodeChange(bytes)).isNotNull();
    } catch (UnreadableBatch expected) {
      assertThat(expected).message().isNotBlank();
    }
    try {
      assertThat(MembershipCodec.decodeOutcome(bytes)).isNotNull();
    } catch (MalformedMessage expected) {
      assertThat(expected).message().isNotBlank();
    }
  }
}
