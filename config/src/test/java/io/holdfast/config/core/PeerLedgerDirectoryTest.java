package io.holdfast.config.core;

import static io.holdfast.config.core.DirectorySample.MAIN;
import static io.holdfast.config.core.DirectorySample.N1;
import static io.holdfast.config.core.DirectorySample.N2;
import static io.holdfast.config.core.DirectorySample.N2_AGAIN;
import static io.holdfast.config.core.DirectorySample.N3;
import static io.holdfast.config.core.DirectorySample.N4;
import static io.holdfast.config.core.DirectorySample.group;
import static io.holdfast.config.core.DirectorySample.groups;
import static io.holdfast.config.core.DirectorySample.member;
import static io.holdfast.config.core.DirectorySample.seeded;
import static io.holdfast.config.core.DirectorySample.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** What the directory of the mesh makes of a {@link PeerLedger}. */
class PeerLedgerDirectoryTest {

  private static final Set<NodeId> MEMBERS = Set.of(N1.node(), N2.node(), N3.node());
  private static final Set<GroupId> FOUNDING = Set.of(MAIN, GroupSettings.META);
  private static final GreetingTerms TERMS = new GreetingTerms(N1.node(), "m", "f", MEMBERS);
  private static final MeshDirectory REPLACED = with(seeded(), 7, N2_AGAIN);

  private static Greeting hello(MemberId member, String fingerprint) {
    return new Greeting("m", fingerprint, member, 1, 9, List.of());
  }

  private static Greeting hello(MemberId member) {
    return hello(member, "f");
  }

  private static PeerLedger welcomed(PeerLedger ledger, MemberId member) {
    return ((Greeted.Welcome) ledger.greet(hello(member), TERMS)).updated();
  }

  private static RefusalCode refusal(PeerLedger ledger, Greeting hello) {
    return ((Greeted.Refused) ledger.greet(hello, TERMS)).code();
  }

  /** That of N1, which has founded the mesh with N2 and N3. */
  private static PeerLedger founder() {
    PeerLedger ledger = welcomed(welcomed(PeerLedger.EMPTY, N2), N3);
    return admitted(ledger.acknowledgedBy(N2.node()).acknowledgedBy(N3.node()), false, N1);
  }

  private static Admission admission(PeerLedger ledger, boolean join, MemberId self) {
    return ledger.admission(MEMBERS, FOUNDING, join, self);
  }

  private static PeerLedger admitted(PeerLedger ledger, boolean join, MemberId self) {
    return ((Admission.Admitted) admission(ledger, join, self)).ledger();
  }

  // ---- Learning

  @Test
  void nameThatIsListedUnderAnotherIncarnationIsUnboundAtOnce() {
    PeerLedger learned = founder().learned(REPLACED);
    assertThat(learned.peers()).containsOnlyKeys(N3.node());
    assertThat(learned.acknowledged()).containsExactly(N3.node());
    assertThat(learned.directory()).isEqualTo(REPLACED);
  }

  @Test
  void learningChangesNothingElse() {
    PeerLedger founder = founder();
    PeerLedger learned = founder.learned(seeded());
    assertThat(learned)
        .isEqualTo(
            new PeerLedger(
                founder.peers(), founder.acknowledged(), true, List.of(N1, N2, N3), seeded()));
  }

  @Test
  void directoryThatIsNotNewerChangesNothing() {
    PeerLedger ledger = founder().learned(with(seeded(), 7));
    assertThat(ledger.learned(REPLACED)).isSameAs(ledger);
    assertThat(ledger.learned(with(REPLACED, 6))).isSameAs(ledger);
    assertThat(ledger.learned(with(REPLACED, 8)).peers()).doesNotContainKey(N2.node());
  }

  // ---- Believing

  @Test
  void directoryOfAMeshThatOthersHaveFoundedIsNotBelieved() {
    MeshDirectory foreign =
        with(new MeshDirectory(90, new TreeMap<>(), groups(N1, N2_AGAIN, N3)), 90, N2_AGAIN);
    assertThat(founder().believes(foreign)).isFalse();
    assertThat(founder().learned(seeded()).believes(foreign)).isFalse();
    assertThat(founder().believes(seeded())).isTrue();
    assertThat(founder().learned(seeded()).believes(REPLACED)).isTrue();
  }

