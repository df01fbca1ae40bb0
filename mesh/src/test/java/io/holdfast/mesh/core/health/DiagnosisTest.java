package io.holdfast.mesh.core.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.NodeId;
import io.holdfast.mesh.core.health.Witness.Equality;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class DiagnosisTest {

  private static String can(Diagnosis found) {
    return (found.canWrite() ? "w" : "-")
        + (found.canRead() ? "r" : "-")
        + (found.canElect() ? "e" : "-");
  }

  private static List<String> unblock(Diagnosis found) {
    return found.unblock().stream()
        .map(set -> String.join("+", set.stream().map(NodeId::value).toList()))
        .toList();
  }

  private static List<String> heal(Diagnosis found) {
    return found.heal().stream()
        .map(set -> String.join("+", set.stream().map(Object::toString).toList()))
        .toList();
  }

  @Test
  void groupThatIsWellNeedsNobody() {
    Diagnosis found = FactsSample.of(3, 2).diagnosis();

    assertThat(can(found)).isEqualTo("wre");
    assertThat(found.goesOn()).isTrue();
    assertThat(found.unblock()).isEmpty();
    assertThat(found.leader()).contains(new NodeId("n1"));
    assertThat(found.text())
        .containsExactly(
            "group main can write, read and elect: n1 leads, and 3 of n1, n2, n3 answer");
  }

  @Test
  void oneOfThreeNamesEachOfTheOthers() {
    Diagnosis found = FactsSample.of(3, 2).silent("n2", "n3").diagnosis();

    assertThat(can(found)).isEqualTo("---");
    assertThat(unblock(found)).containsExactly("n2", "n3");
    assertThat(found.heal()).isEmpty();
    assertThat(found.needed()).isEqualTo(new Diagnosis.Needed(2, 2, 2));
    assertThat(found.answering()).containsExactly(new NodeId("n1"));
    assertThat(found.missing())
        .extracting(Diagnosis.Missing::reason)
        .containsExactly("n2 is silent for 4.0 s", "n3 is silent for 4.0 s");
    assertThat(found.text())
        .startsWith(
            "group main cannot write, read or elect: 1 of n1, n2, n3 answers and 2 are needed;"
                + " start n2 or n3",
            "n1 leads and reaches nobody but itself; a write takes 2");
  }

  @Test
  void oneOfFiveNamesEveryPairOfTheOthers() {
    Diagnosis found = FactsSample.of(5, 3).silent("n2", "n3", "n4", "n5").diagnosis();

    assertThat(unblock(found))
        .containsExactly("n2+n3", "n2+n4", "n2+n5", "n3+n4", "n3+n5", "n4+n5");
  }

  @Test
  void wOfOneWritesAloneAndElectsWithAllOnly() {
    Diagnosis found = FactsSample.of(3, 1).silent("n3").diagnosis();

    assertThat(can(found)).isEqualTo("wr-");
    assertThat(found.needed()).isEqualTo(new Diagnosis.Needed(1, 1, 3));
    assertThat(unblock(found)).containsExactly("n3");
    assertThat(found.text())
        .startsWith(
            "group main cannot elect another leader: 2 of n1, n2, n3 answer and 3 are needed;"
                + " start n3");
  }

  @Test
  void lostLeaderOfWOfOneNeedsAllOfThem() {
    Diagnosis found = FactsSample.of(3, 1).silent("n1", "n3").diagnosis();

    assertThat(can(found)).isEqualTo("---");
    assertThat(unblock(found)).containsExactly("n1+n3");
  }

  @Test
  void wAboveAMajorityStopsAtTheFirstLoss() {
    Diagnosis found = FactsSample.of(3, 3).silent("n2").diagnosis();

    assertThat(can(found)).isEqualTo("---");
    assertThat(found.needed()).isEqualTo(new Diagnosis.Needed(3, 3, 3));
    assertThat(unblock(found)).containsExactly("n2");
  }

  @Test
  void electionTakesNoFewerThanAWriteDoes() {
    Diagnosis found = FactsSample.of(5, 4).leading().silent("n4", "n5").diagnosis();

    assertThat(found.needed().elect()).isEqualTo(4);
    assertThat(can(found)).isEqualTo("---");
    assertThat(unblock(found)).containsExactly("n4", "n5");
  }

  @Test
  void minorityThatIsCutOffBlocksNothing() {
    Diagnosis found =
        FactsSample.of(3, 2).leading("n2").cut("n1", "n2").cut("n1", "n3").diagnosis();

    assertThat(can(found)).isEqualTo("wre");
    assertThat(found.text()).contains("n1 does not hear n2", "n2 does not hear n1");
  }

  @Test
  void oldLeaderThatIsCutOffIsNotTheLeader() {
    Diagnosis found =
        FactsSample.of(3, 2).leading("n1", "n3").cut("n1", "n2").cut("n1", "n3").diagnosis();

    assertThat(found.leader()).contains(new NodeId("n3"));
    assertThat(can(found)).isEqualTo("wre");
    assertThat(found.text()).contains("n1 leads and reaches nobody but itself; a write takes 2");
  }

  @Test
  void halvesAreBlockedUntilOneLinkIsMended() {
    Diagnosis found =
        FactsSample.of(4, 3)
            .cut("n1", "n3")
            .cut("n1", "n4")
            .cut("n2", "n3")
            .cut("n2", "n4")
            .diagnosis();

    assertThat(can(found)).isEqualTo("---");
    assertThat(heal(found)).containsExactly("n1-n3", "n1-n4", "n2-n3", "n2-n4");
    assertThat(unblock(found)).containsExactly("n1", "n2", "n3", "n4");
    assertThat(found.text().get(0))
        .isEqualTo(
            "group main cannot write, read or elect: enough members answer, and too few of them"
                + " hear each other; mend n1-n3, n1-n4, n2-n3 or n2-n4");
  }

  @Test
  void oneWaySilenceCountsAsACutLink() {
    Diagnosis found = FactsSample.of(2, 2).deaf("n1", "n2").diagnosis();

    assertThat(can(found)).isEqualTo("---");
    assertThat(heal(found)).containsExactly("n1-n2");
    assertThat(found.text()).contains("n1 does not hear n2").doesNotContain("n2 does not hear n1");
  }

  @Test
  void linkOfWhichNobodyTellsIsAsItIsTheOtherWay() {
    assertThat(can(FactsSample.of(2, 2).wordless("n2").diagnosis())).isEqualTo("wre");
    assertThat(can(FactsSample.of(2, 2).wordless("n2").deaf("n1", "n2").diagnosis()))
        .isEqualTo("---");
  }

  @Test
  void withoutALeaderItIsAMatterOfTimeWhereEnoughAnswer() {
    Diagnosis found = FactsSample.of(3, 2).leading().silent("n3").diagnosis();

    assertThat(can(found)).isEqualTo("--e");
    assertThat(found.unblock()).isEmpty();
    assertThat(found.text())
        .startsWith(
            "group main cannot write or read: no leader is there yet, and enough members answer to"
                + " elect one; wait for it",
            "nobody leads, and enough members are connected to elect a leader");
  }

  @Test
  void divergedReplicaVotesAndDoesNotAcknowledge() {
    Diagnosis found =
        FactsSample.of(3, 2).silent("n3").equality("n2", Equality.DIVERGED).diagnosis();

    assertThat(can(found)).isEqualTo("-re");
    assertThat(unblock(found)).containsExactly("n2", "n3");
    assertThat(found.text().get(0)).contains("put right n2 or n3");
    assertThat(found.text()).anyMatch(line -> line.startsWith("the replica of n2 differs"));
  }

  @Test
  void divergedReplicaNeverLeads() {
    Diagnosis found =
        FactsSample.of(3, 2)
            .leading()
            .equality("n1", Equality.DIVERGED)
            .equality("n2", Equality.DIVERGED)
            .silent("n3")
            .diagnosis();

    assertThat(can(found)).isEqualTo("---");
  }

  @Test
  void replicasWithoutAMajorityAreNotUnblockedByAReturnAlone() {
    Diagnosis found =
        FactsSample.of(3, 2)
            .silent("n3")
            .equality("n1", Equality.UNDECIDED)
            .equality("n2", Equality.UNDECIDED)
            .diagnosis();

    assertThat(can(found)).isEqualTo("-re");
    assertThat(found.unblock()).isEmpty();
    assertThat(found.text().get(0))
        .isEqualTo(
            "group main cannot write: replicas differ, and no majority of them says which is right;"
                + " bring back n3, so that a majority can be found");
  }

  @Test
  void learnersDoNotCount() {
    Diagnosis found = FactsSample.of(2, 2).silent("n2").learner("n3").diagnosis();

    assertThat(can(found)).isEqualTo("---");
    assertThat(found.members()).hasSize(2);
    assertThat(unblock(found)).containsExactly("n2");
  }

  @Test
  void configurationOnItsWayHasToBeAliveToo() {
    Diagnosis found =
        FactsSample.of(3, 2).next(3, 2, "n1", "n2", "n3", "n4").silent("n3", "n4").diagnosis();

    assertThat(can(found)).isEqualTo("---");
    assertThat(unblock(found)).containsExactly("n3", "n4");
    assertThat(found.text().get(0))
        .contains("another configuration is on its way, and too few of its members answer");
    assertThat(found.text()).anyMatch(line -> line.contains("another configuration is on its way"));
  }

  @Test
  void evidenceThatThePolicyAsksForIsNamed() {
    Diagnosis found = FactsSample.of(3, 2).evidence(2, "n1").diagnosis();

    assertThat(can(found)).isEqualTo("-re");
    assertThat(unblock(found)).containsExactly("n2", "n3");
    assertThat(found.text().get(0)).contains("its policy asks for evidence of the active epoch");
    assertThat(FactsSample.of(3, 2).evidence(2, "n1", "n3").diagnosis().goesOn()).isTrue();
  }

  @Test
  void groupThatIsBeingDeletedIsNotUnblocked() {
    Diagnosis found = FactsSample.of(3, 2).silent("n2", "n3").sealed().diagnosis();

    assertThat(can(found)).isEqualTo("---");
    assertThat(found.unblock()).isEmpty();
    assertThat(found.text().get(0)).contains("is being deleted");
  }

  @Test
  void ballotAboveTheLeadersIsTold() {
    Diagnosis found = FactsSample.of(3, 2).promised("n3", "12.n3").diagnosis();

    assertThat(found.ballots())
        .contains(new Diagnosis.BallotSeen(new NodeId("n3"), "12.n3", "1.n1", 0));
    assertThat(found.text())
        .anyMatch(line -> line.startsWith("n3 has promised ballot 12.n3, above 1.n1"));
  }

  // ---- What several nodes know, as one

  private static Facts told(Witness... witnesses) {
    return new Facts(
        new GroupId("main"),
        List.of(new Quorums(0, List.of(new NodeId("n1"), new NodeId("n2")), 2, 1)),
        List.of(witnesses),
        Facts.Evidence.NONE,
        false);
  }

  private static Witness witness(String name, boolean own, boolean answers, long age, String role) {
    return new Witness(
        new NodeId(name),
        own,
        answers,
        answers,
        Equality.EQUAL,
        age,
        Optional.of(Set.of()),
        role,
        Optional.empty(),
        "-",
        "-",
        List.of(role));
  }

  @Test
  void everybodyIsBelievedOfItself() {
    Facts merged =
        Facts.merged(
            List.of(
                told(witness("n1", true, true, 0, "leading"), witness("n2", false, false, 9, "x")),
                told(witness("n2", true, true, 0, "following"))));

    assertThat(merged.witness(new NodeId("n2")).role()).isEqualTo("following");
    assertThat(merged.witness(new NodeId("n2")).answers()).isTrue();
  }

  /** Who is cut off may have executed more evidence, of an epoch before. */
  @Test
  void evidenceOfTheNewestEpochCounts() {
    Set<NodeId> all = Set.of(new NodeId("n1"), new NodeId("n2"), new NodeId("n3"));
    Facts behind = with(FactsSample.of(3, 2).facts(), new Facts.Evidence(4, false, 2, all));
    Facts ahead =
        with(
            FactsSample.of(3, 2).facts(), new Facts.Evidence(5, true, 2, Set.of(new NodeId("n1"))));

    for (List<Facts> told : List.of(List.of(behind, ahead), List.of(ahead, behind))) {
      Diagnosis found = Diagnosis.of(Facts.merged(told));

      assertThat(can(found)).isEqualTo("-re");
      assertThat(found.text().get(0)).contains("its policy asks for evidence");
    }
  }

  private static Facts with(Facts facts, Facts.Evidence evidence) {
    return new Facts(
        facts.group(), facts.configurations(), facts.witnesses(), evidence, facts.sealed());
  }

  @Test
  void configurationOnItsWayIsNotForgottenForOneWhoDoesNotKnowOfIt() {
    Facts knows = FactsSample.of(3, 2).next(2, 2, "n1", "n2", "n4").facts();
    Facts knowsNot = FactsSample.of(3, 2).facts();

    assertThat(Facts.merged(List.of(knowsNot, knows)).configurations()).hasSize(2);
    assertThat(Facts.merged(List.of(knows, knowsNot)).configurations()).hasSize(2);
  }

  @Test
  void youngestWordsAreBelievedOfWhoeverDoesNotAnswer() {
    Facts merged =
        Facts.merged(
            List.of(
                told(witness("n2", false, false, 900, "old")),
                told(witness("n2", false, false, 100, "young")),
                told(witness("n2", false, false, -1, "never"))));

    assertThat(merged.witness(new NodeId("n2")).role()).isEqualTo("young");
    assertThat(merged.witness(new NodeId("n2")).answers()).isFalse();
  }
}
