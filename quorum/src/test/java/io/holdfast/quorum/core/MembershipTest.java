package io.holdfast.quorum.core;

import static io.holdfast.quorum.core.Scene.A;
import static io.holdfast.quorum.core.Scene.B;
import static io.holdfast.quorum.core.Scene.C;
import static io.holdfast.quorum.core.Scene.D;
import static io.holdfast.quorum.core.Scene.slot;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import io.holdfast.quorum.core.ChangeOutcome.Changed;
import io.holdfast.quorum.core.ChangeOutcome.Refused;
import io.holdfast.quorum.core.ChangeOutcome.Sealed;
import io.holdfast.quorum.core.ChangeRefusal.Code;
import io.holdfast.quorum.core.MembershipChange.AddLearner;
import io.holdfast.quorum.core.MembershipChange.Promote;
import io.holdfast.quorum.core.MembershipChange.Remove;
import io.holdfast.quorum.core.MembershipChange.Seal;
import io.holdfast.quorum.core.MembershipChange.SetQuorums;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** Which change is made, at its place in the log and in the eyes of the leader. */
class MembershipTest {

  private static final Configuration THREE = Configuration.of(List.of(A, B, C), 2);
  private static final Membership FOUNDED = Membership.founded(8, THREE);

  private static ChangeOutcome decide(Membership membership, long slot, MembershipChange change) {
    return membership.decide(slot(slot), new ProposedChange(change, membership.number()));
  }

  private static Membership after(Membership membership, long slot, MembershipChange change) {
    return membership.after((Changed) decide(membership, slot, change));
  }

  private static ChangeRefusal refusal(ChangeOutcome outcome) {
    return ((Refused) outcome).refusal();
  }

  // ---- At its place in the log

  @Test
  void changeGovernsAlphaSlotsAfterItsOwn() {
    Configuration learning = new Configuration(THREE.members(), new TreeSet<>(Set.of(D)), 2, 2);

    assertThat(decide(FOUNDED, 10, new AddLearner(D)))
        .isEqualTo(new Changed(1, learning, slot(18)));
    Membership changed = after(FOUNDED, 10, new AddLearner(D));
    ConfigurationLog log = new ConfigurationLog(changed);
    assertThat(log.at(slot(17))).isEqualTo(THREE);
    assertThat(log.at(slot(18))).isEqualTo(learning);
    assertThat(log.number()).isEqualTo(1);
  }

  @Test
  void nextChangeWaitsUntilTheOneBeforeGoverns() {
    Membership changing = after(FOUNDED, 10, new AddLearner(D));

    for (long early : List.of(11, 17)) {
      assertThat(refusal(decide(changing, early, new Promote(D, OptionalInt.empty()))))
          .isEqualTo(
              new ChangeRefusal(
                  Code.CHANGE_IN_PROGRESS,
                  "the change before takes effect in slot 18: ask again after that"));
    }
    assertThat(decide(changing, 18, new Promote(D, OptionalInt.empty())))
        .isInstanceOf(Changed.class);
  }

  @Test
  void changeThatWasCheckedAgainstAnotherConfigurationIsRefused() {
    Membership changed = after(FOUNDED, 10, new AddLearner(D));

    ChangeOutcome late =
        changed.decide(slot(30), new ProposedChange(new Remove(A, OptionalInt.empty()), 0));

    assertThat(refusal(late).code()).isEqualTo(Code.CONFIGURATION_CHANGED);
    assertThat(refusal(late).reason())
        .isEqualTo(
            "this was checked against configuration 0, and by now there is number 1: look at it"
                + " and ask again");
  }

  @Test
  void refusedChangeLeavesItsNumberToTheNext() {
    assertThat(refusal(decide(FOUNDED, 10, new Remove(D, OptionalInt.empty()))).code())
        .isEqualTo(Code.NOT_A_MEMBER);
    assertThat(((Changed) decide(FOUNDED, 11, new AddLearner(D))).number()).isEqualTo(1);
  }

