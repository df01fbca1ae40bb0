package io.holdfast.config.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class PeerLedgerTest {

  private static final Set<GroupId> FOUNDING = Set.of(new GroupId("main"));

  private static final NodeId N1 = new NodeId("n1");
  private static final NodeId N2 = new NodeId("n2");
  private static final NodeId N3 = new NodeId("n3");
  private static final Set<NodeId> ALL = Set.of(N1, N2, N3);
  private static final GreetingTerms TERMS = new GreetingTerms(N1, "m", "f", ALL);

  @Test
  void firstSightBindsTheIncarnation() {
    Greeted.Welcome welcome = welcomed(PeerLedger.EMPTY, hello(N2, 7, 1, 9));
    assertThat(welcome.changed()).isTrue();
    assertThat(welcome.updated().peers()).containsExactly(Map.entry(N2, new KnownPeer(7, 1, 9)));
  }

  @Test
  void sameBootAgainChangesNothing() {
    PeerLedger ledger = welcomed(PeerLedger.EMPTY, hello(N2, 7, 1, 9)).updated();
    assertThat(ledger.greet(hello(N2, 7, 1, 9), TERMS))
        .isEqualTo(new Greeted.Welcome(ledger, false));
  }

  @Test
  void laterBootIsRemembered() {
    PeerLedger ledger = welcomed(PeerLedger.EMPTY, hello(N2, 7, 1, 9)).updated();
    Greeted.Welcome later = welcomed(ledger, hello(N2, 7, 4, 5));
    assertThat(later.changed()).isTrue();
    assertThat(later.updated().peers()).containsEntry(N2, new KnownPeer(7, 4, 5));
  }

  @Test
  void refusesAnotherIncarnationUnderAKnownName() {
    PeerLedger ledger = welcomed(PeerLedger.EMPTY, hello(N2, 0xab, 1, 9)).updated();
    assertThat(ledger.greet(hello(N2, 0xcd, 9, 9), TERMS))
        .isEqualTo(
            new Greeted.Refused(
                RefusalCode.EMPTIED_DIRECTORY,
                "n2 is known here under incarnation ab and now comes as cd: its data directory was"
                    + " lost, emptied or replaced, and with it its promises: restore the directory,"
                    + " or start it with holdfast.mesh.join = on and run 'holdfast member replace"
                    + " n2 n2 --at HOST:PORT'"));
  }

  @Test
  void refusesABootOfThePast() {
    PeerLedger ledger = welcomed(PeerLedger.EMPTY, hello(N2, 7, 5, 9)).updated();
    assertThat(ledger.greet(hello(N2, 7, 4, 9), TERMS))
        .isEqualTo(
            new Greeted.Refused(
                RefusalCode.STALE_COPY,
                "n2 comes with boot 4, but boot 5 was seen here: its data directory is an older"
                    + " copy: restore the newest one or replace the node"));
  }

  @Test
  void refusesTheSameBootOfAnotherProcess() {
    PeerLedger ledger = welcomed(PeerLedger.EMPTY, hello(N2, 7, 5, 9)).updated();
    assertThat(refusal(ledger, hello(N2, 7, 5, 8))).isEqualTo("stale_copy");
  }

  @Test
  void refusesAnOlderCopyHoweverOftenItWasStarted() {
    PeerLedger ledger = welcomed(PeerLedger.EMPTY, hello(N2, 7, 5, 9)).updated();
    Greeting copyAfterFourStarts = hello(N2, 7, 7, 104, List.of(103L, 102L, 101L, 3L, 2L, 1L));
    assertThat(ledger.greet(copyAfterFourStarts, TERMS))
        .isEqualTo(
            new Greeted.Refused(
                RefusalCode.STALE_COPY,
                "n2 comes with boot 7, but its boot 5 was another one than was seen here: its data"
                    + " directory is an older copy, started again: restore the newest one or"
                    + " replace the node"));
  }

  @Test
  void welcomesALaterBootThatDescendsFromTheOneSeenHere() {
    PeerLedger ledger = welcomed(PeerLedger.EMPTY, hello(N2, 7, 5, 9)).updated();
    Greeting later = hello(N2, 7, 7, 11, List.of(10L, 9L, 4L));
    assertThat(welcomed(ledger, later).updated().peers())
        .containsEntry(N2, new KnownPeer(7, 7, 11));
  }

  @Test
  void judgesByTheCountAloneWhereTheHistoryDoesNotReachBack() {
    PeerLedger ledger = welcomed(PeerLedger.EMPTY, hello(N2, 7, 5, 9)).updated();
    assertThat(welcomed(ledger, hello(N2, 7, 8, 12, List.of(11L, 10L))).changed()).isTrue();
  }

  @Test
  void aBootOfThePastCondemnsTheDirectoryUnlessTheRefuserIsBoundAsAnother() {
    PeerLedger ledger = welcomed(PeerLedger.EMPTY, hello(N2, 7, 5, 9)).updated();
    assertThat(ledger.condemnedBy(new MemberId(N2, 7), RefusalCode.STALE_COPY)).isTrue();
    assertThat(ledger.condemnedBy(new MemberId(N3, 8), RefusalCode.STALE_COPY)).isTrue();
    assertThat(ledger.condemnedBy(new MemberId(N2, 6), RefusalCode.STALE_COPY)).isFalse();
  }

  @Test
  void anotherIncarnationCondemnsTheDirectoryOnlyInTheWordsOfABoundMember() {
    PeerLedger bound = welcomed(PeerLedger.EMPTY, hello(N2, 7, 5, 9)).updated();
    PeerLedger ledger =
        new PeerLedger(bound.peers(), bound.acknowledged(), true, List.of(new MemberId(N1, 1)));
    assertThat(ledger.condemnedBy(new MemberId(N2, 7), RefusalCode.EMPTIED_DIRECTORY)).isTrue();
    assertThat(ledger.condemnedBy(new MemberId(N2, 6), RefusalCode.EMPTIED_DIRECTORY)).isFalse();
    assertThat(ledger.condemnedBy(new MemberId(N3, 8), RefusalCode.EMPTIED_DIRECTORY)).isFalse();
  }

  /** It holds no promises, and may be let in yet. */
  @Test
  void anotherIncarnationDoesNotCondemnADirectoryThatWasNeverAdmitted() {
    PeerLedger ledger = welcomed(PeerLedger.EMPTY, hello(N2, 7, 5, 9)).updated();
    assertThat(ledger.condemnedBy(new MemberId(N2, 7), RefusalCode.EMPTIED_DIRECTORY)).isFalse();
  }

  @Test
  void whatSettingsCanHealCondemnsNoDirectory() {
    PeerLedger ledger = welcomed(PeerLedger.EMPTY, hello(N2, 7, 5, 9)).updated();
    for (RefusalCode code : RefusalCode.values()) {
      if (code != RefusalCode.STALE_COPY && code != RefusalCode.EMPTIED_DIRECTORY) {
        assertThat(ledger.condemnedBy(new MemberId(N2, 7), code)).as(code.code()).isFalse();
      }
    }
  }

  @Test
  void refusesStrangersBeforeRememberingThem() {
    Greeting foreign = new Greeting("other", "f", new MemberId(N2, 7), 1, 9, List.of());
    assertThat(refusal(PeerLedger.EMPTY, foreign)).isEqualTo("foreign_mesh");
    assertThat(refusal(PeerLedger.EMPTY, hello(N1, 7, 1, 9))).isEqualTo("own_name");
    assertThat(refusal(PeerLedger.EMPTY, hello(new NodeId("n9"), 7, 1, 9))).isEqualTo("not_a_peer");
  }

  @Test
  void refusalOfOtherSettingsShowsTheLinesThatDiffer() {
    GreetingTerms terms = new GreetingTerms(N1, "m", "same\nalpha=64", ALL);
    Greeting hello = new Greeting("m", "same\nalpha=32", new MemberId(N2, 7), 1, 9, List.of());
    assertThat(PeerLedger.EMPTY.greet(hello, terms))
        .isEqualTo(
            new Greeted.Refused(
                RefusalCode.SETTINGS_DIFFER,
                "settings differ: n2 has [alpha=32], n1 has [alpha=64]: make them equal"));
  }

  @Test
  void isAdmittedOnlyWhenEveryOtherMemberHasBoundItAndIsBound() {
    MemberId self = new MemberId(N1, 1);
    PeerLedger ledger = welcomed(PeerLedger.EMPTY, hello(N2, 2, 1, 0)).updated().acknowledgedBy(N2);
    assertThat(ledger.admission(ALL, FOUNDING, false, self))
        .isEqualTo(new Admission.Waiting(Set.of(N3), Set.of(N3)));
    ledger = ledger.acknowledgedBy(N3);
    assertThat(ledger.admission(ALL, FOUNDING, false, self))
        .isEqualTo(new Admission.Waiting(Set.of(), Set.of(N3)));
    ledger = welcomed(ledger, hello(N3, 3, 1, 0)).updated();
    Admission.Admitted admitted = (Admission.Admitted) ledger.admission(ALL, FOUNDING, false, self);
    assertThat(admitted.changed()).isTrue();
    assertThat(admitted.ledger().founders())
        .isEqualTo(List.of(self, new MemberId(N2, 2), new MemberId(N3, 3)));
    Set<NodeId> more = Set.of(N1, N2, N3, new NodeId("n4"));
    assertThat(admitted.ledger().admission(more, FOUNDING, false, self))
        .isEqualTo(new Admission.Admitted(admitted.ledger(), false));
  }

  @Test
  void nodeAloneIsAdmittedAtOnce() {
    assertThat(PeerLedger.EMPTY.admission(Set.of(N1), FOUNDING, false, new MemberId(N1, 1)))
        .isInstanceOf(Admission.Admitted.class);
  }

  @Test
  void refusalOfOtherSettingsShowsABoundedAndPrintableLine() {
    String line = "x".repeat(799) + "\u001b";
    GreetingTerms terms = new GreetingTerms(N1, "m", "", ALL);
    for (String more : List.of("", "y")) {
      Greeting hello = new Greeting("m", line + more, new MemberId(N2, 7), 1, 9, List.of());
      Greeted.Refused refused = (Greeted.Refused) PeerLedger.EMPTY.greet(hello, terms);
      String shown = "x".repeat(799) + "?" + (more.isEmpty() ? "" : "...");
      assertThat(refused.reason())
          .isEqualTo("settings differ: n2 has [" + shown + "], n1 has [no more]: make them equal");
    }
  }

  @Test
  void foundersAreTheMembersAndNoOtherNodeThatHappensToBeKnown() {
    PeerLedger ledger = welcomed(PeerLedger.EMPTY, hello(N2, 2, 1, 0)).updated();
    ledger = welcomed(ledger, hello(N3, 3, 1, 0)).updated().acknowledgedBy(N2);
    Admission.Admitted admitted =
        (Admission.Admitted) ledger.admission(Set.of(N1, N2), FOUNDING, false, new MemberId(N1, 1));
    assertThat(admitted.ledger().founders()).extracting(MemberId::node).containsExactly(N1, N2);
  }

  @Test
  void acknowledgingTwiceChangesNothing() {
    PeerLedger ledger = PeerLedger.EMPTY.acknowledgedBy(N2);
    assertThat(ledger.acknowledged()).containsExactly(N2);
    assertThat(ledger.acknowledgedBy(N2)).isEqualTo(ledger);
  }

  @Test
  void ledgerRemembersAnEarlierOneOnlyIfNothingInItWasForgotten() {
    PeerLedger empty = PeerLedger.EMPTY;
    PeerLedger bound = welcomed(empty, hello(N2, 2, 5, 9)).updated();
    PeerLedger acknowledged = bound.acknowledgedBy(N2);
    PeerLedger admitted =
        ((Admission.Admitted)
                acknowledged.admission(Set.of(N1, N2), FOUNDING, false, new MemberId(N1, 1)))
            .ledger();
    List<PeerLedger> growing = List.of(empty, bound, acknowledged, admitted);
    for (int later = 0; later < growing.size(); later++) {
      for (int earlier = 0; earlier < growing.size(); earlier++) {
        assertThat(growing.get(later).remembers(growing.get(earlier)))
            .as("%s remembers %s", later, earlier)
            .isEqualTo(later >= earlier);
      }
    }
    for (Greeting other :
        List.of(hello(N2, 3, 5, 9), hello(N2, 2, 4, 9), hello(N2, 2, 5, 8), hello(N3, 2, 5, 9))) {
      assertThat(welcomed(empty, other).updated().remembers(bound)).as("%s", other).isFalse();
    }
    assertThat(welcomed(empty, hello(N2, 2, 6, 8)).updated().remembers(bound)).isTrue();
    PeerLedger otherFounders =
        new PeerLedger(
            admitted.peers(), admitted.acknowledged(), true, List.of(new MemberId(N1, 1)));
    assertThat(otherFounders.remembers(admitted)).isFalse();
  }

  @Property
  void neverTwoIncarnationsUnderOneNameAndNoBootGoesBack(
      @ForAll @From("greetings") List<Greeting> greetings) {
    PeerLedger ledger = PeerLedger.EMPTY;
    Map<NodeId, Greeting> last = new HashMap<>();
    for (Greeting hello : greetings) {
      Greeted answer = ledger.greet(hello, TERMS);
      if (answer instanceof Greeted.Welcome welcome) {
        Greeting before = last.put(hello.member().node(), hello);
        if (before != null) {
          assertThat(hello.member()).isEqualTo(before.member());
          assertThat(hello.bootCount()).isGreaterThanOrEqualTo(before.bootCount());
          assertThat(hello.bootCount() == before.bootCount()).isEqualTo(hello.equals(before));
        }
        assertThat(welcome.updated().remembers(ledger)).isTrue();
        assertThat(welcome.changed()).isEqualTo(!welcome.updated().equals(ledger));
        ledger = welcome.updated();
      }
    }
  }

  @Provide
  Arbitrary<List<Greeting>> greetings() {
    return Combinators.combine(
            Arbitraries.of(N2, N3),
            Arbitraries.longs().between(1, 2),
            Arbitraries.longs().between(1, 4),
            Arbitraries.longs().between(0, 1))
        .as(PeerLedgerTest::hello)
        .list()
        .ofMaxSize(20);
  }

  private static Greeting hello(NodeId node, long incarnation, long boot, long nonce) {
    return hello(node, incarnation, boot, nonce, List.of());
  }

  private static Greeting hello(
      NodeId node, long incarnation, long boot, long nonce, List<Long> earlier) {
    return new Greeting("m", "f", new MemberId(node, incarnation), boot, nonce, earlier);
  }

  private static Greeted.Welcome welcomed(PeerLedger ledger, Greeting hello) {
    return (Greeted.Welcome) ledger.greet(hello, TERMS);
  }

  private static String refusal(PeerLedger ledger, Greeting hello) {
    return ((Greeted.Refused) ledger.greet(hello, TERMS)).code().code();
  }
}
