package io.holdfast.mesh.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.NodeId;
import io.holdfast.mesh.core.TakingPart.Part;
import io.holdfast.quorum.core.Configuration;
import io.holdfast.quorum.core.Membership;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class TakingPartTest {

  private static final MemberId A = member("a");
  private static final MemberId B = member("b");
  private static final MemberId D = member("d");
  private static final Configuration AB = Configuration.of(List.of(A, B), 2);
  private static final Configuration LEARNING =
      new Configuration(AB.members(), new TreeSet<>(List.of(D)), 2, 1);
  private static final Configuration BD = Configuration.of(List.of(B, D), 2);
  private static final Membership FOUNDED = Membership.founded(10, AB);

  private static MemberId member(String name) {
    return new MemberId(new NodeId(name), 1);
  }

  private static Slot slot(long number) {
    return new Slot(number);
  }

  private static TakingPart of(MemberId self) {
    return TakingPart.of(self, FOUNDED, Slot.ZERO);
  }

  @Test
  void strangerLearnsAndVotesFromTheSlotOnAtWhichThatGoverns() {
    TakingPart outside = of(D).executed(slot(4));
    assertThat(outside.part()).isEqualTo(Part.OUTSIDE);

    TakingPart joining = outside.changed(slot(5), LEARNING);
    assertThat(joining.part()).isEqualTo(Part.JOINING);
    assertThat(joining.executed(slot(13)).part()).isEqualTo(Part.JOINING);
    assertThat(joining.executed(slot(14)).part()).as("15 governs").isEqualTo(Part.LEARNER);

    TakingPart replacing = joining.executed(slot(20)).changed(slot(21), BD);
    assertThat(replacing.part()).isEqualTo(Part.LEARNER);
    assertThat(replacing.executed(slot(30)).part()).isEqualTo(Part.VOTER);
  }

  @Test
  void voterVotesUntilItsRemovalGovernsAndIsRemovedFromThenOn() {
    TakingPart leaving = of(A).executed(slot(4)).changed(slot(5), BD);

    assertThat(leaving.part()).isEqualTo(Part.VOTER);
    assertThat(leaving.executed(slot(13)).part()).isEqualTo(Part.VOTER);
    assertThat(leaving.executed(slot(14)).part()).isEqualTo(Part.REMOVED);
    assertThat(leaving.executed(slot(14)).newest()).isEqualTo(BD);
  }

  @Test
  void removedNodeKnowsItAfterARestartAndAfterMoreChanges() {
    TreeMap<Slot, Configuration> both = new TreeMap<>();
    both.put(slot(0), AB);
    both.put(slot(15), BD);
    TakingPart restarted = TakingPart.of(A, new Membership(10, 1, both), slot(14));

    assertThat(restarted.part()).isEqualTo(Part.REMOVED);
    assertThat(restarted.changed(slot(40), Configuration.of(List.of(B, D), 1)).part())
        .isEqualTo(Part.REMOVED);
  }

  @Test
  void removedNodeThatIsAddedAgainLearns() {
    TakingPart removed = of(A).changed(slot(5), BD).executed(slot(20));
    Configuration again =
        new Configuration(BD.members(), new TreeSet<>(List.of(A)), BD.w(), BD.prepareQuorum());

    assertThat(removed.changed(slot(21), again).part()).isEqualTo(Part.JOINING);
    assertThat(removed.changed(slot(21), again).executed(slot(30)).part()).isEqualTo(Part.LEARNER);
  }
}
