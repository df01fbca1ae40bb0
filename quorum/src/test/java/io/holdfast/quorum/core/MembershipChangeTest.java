package io.holdfast.quorum.core;

import static io.holdfast.quorum.core.Scene.A;
import static io.holdfast.quorum.core.Scene.B;
import static io.holdfast.quorum.core.Scene.C;
import static io.holdfast.quorum.core.Scene.D;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.config.core.MemberId;
import io.holdfast.quorum.core.ChangeRefusal.Code;
import io.holdfast.quorum.core.MembershipChange.AddLearner;
import io.holdfast.quorum.core.MembershipChange.Outlook;
import io.holdfast.quorum.core.MembershipChange.Promote;
import io.holdfast.quorum.core.MembershipChange.Remove;
import io.holdfast.quorum.core.MembershipChange.Replace;
import io.holdfast.quorum.core.MembershipChange.SetQuorums;
import java.util.List;
import java.util.OptionalInt;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MembershipChangeTest {

  private static final MemberId REBORN = new MemberId(C.node(), 2);
  private static final OptionalInt BY_RULE = OptionalInt.empty();

  private static Configuration of(List<MemberId> voters, List<MemberId> learners, int w) {
    return new Configuration(
        new TreeSet<>(voters), new TreeSet<>(learners), w, voters.size() - w + 1);
  }

  private static Configuration becomes(MembershipChange change, Configuration current) {
    return ((Outlook.Becomes) change.on(current)).configuration();
  }

  private static ChangeRefusal refusal(MembershipChange change, Configuration current) {
    return ((Outlook.Refused) change.on(current)).refusal();
  }

  private static Code code(MembershipChange change, Configuration current) {
    return refusal(change, current).code();
  }

  @Test
  void whoIsAddedLearnsAndHasNoVote() {
    Configuration three = of(List.of(A, B, C), List.of(), 2);

    assertThat(becomes(new AddLearner(D), three)).isEqualTo(of(List.of(A, B, C), List.of(D), 2));
  }

  @Test
  void whoTakesPartIsNotAddedAgain() {
    Configuration three = of(List.of(A, B), List.of(C), 2);

    assertThat(code(new AddLearner(A), three)).isEqualTo(Code.ALREADY_MEMBER);
    assertThat(code(new AddLearner(C), three)).isEqualTo(Code.ALREADY_MEMBER);
    assertThat(refusal(new AddLearner(REBORN), three))
        .isEqualTo(
            new ChangeRefusal(
                Code.NAME_TAKEN,
                "c#1 is a learner, an earlier incarnation of this node: remove that one first"));
  }

  @Test
  void nodeWhoseDirectoryWasLostJoinsAsALearnerBesideWhatItWasAndReplacesIt() {
    Configuration three = of(List.of(A, B, C), List.of(), 2);
    Configuration learning = becomes(new AddLearner(REBORN), three);

    assertThat(code(new Promote(REBORN, BY_RULE), learning)).isEqualTo(Code.NAME_TAKEN);
    assertThat(code(new Replace(B, REBORN), learning)).isEqualTo(Code.NAME_TAKEN);
    assertThat(becomes(new Replace(C, REBORN), learning))
        .isEqualTo(of(List.of(A, B, REBORN), List.of(), 2));
  }

  @Test
  void onlyALearnerGetsAVote() {
    Configuration two = of(List.of(A, B), List.of(C), 2);

    assertThat(becomes(new Promote(C, BY_RULE), two)).isEqualTo(of(List.of(A, B, C), List.of(), 2));
    assertThat(code(new Promote(D, BY_RULE), two)).isEqualTo(Code.NOT_A_LEARNER);
    assertThat(code(new Promote(A, BY_RULE), two)).isEqualTo(Code.ALREADY_MEMBER);
    assertThat(code(new Replace(A, D), two)).isEqualTo(Code.NOT_A_LEARNER);
    assertThat(code(new Replace(D, C), two)).isEqualTo(Code.NOT_A_MEMBER);
  }

  @Test
  void replacingLeavesTheNumbersAsTheyAre() {
    Configuration three = new Configuration(new TreeSet<>(List.of(A, B, C)), 2, 3);
    Configuration learning = becomes(new AddLearner(D), three);

    assertThat(becomes(new Replace(B, D), learning))
        .isEqualTo(new Configuration(new TreeSet<>(List.of(A, C, D)), 2, 3));
  }

  @Test
  void lastVoterIsNotRemoved() {
    Configuration one = of(List.of(A), List.of(B), 1);

    assertThat(refusal(new Remove(A, BY_RULE), one))
        .isEqualTo(
            new ChangeRefusal(
                Code.LAST_MEMBER, "a#1 is the only voter: add and promote another first"));
    assertThat(becomes(new Remove(B, BY_RULE), one)).isEqualTo(of(List.of(A), List.of(), 1));
    assertThat(code(new Remove(C, BY_RULE), one)).isEqualTo(Code.NOT_A_MEMBER);
  }

  /** From w of n to w of n - 1, where no w is named. */
  @ParameterizedTest
  @CsvSource({"3, 4, 2", "2, 4, 2", "4, 4, 3", "1, 4, 1", "2, 3, 2", "3, 3, 2", "1, 2, 1"})
  void wStaysTheMajorityOrTheNumberThatItIs(int w, int n, int after) {
    List<MemberId> members = List.of(A, B, C, D).subList(0, n);

    Configuration fewer = becomes(new Remove(A, BY_RULE), of(members, List.of(), w));

    assertThat(fewer.w()).isEqualTo(after);
    assertThat(fewer.prepareQuorum()).isEqualTo(n - 1 - after + 1);
  }

  @Test
  void wThatIsNamedCounts() {
    Configuration three = of(List.of(A, B, C), List.of(D), 2);

    assertThat(becomes(new Promote(D, OptionalInt.of(4)), three).w()).isEqualTo(4);
    assertThat(becomes(new Remove(C, OptionalInt.of(1)), three).w()).isEqualTo(1);
    assertThat(refusal(new Remove(C, OptionalInt.of(3)), three))
        .isEqualTo(new ChangeRefusal(Code.INVALID_QUORUM, "w = 3: allowed are 1 to 2"));
    assertThat(code(new Remove(C, OptionalInt.of(0)), three)).isEqualTo(Code.INVALID_QUORUM);
    assertThat(code(new Promote(D, OptionalInt.of(-1)), three)).isEqualTo(Code.INVALID_QUORUM);
  }

  @Test
  void largerPrepareQuorumStaysAsMuchLarger() {
    Configuration three = new Configuration(new TreeSet<>(List.of(A, B, C)), 2, 3);

    assertThat(becomes(new Remove(C, BY_RULE), three).prepareQuorum()).isEqualTo(2);
  }

  @Test
  void quorumsThatDoNotIntersectAreRefused() {
    Configuration three = of(List.of(A, B, C), List.of(), 2);

    assertThat(becomes(new SetQuorums(1, 3), three)).isEqualTo(of(List.of(A, B, C), List.of(), 1));
    assertThat(code(new SetQuorums(1, 2), three)).isEqualTo(Code.INVALID_QUORUM);
  }

  @Test
  void groupHasNoMoreThanSevenVotersAndSevenLearners() {
    TreeSet<MemberId> seven = new TreeSet<>();
    for (int i = 0; i < 7; i++) {
      seven.add(Scene.member("v" + i));
    }
    Configuration full = new Configuration(seven, new TreeSet<>(List.of(A)), 4, 4);

    assertThat(code(new Promote(A, BY_RULE), full)).isEqualTo(Code.TOO_MANY_MEMBERS);
    Configuration learning = new Configuration(new TreeSet<>(List.of(A)), seven, 1, 1);
    assertThat(code(new AddLearner(B), learning)).isEqualTo(Code.TOO_MANY_MEMBERS);
  }
}