  @Test
  void whoWasLetInBelievesNoDirectoryOfAnotherMesh() {
    PeerLedger letIn = admitted(PeerLedger.EMPTY.learned(with(seeded(), 7, N4)), true, N4);
    assertThat(letIn.believes(with(seeded(), 8, N4))).isTrue();
    assertThat(letIn.believes(new MeshDirectory(8, new TreeMap<>(), groups(N1, N2)))).isFalse();
    assertThat(letIn.believes(new MeshDirectory(8, new TreeMap<>(), new TreeMap<>()))).isFalse();
  }

  @Test
  void whoHasNeitherFoundedNorHeardAnythingBelievesAnyDirectory() {
    assertThat(PeerLedger.EMPTY.believes(seeded())).isTrue();
    assertThat(welcomed(PeerLedger.EMPTY, N2_AGAIN).believes(seeded())).isTrue();
  }

  // ---- Greetings

  @Test
  void oldIncarnationOfANameThatIsListedAnewIsRefused() {
    Greeted answer = founder().learned(REPLACED).greet(hello(N2), TERMS);
    assertThat(answer)
        .isInstanceOfSatisfying(
            Greeted.Refused.class,
            refused -> {
              assertThat(refused.code()).isEqualTo(RefusalCode.EMPTIED_DIRECTORY);
              assertThat(refused.reason()).startsWith("n2 is known here under incarnation 16 and");
            });
  }

  @Test
  void listedIncarnationIsWelcomeUnderAFoundersName() {
    assertThat(welcomed(founder().learned(REPLACED), N2_AGAIN).peers())
        .containsEntry(N2.node(), new KnownPeer(N2_AGAIN.incarnation(), 1, 9));
  }

  @Test
  void listedNodeIsWelcomeThoughItIsNoPeerOfTheSettings() {
    assertThat(refusal(founder(), hello(N4))).isEqualTo(RefusalCode.NOT_A_PEER);
    assertThat(welcomed(founder().learned(with(seeded(), 7, N4)), N4).peers())
        .containsKey(N4.node());
  }

  @Test
  void otherIncarnationOfAListedNodeIsRefusedThoughItIsMetFirst() {
    assertThat(refusal(founder().learned(with(seeded(), 7, N4)), hello(member("n4", 5))))
        .isEqualTo(RefusalCode.EMPTIED_DIRECTORY);
  }

  @Test
  void whoWasLetInMayHaveOtherSettings() {
    assertThat(founder().learned(REPLACED).greet(hello(N2_AGAIN, "other"), TERMS))
        .isInstanceOf(Greeted.Welcome.class);
  }

  @Test
  void whoWasLetInMayHaveOtherSettingsThoughAGroupIsMadeWithItLater() {
    GroupId log = new GroupId("orders--7");
    MeshDirectory made = with(REPLACED, 8, new GroupId("orders"), group(log, N1, N2_AGAIN));
    assertThat(founder().learned(made).greet(hello(N2_AGAIN, ""), TERMS))
        .isInstanceOf(Greeted.Welcome.class);
  }

  /** Each of its starts would be refused: it says nothing of its settings, whatever is listed. */
  @Test
  void whoWasLetInMayHaveOtherSettingsThoughTheSettingsNameItAsAFounderLater() {
    GroupId extra = new GroupId("extra");
    MeshDirectory made = with(REPLACED, 8, extra, group(extra, N1, N2_AGAIN));
    assertThat(founder().learned(made).greet(hello(N2_AGAIN, ""), TERMS))
        .isInstanceOf(Greeted.Welcome.class);
  }

  @Test
  void founderThatIsListedNeedsTheSameSettings() {
    assertThat(refusal(founder().learned(seeded()), hello(N2, "other")))
        .isEqualTo(RefusalCode.SETTINGS_DIFFER);
  }

  @Test
  void olderCopyOfAListedNodeIsRefused() {
    PeerLedger ledger = founder().learned(seeded());
    Greeting copied = new Greeting("m", "f", N2, 1, 8, List.of());
    assertThat(refusal(ledger, copied)).isEqualTo(RefusalCode.STALE_COPY);
  }

  // ---- Admission

  @Test
  void slowFounderThatIsListedIsAdmittedAsTheFounderThatItIs() {
    PeerLedger slow = PeerLedger.EMPTY.learned(with(REPLACED, 7));
    Admission.Admitted admitted = (Admission.Admitted) admission(slow, false, N3);
    assertThat(admitted.changed()).isTrue();
    assertThat(admitted.ledger().founders()).containsExactly(N1, N2, N3);
    assertThat(admitted.ledger().directory().isLetIn(N3)).isFalse();
  }

