package io.holdfast.quorum.core;

import static io.holdfast.quorum.core.Scene.A;
import static io.holdfast.quorum.core.Scene.B;
import static io.holdfast.quorum.core.Scene.C;
import static io.holdfast.quorum.core.Scene.D;
import static io.holdfast.quorum.core.Scene.slot;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.Now;
import io.holdfast.quorum.core.LeaderSpread.Group;
import io.holdfast.quorum.core.LeaderSpread.Look;
import io.holdfast.quorum.core.LeaderSpread.Move;
import io.holdfast.quorum.core.LeaderSpread.Told;
import io.holdfast.quorum.core.MembershipView.Seen;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LeaderSpreadTest {

  private static final Set<MemberId> ABC = Set.of(A, B, C);
  private static final Set<MemberId> ABCD = Set.of(A, B, C, D);

  /** Node A's. */
  private final LeaderSpread spread = new LeaderSpread(A);

  private long millis = 1_000;

  private Now now() {
    return new Now(millis * 1_000_000, 0);
  }

  private void told(MemberId from, int leads, String wants) {
    spread.heard(from, new Told(leads, Optional.of(new GroupId(wants))), now());
  }

  private void told(MemberId from, int leads) {
    spread.heard(from, new Told(leads, Optional.empty()), now());
  }

  /** A look, after which five seconds pass. */
  private Look look(List<Group> groups) {
    Look look = spread.look(groups, now());
    millis += 5_000;
    return look;
  }

  private static Group group(String id, MemberId leader, long chosen, Set<MemberId> able) {
    return new Group(new GroupId(id), Optional.of(leader), slot(chosen), able);
  }

  private static Group leaderless(String id) {
    return new Group(new GroupId(id), Optional.empty(), Slot.ZERO, ABCD);
  }

  private static Optional<Move> move(String id, MemberId successor) {
    return Optional.of(new Move(new GroupId(id), successor));
  }

  private static Look says(int leads) {
    return new Look(new Told(leads, Optional.empty()), Optional.empty());
  }

  private static Look says(int leads, String wants) {
    return new Look(new Told(leads, Optional.of(new GroupId(wants))), Optional.empty());
  }

  // ---- What it wants

  @Test
  void wantsOfWhoLeadsMostTheGroupWithTheFewestSlots() {
    told(B, 3);
    told(C, 4);

    assertThat(
            look(
                List.of(
                    group("g1", B, 1, ABC),
                    group("g2", C, 500, ABC),
                    group("g3", C, 20, ABC),
                    group("g4", C, 90, ABC),
                    group("g5", A, 1, ABC))))
        .isEqualTo(says(1, "g3"));
  }

  @Test
  void namesDecideBetweenEquals() {
    told(C, 3);
    told(B, 3);

    assertThat(
            look(List.of(group("g1", C, 7, ABC), group("g3", B, 7, ABC), group("g2", B, 7, ABC))))
        .isEqualTo(says(0, "g2"));
  }

  @Test
  void wantsNothingOfWhoLeadsOneMore() {
    told(B, 2);
    List<Group> groups = List.of(group("g1", A, 1, ABC), group("g2", B, 1, ABC));

    assertThat(look(groups)).isEqualTo(says(1));
    told(B, 3);
    assertThat(look(groups)).isEqualTo(says(1, "g2"));
  }

  @Test
  void wantsNothingWhereItIsNotAble() {
    told(B, 5);

    assertThat(look(List.of(group("g1", B, 1, Set.of(B, C))))).isEqualTo(says(0));
  }

  @Test
  void wantsNothingThatNobodyLeads() {
    told(B, 5);

    assertThat(look(List.of(leaderless("g1")))).isEqualTo(says(0));
  }

  @Test
  void wantsNothingOfWhoHasBeenSilent() {
    List<Group> groups = List.of(group("g1", B, 1, ABC));
    assertThat(look(groups)).as("never heard").isEqualTo(says(0));
    told(B, 5);
    millis += 3_001;
    assertThat(look(groups)).isEqualTo(says(0));
    told(B, 5);
    millis += 3_000;
    assertThat(look(groups)).isEqualTo(says(0, "g1"));
  }

  @Test
  void keepsWantingTheSame() {
    told(B, 3);
    told(C, 2);
    List<Group> groups = List.of(group("g1", B, 9, ABC), group("g2", C, 1, ABC));
    assertThat(look(groups)).isEqualTo(says(0, "g1"));
    told(B, 2);
    told(C, 7);

    assertThat(look(groups)).isEqualTo(says(0, "g1"));
  }

  @Test
  void wantsTheNextOnceItLeadsWhatItWanted() {
    told(B, 5);
    look(List.of(group("g1", B, 1, ABC), group("g2", B, 2, ABC)));
    told(B, 4);

    assertThat(look(List.of(group("g1", A, 1, ABC), group("g2", B, 2, ABC))))
        .isEqualTo(says(1, "g2"));
  }

  /** It may be on its way: with another on its way too, this node would lead more than it says. */
  @Test
  void wantsNoOtherWhileNobodyLeadsWhatItWants() {
    told(B, 5);
    look(List.of(group("g1", B, 1, ABC), group("g2", B, 2, ABC)));
    told(B, 4);

    assertThat(look(List.of(leaderless("g1"), group("g2", B, 2, ABC)))).isEqualTo(says(0, "g1"));
  }

  /** Who has heard of the former want gives it until it has forgotten: no other one meanwhile. */
  @Test
  void saysOnceThatItWantsNothingBeforeItWantsAnother() {
    told(B, 2);
    List<Group> groups = List.of(group("g1", B, 1, ABC), group("g2", C, 2, ABC));
    assertThat(look(groups)).isEqualTo(says(0, "g1"));
    told(B, 1);
    told(C, 5);
    assertThat(look(groups)).isEqualTo(says(0));
    told(B, 1);
    told(C, 5);
    assertThat(look(groups)).isEqualTo(says(0, "g2"));

    told(C, 5);
    assertThat(look(groups.subList(0, 1))).as("it has no replica any more").isEqualTo(says(0));
  }

  @Test
  void triesAnotherAfterSixLooksInVain() {
    List<Group> groups =
        List.of(group("g1", B, 1, ABC), group("g2", B, 2, ABC), group("g3", C, 1, ABC));
    for (String wanted : List.of("g1", "g2", "g3", "g1")) {
      for (int i = 1; i <= 6; i++) {
        told(B, 5);
        told(C, 2);
        assertThat(look(groups)).isEqualTo(says(0, wanted));
      }
      told(B, 5);
      told(C, 2);
      assertThat(look(groups)).as("%s is not to be had", wanted).isEqualTo(says(0));
    }
  }

  @Test
  void triesTheSameAgainWhereThereIsNoOther() {
    List<Group> groups = List.of(group("g1", B, 1, ABC));
    for (int i = 1; i <= 7; i++) {
      told(B, 5);
      look(groups);
    }
    told(B, 5);
    assertThat(look(groups)).isEqualTo(says(0, "g1"));
  }

  // ---- What it gives

  /** So many that this node leads: g1 to gN, with N slots each. */
  private static List<Group> own(int count) {
    return IntStream.rangeClosed(1, count).mapToObj(i -> group("g" + i, A, i, ABCD)).toList();
  }

  @Test
  void givesOneToWhoLeadsTheFewest() {
    told(B, 2, "g1");
    told(C, 1, "g3");
    told(D, 2, "g2");

    assertThat(look(own(4))).isEqualTo(new Look(new Told(4, Optional.empty()), move("g3", C)));
  }

  @Test
  void givesByNameBetweenThoseThatLeadAsMany() {
    told(D, 0, "g1");
    told(C, 0, "g3");

    assertThat(look(own(3)).gives()).isEqualTo(move("g3", C));
    told(C, 0, "g2");
    told(D, 0, "g2");
    assertThat(look(own(3)).gives()).as("the same group").isEqualTo(move("g2", C));
  }

  @Test
  void givesNothingToWhoLeadsOneLess() {
    told(B, 1, "g1");

    assertThat(look(own(2))).isEqualTo(says(2));
    told(B, 0, "g1");
    assertThat(look(own(2)).gives()).isEqualTo(move("g1", B));
  }

  @Test
  void givesNothingThatNobodyWants() {
    told(B, 0);

    assertThat(look(own(5))).isEqualTo(says(5));
  }

  @Test
  void givesNothingThatItDoesNotLead() {
    told(B, 0, "h");
    told(C, 4);

    assertThat(look(List.of(group("g1", A, 1, ABC), group("g2", A, 1, ABC), group("h", C, 1, ABC))))
        .isEqualTo(says(2, "h"));
  }

  @Test
  void givesNothingToWhoIsNotAble() {
    told(B, 0, "g1");

    assertThat(look(List.of(group("g1", A, 1, Set.of(A, C)), group("g2", A, 1, ABC))))
        .isEqualTo(says(2));
  }

  @Test
  void givesNothingToWhoHasBeenSilent() {
    told(B, 0, "g1");
    millis += 3_001;
    assertThat(look(own(2)).gives()).isEmpty();
    told(B, 0, "g1");
    millis += 3_000;
    assertThat(look(own(2)).gives()).isEqualTo(move("g1", B));
  }

  @Test
  void lastWordCounts() {
    told(B, 0, "g1");
    told(B, 0);

    assertThat(look(own(2)).gives()).isEmpty();
  }

  /** A hand-over that cannot be finished keeps no others from theirs. */
  @Test
  void givesLastWhatItCouldNotGiveBefore() {
    for (String given : List.of("g1", "g2", "g3", "g1")) {
      told(B, 0, "g1");
      told(C, 1, "g2");
      told(D, 2, "g3");
      assertThat(look(own(4)).gives().orElseThrow().group()).hasToString(given);
    }
    // One that it gave, and leads again, is like any other.
    told(B, 3);
    look(own(4).subList(1, 4));
    told(B, 0, "g1");
    told(C, 1, "g3");
    assertThat(look(own(4)).gives()).isEqualTo(move("g1", B));
  }

  @Test
  void noNodeLeadsFewerThanNone() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Told(-1, Optional.empty()))
        .withMessage("leads -1 groups");
  }

  // ---- Who is able

  @Test
  void ableIsWhoVotesIsHeardAndKeepsUp() {
    Configuration abc = Configuration.of(List.of(A, B, C), 2);
    TreeMap<MemberId, Seen> seen =
        new TreeMap<>(
            Map.of(
                A, new Seen(true, slot(5_000), Slot.ZERO),
                B, new Seen(true, slot(4_000), Slot.ZERO),
                C, new Seen(false, slot(5_000), Slot.ZERO),
                D, new Seen(true, slot(5_000), Slot.ZERO)));
    GroupId id = new GroupId("g");

    assertThat(Group.of(id, view(Map.of(Slot.ZERO, abc), seen, false)))
        .isEqualTo(new Group(id, Optional.of(A), slot(5_000), Set.of(A, B)));
    seen.put(B, new Seen(true, slot(3_999), Slot.ZERO));
    assertThat(Group.of(id, view(Map.of(Slot.ZERO, abc), seen, false)).able()).containsExactly(A);
    assertThat(Group.of(id, view(Map.of(Slot.ZERO, abc), seen, true)).able()).isEmpty();
    Map<Slot, Configuration> changing = Map.of(Slot.ZERO, abc, slot(9_000), abc);
    assertThat(Group.of(id, view(changing, seen, false)).able()).isEmpty();
  }

  @Test
  void whoIsToLeadNextIsAnotherWhoKeepsUpAndHasLearnedMost() {
    Configuration abc = Configuration.of(List.of(A, B, C), 2);
    Map<Slot, Configuration> governs = Map.of(Slot.ZERO, abc);
    SortedMap<MemberId, Seen> seen = new TreeMap<>();
    seen.put(A, new Seen(true, slot(5_000), Slot.ZERO));
    seen.put(B, new Seen(true, slot(4_900), Slot.ZERO));
    seen.put(C, new Seen(true, slot(4_950), Slot.ZERO));
    assertThat(LeaderSpread.successor(view(governs, seen, false))).contains(C);

    seen.put(C, new Seen(false, slot(4_950), Slot.ZERO));
    assertThat(LeaderSpread.successor(view(governs, seen, false))).as("C is silent").contains(B);

    seen.put(B, new Seen(true, slot(3_999), Slot.ZERO));
    assertThat(LeaderSpread.successor(view(governs, seen, false))).as("B is behind").isEmpty();
  }

  private static MembershipView view(
      Map<Slot, Configuration> governsFrom, SortedMap<MemberId, Seen> seen, boolean sealed) {
    return new MembershipView(
        A, Optional.of(A), 0, new TreeMap<>(governsFrom), slot(5_001), slot(5_000), seen, sealed);
  }
}
