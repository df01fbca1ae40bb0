package io.holdfast.config.core.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.control.ActivationOutcome.Code;
import io.holdfast.config.core.control.ActivationOutcome.Done;
import io.holdfast.config.core.control.ActivationOutcome.Refused;
import io.holdfast.config.core.control.ActivationOutcome.Stale;
import io.holdfast.config.core.control.Evidence.Check;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ControlStateTest {

  private static final ControlState SEED = ControlState.seed();
  private static final MemberId A = new MemberId(new NodeId("a"), 1);
  private static final MemberId B = new MemberId(new NodeId("b"), 1);
  private static final MemberId C = new MemberId(new NodeId("c"), 1);
  private static final List<MemberId> ALL = List.of(A, B, C);
  private static final long NOW = 1_000_000;

  private static final ManifestDocument WANTS_TWO =
      Sets.policy("\"approvals\":{\"needed\":2,\"approvers\":[\"x\",\"y\",\"z\"]}");

  // ---- Activations

  @Test
  void everyActivationTakesTheNextNumberWhateverItChanges() {
    ControlState one = Sets.after(SEED, Sets.valueBytes(10));
    ControlState two = Sets.after(one, Sets.access());
    ControlState same = Sets.after(two, Sets.access());

    assertThat(SEED.epoch().number()).isZero();
    assertThat(one.epoch()).isEqualTo(new ControlEpoch(1, one.set().hash(), SEED.set().hash()));
    assertThat(two.epoch()).isEqualTo(new ControlEpoch(2, two.set().hash(), one.set().hash()));
    assertThat(same.epoch().number()).isEqualTo(3);
    assertThat(two.set().limits()).as("what is not named stays").isPresent();
  }

  @Test
  void activationThatExpectsAnotherNumberOrAnotherHashIsStale() {
    ControlState one = Sets.after(SEED, Sets.valueBytes(10));
    Activation of0 = Sets.activation(SEED, Sets.valueBytes(20));
    Activation right = Sets.activation(one, Sets.valueBytes(20));
    Activation otherHash =
        new Activation(
            new Activation.Expected(1, SEED.set().hash()), right.resulting(), right.changes(), "");

    assertThat(one.decide(of0, "admin", NOW)).isEqualTo(new Stale(one.epoch()));
    assertThat(one.decide(otherHash, "admin", NOW)).isEqualTo(new Stale(one.epoch()));
    assertThat(one.decide(right, "admin", NOW)).isInstanceOf(Done.class);
  }

  @Test
  void activationThatWouldComeToAnotherSetThanWasLookedAtIsRefused() {
    Activation right = Sets.activation(SEED, Sets.valueBytes(20));
    Activation other = new Activation(right.expected(), SEED.set().hash(), right.changes(), "");

    assertThat(SEED.decide(other, "admin", NOW))
        .isInstanceOfSatisfying(
            Refused.class, refused -> assertThat(refused.code()).isEqualTo(Code.OTHER_SET));
  }

  @Test
  void setThatContradictsItselfIsRefused() {
    assertThat(SEED.decide(Sets.activation(SEED, WANTS_TWO), "admin", NOW))
        .isInstanceOfSatisfying(
            Refused.class,
            refused -> {
              assertThat(refused.code()).isEqualTo(Code.INVALID_SET);
              assertThat(refused.reason()).contains("nobody can approve");
            });
  }

  @Test
  void typeThatIsRemovedIsNotActiveAnyMore() {
    ControlState one = Sets.after(SEED, Sets.valueBytes(10));
    Map<ManifestType, Optional<ManifestDocument>> none =
        Map.of(ManifestType.LIMITS, Optional.empty());
    Activation removal =
        new Activation(
            Activation.Expected.of(one.epoch()), one.set().with(none).hash(), none, "enough");

    ControlState two = ((Done) one.decide(removal, "admin", NOW)).after();

    assertThat(two.set()).isEqualTo(SEED.set());
    assertThat(two.epoch().number()).isEqualTo(2);
    assertThat(two.active())
        .isEqualTo(new ControlRecord(two.epoch(), SEED.set(), "admin", "enough", NOW));
  }

  // ---- History

  @Test
  void lastEpochsAreKeptByNumber() {
    ControlState state = SEED;
    for (int i = 1; i <= ControlState.MAX_RECORDS + 3; i++) {
      state = Sets.after(state, Sets.valueBytes(i));
    }

    assertThat(state.records()).hasSize(ControlState.MAX_RECORDS);
    assertThat(state.active().epoch().number()).isEqualTo(ControlState.MAX_RECORDS + 3);
    assertThat(state.record(3)).isEmpty();
    assertThat(state.record(4).orElseThrow().set().limits().orElseThrow().valueBytes()).hasValue(4);
  }

  @Test
  void fewerEpochsAreKeptWhereTheirSetsAreLarge() {
    ControlState state = SEED;
    String longPrefix = "x".repeat(3_000);
    for (int i = 0; i < 30; i++) {
      String[] many = new String[60];
      for (int p = 0; p < many.length; p++) {
        many[p] = Sets.principal("p" + i + "-" + p, "read", longPrefix);
      }
      state = Sets.after(state, Sets.access(many));
    }

    long bytes = state.records().stream().mapToLong(record -> record.set().bytes()).sum();
    assertThat(bytes - state.set().bytes()).isLessThanOrEqualTo(ControlState.MAX_HISTORY_BYTES);
    assertThat(state.records()).hasSizeLessThan(30).hasSizeGreaterThan(2);
  }

  @Test
  void stateIsRestoredFromWhatWasKept() {
    ControlState state =
        Sets.after(Sets.after(SEED, Sets.access()), Sets.valueBytes(5))
            .with(evidence(A, SEED, NOW), ALL);

    assertThat(ControlState.restored(state.records(), state.approvals(), state.evidence()))
        .isEqualTo(state);
    assertThat(ControlState.restored(List.of(), List.of(), List.of())).isEqualTo(SEED);
    List<ControlRecord> records = List.copyOf(state.records());
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                ControlState.restored(
                    List.of(records.get(0), records.get(2)), List.of(), List.of()));
  }

  // ---- Approvals

  private static ControlState wantsTwo() {
    return Sets.after(
        SEED,
        Sets.access(
            Sets.principal("x", "read", ""),
            Sets.principal("y", "read", ""),
            Sets.principal("z", "read", "")),
        WANTS_TWO);
  }

  private static ControlState approved(ControlState state, Activation activation, String by) {
    return ((Done) state.approve(activation.expected(), activation.resulting(), by, NOW)).after();
  }

  @Test
  void activationTakesAsManyApprovalsAsThePolicyAsksForEachOfAnotherApprover() {
    ControlState state = wantsTwo();
    Activation wanted = Sets.activation(state, Sets.valueBytes(7));
    ControlState once = approved(approved(state, wanted, "x"), wanted, "x");

    assertThat(once.decide(wanted, "admin", NOW))
        .isInstanceOfSatisfying(
            Refused.class,
            refused -> {
              assertThat(refused.code()).isEqualTo(Code.NOT_APPROVED);
              assertThat(refused.reason()).startsWith("1 of 2 approvals are there, of [x]");
            });

    ControlState twice = approved(once, wanted, "z");
    Done done = (Done) twice.decide(wanted, "admin", NOW);
    assertThat(done.after().approvals()).as("they were for this one").isEmpty();
  }

  @Test
  void approvalOfAnotherSetOrOfLongAgoDoesNotCount() {
    ControlState state = wantsTwo();
    Activation wanted = Sets.activation(state, Sets.valueBytes(7));
    Activation other = Sets.activation(state, Sets.valueBytes(8));
    ControlState both = approved(approved(state, wanted, "x"), wanted, "y");

    assertThat(both.decide(other, "admin", NOW)).isInstanceOf(Refused.class);
    long lastMoment = NOW + Duration.ofHours(24).toMillis();
    assertThat(both.decide(wanted, "admin", lastMoment)).isInstanceOf(Done.class);
    assertThat(both.decide(wanted, "admin", lastMoment + 1)).isInstanceOf(Refused.class);
    long ahead = NOW - Approval.MAX_AHEAD.toMillis();
    assertThat(both.decide(wanted, "admin", ahead)).isInstanceOf(Done.class);
    assertThat(both.decide(wanted, "admin", ahead - 1))
        .as("by a clock that was far ahead")
        .isInstanceOf(Refused.class);
    assertThat(approved(both, other, "y").decide(wanted, "admin", NOW))
        .as("who approves something else takes the first one back")
        .isInstanceOf(Refused.class);
  }

  @Test
  void whoIsNotNamedDoesNotApprove() {
    ControlState state = wantsTwo();
    Activation wanted = Sets.activation(state, Sets.valueBytes(7));

    assertThat(state.approve(wanted.expected(), wanted.resulting(), "admin", NOW))
        .isInstanceOfSatisfying(
            Refused.class, refused -> assertThat(refused.code()).isEqualTo(Code.NO_APPROVER));
    assertThat(state.approve(Activation.Expected.of(SEED.epoch()), wanted.resulting(), "x", NOW))
        .isEqualTo(new Stale(state.epoch()));
  }

  // ---- Evidence

  private static Map<Check, Boolean> sound() {
    Map<Check, Boolean> checks = new EnumMap<>(Check.class);
    for (Check check : Check.values()) {
      checks.put(check, true);
    }
    return checks;
  }

  private static Evidence evidence(MemberId from, ControlState of, long millis) {
    return Evidence.of(from, Activation.Expected.of(of.epoch()), sound(), millis);
  }

  @Test
  void groupIsReadyOnceWOfItsVotersHaveGivenEvidence() {
    ControlState one = Sets.after(SEED, Sets.valueBytes(1));
    ControlState some = one.with(evidence(A, one, NOW), ALL);
    ControlState enough = some.with(evidence(C, one, NOW), ALL);

    assertThat(one.isReady(ALL, 2, NOW)).isFalse();
    assertThat(some.isReady(ALL, 2, NOW)).isFalse();
    assertThat(enough.isReady(ALL, 2, NOW)).isTrue();
    assertThat(enough.isReady(List.of(A, B), 2, NOW)).as("only voters count").isFalse();
    assertThat(one.gate(B, NOW).reasons()).containsExactly("it has given no evidence for epoch 1");
  }

  /** StaleEvidenceNeverCounts. */
  @Test
  void evidenceOfAnotherEpochOrTooOldOrThatSaysNoDoesNotCount() {
    ControlState one = Sets.after(SEED, Sets.valueBytes(1));
    Map<Check, Boolean> failing = sound();
    failing.put(Check.DISK, false);
    Map<Check, Boolean> missing = sound();
    missing.remove(Check.CLOCK);
    Activation.Expected right = Activation.Expected.of(one.epoch());
    long validity = Evidence.VALIDITY.toMillis();

    for (Evidence stale :
        List.of(
            evidence(A, SEED, NOW),
            Evidence.of(A, new Activation.Expected(1, SEED.set().hash()), sound(), NOW),
            Evidence.of(A, new Activation.Expected(2, one.set().hash()), sound(), NOW),
            Evidence.of(A, right, failing, NOW),
            Evidence.of(A, right, missing, NOW),
            evidence(A, one, NOW + Evidence.MAX_AHEAD.toMillis() + 1),
            evidence(A, one, NOW - validity - 1))) {
      ControlState state = one.with(stale, ALL);
      assertThat(state.isReady(ALL, 1, NOW)).as("%s", stale).isFalse();
      assertThat(state.gate(A, NOW).reasons()).isNotEmpty();
    }
    assertThat(one.with(evidence(A, one, NOW - validity), ALL).isReady(ALL, 1, NOW)).isTrue();
  }

  @Test
  void anActivationMakesAllEvidenceOfNoUse() {
    ControlState one = Sets.after(SEED, Sets.valueBytes(1));
    ControlState ready = one.with(evidence(A, one, 1), ALL);
    assertThat(ready.isReady(ALL, 1, 1)).isTrue();

    assertThat(Sets.after(ready, Sets.valueBytes(1)).isReady(ALL, 1, 1)).isFalse();
  }

  @Test
  void evidenceOfWhoTakesPartNoMoreIsForgotten() {
    ControlState one = Sets.after(SEED, Sets.valueBytes(1)).with(evidence(A, SEED, 1), ALL);

    assertThat(one.with(evidence(B, SEED, 1), List.of(B, C)).evidence())
        .extracting(Evidence::member)
        .containsExactly(B);
  }

  @Test
  void whatIsSaidOfEachVoterAgreesWithWhatIsDecided() {
    Random random = new Random(7);
    ControlState[] epochs = {SEED, Sets.after(SEED, Sets.valueBytes(1))};
    for (int i = 0; i < 2_000; i++) {
      ControlState state = epochs[1];
      for (MemberId member : ALL) {
        Map<Check, Boolean> checks = sound();
        if (random.nextInt(3) == 0) {
          checks.put(Check.values()[random.nextInt(4)], false);
        }
        if (random.nextInt(4) == 0) {
          checks.remove(Check.values()[random.nextInt(4)]);
        }
        Activation.Expected of = Activation.Expected.of(epochs[random.nextInt(2)].epoch());
        if (random.nextInt(5) > 0) {
          state = state.with(Evidence.of(member, of, checks, random.nextInt(400_000)), ALL);
        }
      }
      ControlState drawn = state;
      long open = ALL.stream().filter(voter -> drawn.gate(voter, 400_000).isOpen()).count();
      assertThat(state.isReady(ALL, 2, 400_000)).isEqualTo(open >= 2);
    }
  }
}
