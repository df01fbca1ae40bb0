package io.holdfast.config.core.control;

import static io.holdfast.config.core.control.ManifestSample.set;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ControlSetTest {

  private static final ControlSet SAMPLE =
      set(
          ManifestSample.POLICY,
          ManifestSample.LIMITS,
          ManifestSample.ACCESS,
          ManifestSample.POOLS);

  /** Changing one of these is a change of version: nodes would no longer agree on their epoch. */
  @Test
  void hashesAreThoseOfVersion1() {
    assertThat(ControlSet.EMPTY.hash().toString())
        .isEqualTo("44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a");
    assertThat(SAMPLE.hash().toString())
        .isEqualTo("89e61f3327427044885cfa8017f963107cb97cd50864bd5105b7b76dce22e1a2");
    assertThat(set(ManifestSample.LIMITS).hash().toString())
        .isEqualTo("15ab2c2f02ec8325ce5cd0c5ffc640b55e190515de3710f99487f8bb58c3922b");
  }

  @Test
  void hashIsThatOfTheCanonicalObject() {
    for (ControlSet each :
        new ControlSet[] {SAMPLE, set(ManifestSample.LIMITS), ControlSet.EMPTY}) {
      String json =
          each.canonical().entrySet().stream()
              .sorted(Map.Entry.<ManifestType, ByteString>comparingByKey().reversed())
              .map(part -> "\"" + part.getKey().code() + "\" : " + part.getValue().toStringUtf8())
              .collect(Collectors.joining(", ", "{", "}"));
      assertThat(each.hash()).isEqualTo(SetHash.of(CanonicalForm.ofJson(json)));
    }
  }

  @Test
  void hasWhatItWasMadeOf() {
    assertThat(SAMPLE.policy()).isPresent();
    assertThat(SAMPLE.limits()).isPresent();
    assertThat(SAMPLE.access()).isPresent();
    assertThat(SAMPLE.pools()).isPresent();
    assertThat(SAMPLE.canonical().keySet())
        .containsExactly(
            ManifestType.ACCESS, ManifestType.LIMITS, ManifestType.POLICY, ManifestType.POOLS);
    assertThat(SAMPLE.bytes())
        .isEqualTo(SAMPLE.canonical().values().stream().mapToInt(ByteString::size).sum());
    assertThat(ControlSet.EMPTY.access()).isEmpty();
    assertThat(ControlSet.EMPTY.bytes()).isZero();
  }

  @Test
  void comesBackFromItsCanonicalForms() {
    ControlSet again = ControlSet.ofCanonical(SAMPLE.canonical());
    assertThat(again).isEqualTo(SAMPLE).hasSameHashCodeAs(SAMPLE);
    assertThat(again.hash()).isEqualTo(SAMPLE.hash());
    assertThat(again.access()).isEqualTo(SAMPLE.access());
    assertThat(ControlSet.ofCanonical(Map.of())).isEqualTo(ControlSet.EMPTY);
  }

  @Test
  void refusesAFormThatIsNotCanonicalOrOfAnotherType() {
    assertThatThrownBy(
            () ->
                ControlSet.ofCanonical(
                    Map.of(
                        ManifestType.LIMITS,
                        ByteString.copyFromUtf8("{\"kind\":\"limits\", \"version\":1}"))))
        .isInstanceOf(UnreadableManifest.class);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                ControlSet.of(
                    Map.of(ManifestType.POOLS, ManifestSample.read(ManifestSample.LIMITS))))
        .withMessage("pools: a manifest of kind limits: allowed is pools");
  }

  @Test
  void changesReplaceAndTakeAway() {
    Map<ManifestType, Optional<ManifestDocument>> changes = new EnumMap<>(ManifestType.class);
    changes.put(ManifestType.ACCESS, Optional.empty());
    changes.put(
        ManifestType.LIMITS, Optional.of(ManifestSample.read("kind: limits\nversion: 1\nkeys: 5")));
    ControlSet changed = SAMPLE.with(changes);
    assertThat(changed.access()).isEmpty();
    assertThat(changed.limits().orElseThrow().keys()).hasValue(5);
    assertThat(changed.policy()).isEqualTo(SAMPLE.policy());
    assertThat(changed).isNotEqualTo(SAMPLE);
    assertThat(SAMPLE.with(Map.of())).isEqualTo(SAMPLE);
  }

  @Test
  void refusesMoreThanItsBytes() {
    String filler =
        IntStream.range(0, 998)
            .mapToObj(i -> "  - {name: p" + i + ", certificates: [" + "x".repeat(200) + i + "]}\n")
            .collect(Collectors.joining());
    ManifestDocument access = ManifestSample.read(ManifestSample.accessWith() + filler);
    ByteString large = ByteString.copyFrom(new byte[ManifestReader.MAX_BYTES]);
    var limits = new ManifestDocument(LimitsManifest.NONE, large);
    assertThat(access.canonical().size()).isGreaterThan(200_000);
    assertThat(
            ControlSet.of(
                    Map.of(
                        ManifestType.LIMITS,
                        limits,
                        ManifestType.POLICY,
                        new ManifestDocument(PolicyManifest.NONE, large)))
                .bytes())
        .isEqualTo(ControlSet.MAX_BYTES);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                ControlSet.of(
                    Map.of(
                        ManifestType.ACCESS,
                        access,
                        ManifestType.LIMITS,
                        limits,
                        ManifestType.POLICY,
                        new ManifestDocument(PolicyManifest.NONE, large))))
        .withMessageContaining("allowed are at most 524288");
  }

  @Test
  void approversHaveToBePrincipalsThatCanApprove() {
    String policy = ManifestSample.POLICY;
    assertThat(set(policy).flaw().orElseThrow()).contains("nobody can approve");
    assertThat(set(policy, ManifestSample.accessWith()).flaw())
        .contains("policy: approvals.approvers: ci: allowed are principals of the access manifest");
  }

  /** Nobody would ever be able to activate anything else. */
  @Test
  void asManyApproversAsAreNeededHaveATokenToApproveWith() {
    ManifestDocument wanted =
        Sets.policy("\"approvals\":{\"needed\":2,\"approvers\":[\"x\",\"y\"]}");
    String without = "{\"name\":\"y\",\"tokens\":[],\"grants\":[]}";

    assertThat(after(Sets.access(Sets.principal("x", "read", ""), without), wanted).flaw())
        .contains("policy: approvals.needed: 2, and 1 of the approvers have a token");
    assertThat(
            after(
                    Sets.access(Sets.principal("x", "read", ""), Sets.principal("y", "read", "")),
                    wanted)
                .flaw())
        .isEmpty();
  }

  private static ControlSet after(ManifestDocument access, ManifestDocument policy) {
    return ControlSet.of(Map.of(ManifestType.ACCESS, access, ManifestType.POLICY, policy));
  }
}