  @Test
  void whoIsListedUnderAFoundersNameIsLetInAndNoFounder() {
    PeerLedger ledger = PeerLedger.EMPTY.learned(REPLACED);
    for (boolean join : new boolean[] {false, true}) {
      PeerLedger letIn = admitted(ledger, join, N2_AGAIN);
      assertThat(letIn.admitted()).isTrue();
      assertThat(letIn.founders()).isEmpty();
      assertThat(letIn.directory().isLetIn(N2_AGAIN)).isTrue();
    }
  }

  @Test
  void whoIsListedIsLetInAndNoFounderThoughAGroupWasMadeWithItAtOnce() {
    GroupId log = new GroupId("orders--7");
    MeshDirectory made = with(REPLACED, 8, new GroupId("orders"), group(log, N1, N2_AGAIN));
    assertThat(admitted(PeerLedger.EMPTY.learned(made), true, N2_AGAIN).founders()).isEmpty();
  }

  @Test
  void whoIsListedFoundsNothingThoughAllMembersOfItsSettingsGroupsAcknowledgeIt() {
    PeerLedger ledger =
        new PeerLedger(
                founder().learned(REPLACED).peers(),
                new TreeSet<>(MEMBERS),
                false,
                List.of(),
                MeshDirectory.NONE)
            .learned(REPLACED);
    Set<NodeId> members = Set.of(N2.node(), N3.node());
    Set<GroupId> more = Set.of(MAIN, GroupSettings.META, new GroupId("extra"));
    assertThat(ledger.admission(members, more, false, N2_AGAIN))
        .isInstanceOf(Admission.Waiting.class);
    assertThat(ledger.admission(members, FOUNDING, false, N2_AGAIN))
        .isInstanceOfSatisfying(
            Admission.Admitted.class,
            admitted -> assertThat(admitted.ledger().founders()).isEmpty());
  }

  @Test
  void whoIsNotListedWaitsForTheOthersThoughThereIsADirectory() {
    assertThat(admission(PeerLedger.EMPTY.learned(seeded()), false, N2_AGAIN))
        .isEqualTo(
            new Admission.Waiting(Set.of(N1.node(), N3.node()), Set.of(N1.node(), N3.node())));
  }

  /** It could be let in, or another one under its name: the directory has the last word. */
  @Test
  void nobodyFoundsOnTheWordOfOthersOnceThereIsADirectory() {
    PeerLedger founder = founder();
    PeerLedger complete =
        new PeerLedger(founder.peers(), founder.acknowledged(), false, List.of())
            .learned(with(seeded(), 7, member("n1", 111)));
    assertThat(complete.admission(Set.of(N2.node(), N3.node()), FOUNDING, false, N1))
        .isInstanceOf(Admission.Waiting.class);
  }

  @Test
  void whoIsToJoinNeverFounds() {
    PeerLedger founder = founder();
    PeerLedger complete = new PeerLedger(founder.peers(), founder.acknowledged(), false, List.of());
    assertThat(admission(complete, false, N1)).isInstanceOf(Admission.Admitted.class);
    assertThat(admission(complete, true, N1)).isInstanceOf(Admission.Waiting.class);
    assertThat(PeerLedger.EMPTY.admission(Set.of(N4.node()), Set.of(), true, N4))
        .isInstanceOf(Admission.Waiting.class);
  }

  @Test
  void whoIsToJoinIsLetInThoughItsSettingsNameGroupsThatAreNotThere() {
    PeerLedger ledger = PeerLedger.EMPTY.learned(with(seeded(), 7, N4));
    assertThat(ledger.admission(MEMBERS, Set.of(new GroupId("extra")), true, N4))
        .isInstanceOf(Admission.Admitted.class);
  }

  /** A founder of nothing needs no acknowledgement: a fresh disk would take itself for the lost. */
  @Test
  void whoFoundsNothingWaitsForTheDirectory() {
    assertThat(PeerLedger.EMPTY.admission(Set.of(), Set.of(), false, N4))
        .isEqualTo(new Admission.Waiting(Set.of(), Set.of()));
    PeerLedger listed = PeerLedger.EMPTY.learned(with(seeded(), 7, N4));
    assertThat(listed.admission(Set.of(), Set.of(), false, N4))
        .isInstanceOf(Admission.Admitted.class);
  }