  @Test
  void neverHoldsMoreThanTwoConfigurations() {
    Membership membership = FOUNDED;
    for (int i = 1; i <= 20; i++) {
      membership = after(membership, 10L * i, new SetQuorums(1 + i % 2, 3));
      assertThat(membership.governsFrom()).hasSize(2);
      assertThat(membership.governsFrom().firstKey()).matches(slot(10L * i)::isAfter, "" + i);
    }
    assertThat(membership.number()).isEqualTo(20);
    TreeMap<Slot, Configuration> three = new TreeMap<>(membership.governsFrom());
    three.put(slot(500), THREE);
    assertThatIllegalArgumentException().isThrownBy(() -> new Membership(8, 1, three));
  }

  // ---- Sealed

  @Test
  void sealsWhateverWasChangedMeanwhileOrIsBeingChanged() {
    Membership changing = after(FOUNDED, 10, new AddLearner(D));

    for (long basis : List.of(0, 1, 9)) {
      assertThat(changing.decide(slot(11), new ProposedChange(new Seal(), basis)))
          .isEqualTo(new Sealed());
    }
    Membership sealed = changing.asSealed();
    assertThat(sealed.sealed()).isTrue();
    assertThat(sealed.number()).isEqualTo(1);
    assertThat(sealed.governsFrom()).isEqualTo(changing.governsFrom());
    assertThat(decide(sealed, 12, new Seal())).as("sealed again").isEqualTo(new Sealed());
  }

  @Test
  void nothingElseOfASealedGroupIsChanged() {
    Membership sealed = FOUNDED.asSealed();

    for (MembershipChange change :
        List.of(new AddLearner(D), new Remove(D, OptionalInt.empty()), new SetQuorums(2, 2))) {
      assertThat(refusal(decide(sealed, 10, change)).code()).isEqualTo(Code.GROUP_SEALED);
      ChangeOutcome otherBasis = sealed.decide(slot(10), new ProposedChange(change, 5));
      assertThat(refusal(otherBasis).code()).isEqualTo(Code.GROUP_SEALED);
    }
  }

  /** A change that was on its way when the group was sealed still governs from its slot on. */
  @Test
  void changeAfterASealLeavesItSealed() {
    Changed changed = (Changed) decide(FOUNDED, 10, new AddLearner(D));

    assertThat(FOUNDED.asSealed().after(changed).sealed()).isTrue();
    assertThat(FOUNDED.after(changed).sealed()).isFalse();
  }

  @Test
  void leaderLetsASealThroughAndNothingAfterIt() {
    ConfigurationLog changing = new ConfigurationLog(after(FOUNDED, 10, new AddLearner(D)));
    ChangeCheck nobody = new ChangeCheck(member -> false, member -> false, member -> 0);
    assertThat(nobody.refusal(new Seal(), changing, slot(11))).isEmpty();

    ConfigurationLog sealed = new ConfigurationLog(FOUNDED.asSealed());
    assertThat(nobody.refusal(new Seal(), sealed, slot(11))).isEmpty();
    assertThat(nobody.refusal(new AddLearner(D), sealed, slot(11)))
        .contains(
            new ChangeRefusal(
                Code.GROUP_SEALED,
                "the group is being deleted: nothing in it is changed any more"));
  }

  // ---- In the eyes of the leader

  private static Code check(
      MembershipChange change, Configuration current, Set<MemberId> heard, Set<MemberId> caughtUp) {
    return new ChangeCheck(heard::contains, caughtUp::contains, member -> 1203)
        .refusal(change, new ConfigurationLog(8, current), slot(1))
        .map(ChangeRefusal::code)
        .orElse(Code.INVALID);
  }

  private static final Code NONE = Code.INVALID;

  @Test
  void learnerThatIsBehindOrSilentGetsNoVote() {
    Configuration learning = new Configuration(THREE.members(), new TreeSet<>(Set.of(D)), 2, 2);
    MembershipChange promote = new Promote(D, OptionalInt.empty());
    MembershipChange replace = new MembershipChange.Replace(C, D);
    Set<MemberId> all = Set.of(A, B, C, D);

    for (MembershipChange change : List.of(promote, replace)) {
      assertThat(check(change, learning, all, Set.of(A))).isEqualTo(Code.NOT_CAUGHT_UP);
      assertThat(check(change, learning, Set.of(A, B, C), all)).isEqualTo(Code.NOT_CAUGHT_UP);
      assertThat(check(change, learning, all, Set.of(A, D))).isEqualTo(NONE);
    }
  }