  @Test
  void onceAdmittedItStaysWhateverTheDirectorySays() {
    PeerLedger founder = founder().learned(REPLACED);
    assertThat(admission(founder, true, N1)).isEqualTo(new Admission.Admitted(founder, false));
  }

  @Test
  void admittedWithoutFoundersIsOnlyWhoTheDirectoryLetIn() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PeerLedger(new TreeMap<>(), new TreeSet<>(), true, List.of()));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new PeerLedger(new TreeMap<>(), new TreeSet<>(), false, List.of(N1), seeded()));
  }

  // ---- Condemnation

  @Test
  void whoWasLetInIsCondemnedByAnotherIncarnationOfItsName() {
    PeerLedger letIn =
        admitted(welcomed(PeerLedger.EMPTY.learned(with(seeded(), 7, N4)), N2), true, N4);
    assertThat(letIn.condemnedBy(N2, RefusalCode.EMPTIED_DIRECTORY)).isTrue();
    assertThat(letIn.condemnedBy(N3, RefusalCode.EMPTIED_DIRECTORY)).isFalse();
  }

  // ---- Remembering

  @Test
  void remembersThoughANewerDirectoryHasUnboundAName() {
    PeerLedger founder = founder();
    assertThat(founder.learned(REPLACED).remembers(founder)).isTrue();
    assertThat(welcomed(founder.learned(REPLACED), N2_AGAIN).remembers(founder)).isTrue();
  }

  @Test
  void doesNotRememberWhereANameIsUnboundThatNoDirectoryUnbinds() {
    PeerLedger founder = founder();
    PeerLedger learned = founder.learned(REPLACED);
    PeerLedger withoutN3 =
        new PeerLedger(new TreeMap<>(), learned.acknowledged(), true, learned.founders(), REPLACED);
    PeerLedger withoutAcknowledgement =
        new PeerLedger(learned.peers(), new TreeSet<>(), true, learned.founders(), REPLACED);
    for (PeerLedger earlier : List.of(founder, learned)) {
      assertThat(withoutN3.remembers(earlier)).isFalse();
      assertThat(withoutAcknowledgement.remembers(earlier)).isFalse();
    }
  }

  @Test
  void doesNotRememberWithAnOlderOrAnotherDirectoryOfTheSameVersion() {
    PeerLedger founder = founder();
    PeerLedger at7 = founder.learned(with(seeded(), 7));
    assertThat(founder.remembers(at7)).isFalse();
    assertThat(founder.learned(with(seeded(), 6)).remembers(at7)).isFalse();
    assertThat(founder.learned(with(seeded(), 7, N4)).remembers(at7)).isFalse();
    assertThat(founder.learned(with(seeded(), 8, N4)).remembers(at7)).isTrue();
  }

  /** Whatever is heard in whatever order: nobody speaks under a name but the one that is listed. */
  @Property
  void nobodyIsBoundWhomTheDirectoryContradictsAndNothingElseIsForgotten(
      @ForAll("events") List<Object> events) {
    PeerLedger ledger = founder();
    for (Object event : events) {
      PeerLedger next =
          event instanceof MeshDirectory directory
              ? ledger.learned(directory)
              : ledger.greet((Greeting) event, TERMS) instanceof Greeted.Welcome welcome
                  ? welcome.updated()
                  : ledger;
      assertThat(next.remembers(ledger)).isTrue();
      MeshDirectory directory = next.directory();
      next.peers()
          .forEach(
              (name, known) ->
                  assertThat(directory.contradicts(new MemberId(name, known.incarnation())))
                      .isFalse());
      ledger = next;
    }
  }

  @Provide
  Arbitrary<List<Object>> events() {
    Arbitrary<MemberId> members =
        Combinators.combine(Arbitraries.of("n2", "n3", "n4"), Arbitraries.longs().between(1, 4))
            .as(DirectorySample::member);
    Arbitrary<Object> directories =
        Combinators.combine(Arbitraries.longs().between(1, 6), members)
            .as((version, member) -> with(seeded(), version, member));
    Arbitrary<Object> greetings = members.map(PeerLedgerDirectoryTest::hello);
    return Arbitraries.oneOf(directories, greetings).list().ofMaxSize(20);
  }
}