  @Test
  void refusalOfALearnerThatIsBehindSaysByHowMuch() {
    Configuration learning = new Configuration(THREE.members(), new TreeSet<>(Set.of(D)), 2, 2);
    Promote promote = new Promote(D, OptionalInt.empty());
    ConfigurationLog known = new ConfigurationLog(8, learning);

    assertThat(
            new ChangeCheck(member -> true, member -> false, member -> 1203)
                .refusal(promote, known, slot(1)))
        .map(ChangeRefusal::reason)
        .contains("d#1 is 1203 slots behind: wait until it has learned them, and ask again");
    assertThat(
            new ChangeCheck(member -> false, member -> true, member -> 0)
                .refusal(promote, known, slot(1)))
        .map(ChangeRefusal::reason)
        .hasValueSatisfying(reason -> assertThat(reason).contains("the leader does not hear d#1"));
  }

  @Test
  void whoIsAliveIsNotRemovedWhereTooFewWouldBeLeft() {
    // C is down: of B and C, or of A and C, one would be left where two are needed.
    Set<MemberId> heard = Set.of(A, B);

    assertThat(check(new Remove(A, OptionalInt.empty()), THREE, heard, heard))
        .isEqualTo(Code.WOULD_LOSE_QUORUM);
    assertThat(check(new Remove(B, OptionalInt.empty()), THREE, heard, heard))
        .isEqualTo(Code.WOULD_LOSE_QUORUM);
    assertThat(check(new Remove(C, OptionalInt.empty()), THREE, heard, heard)).isEqualTo(NONE);
    Predicate<MemberId> both = heard::contains;
    assertThat(
            new ChangeCheck(both, both, member -> 0)
                .refusal(
                    new Remove(A, OptionalInt.empty()), new ConfigurationLog(8, THREE), slot(1)))
        .map(ChangeRefusal::reason)
        .contains(
            "of the 2 that would vote the leader hears 1 and not [c#1], and 2 are needed (w = 2,"
                + " prepare quorum 1): bring them back first, or replace those that are gone");
  }

  @Test
  void quorumsThatAreNotAliveAreNotSet() {
    Set<MemberId> heard = Set.of(A, B);

    assertThat(check(new SetQuorums(3, 1), THREE, heard, heard)).isEqualTo(Code.WOULD_LOSE_QUORUM);
    assertThat(check(new SetQuorums(1, 3), THREE, heard, heard)).isEqualTo(Code.WOULD_LOSE_QUORUM);
    assertThat(check(new SetQuorums(2, 2), THREE, heard, heard)).isEqualTo(NONE);
  }

  @Test
  void learnersComeAndGoWhoeverIsAlive() {
    assertThat(check(new AddLearner(D), THREE, Set.of(A), Set.of(A))).isEqualTo(NONE);
    Configuration learning = new Configuration(THREE.members(), new TreeSet<>(Set.of(D)), 2, 2);
    assertThat(check(new Remove(D, OptionalInt.empty()), learning, Set.of(A), Set.of(A)))
        .isEqualTo(NONE);
  }

  @Test
  void leaderSeesWhatWouldBeRefusedAnyway() {
    ConfigurationLog changing = new ConfigurationLog(after(FOUNDED, 10, new AddLearner(D)));
    ChangeCheck check = new ChangeCheck(member -> true, member -> true, member -> 0);
    MembershipChange promote = new Promote(D, OptionalInt.empty());

    assertThat(check.refusal(promote, changing, slot(17)).map(ChangeRefusal::code))
        .contains(Code.CHANGE_IN_PROGRESS);
    assertThat(check.refusal(promote, changing, slot(18))).isEmpty();
    assertThat(check(new AddLearner(A), THREE, Set.of(A, B, C), Set.of(A)))
        .isEqualTo(Code.ALREADY_MEMBER);
  }
}
