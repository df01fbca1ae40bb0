package io.holdfast.mesh.core.health;

import static io.holdfast.mesh.core.health.StatusSample.N1;
import static io.holdfast.mesh.core.health.StatusSample.N2;
import static io.holdfast.mesh.core.health.StatusSample.N3;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.NodeId;
import io.holdfast.mesh.ClockStatus;
import io.holdfast.mesh.Gate;
import io.holdfast.mesh.Gate.State;
import io.holdfast.mesh.GateKind;
import io.holdfast.mesh.Glimpse;
import io.holdfast.mesh.Health;
import io.holdfast.mesh.Picture.Control;
import io.holdfast.mesh.Picture.Evidence;
import io.holdfast.mesh.Picture.Other;
import io.holdfast.mesh.SnapshotStatus;
import io.holdfast.mesh.core.GlimpseSample;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class HealthRulesTest {

  private static final HealthTerms TERMS = new HealthTerms(Duration.ofSeconds(30), 50, 10);
  private static final Control READY = new Control(3, "ab", true, 2, List.of());

  private final StatusSample status = new StatusSample();
  private final Map<String, Control> control = new TreeMap<>(Map.of("main", READY));
  private final Map<NodeId, Other> others = new TreeMap<>();

  private Health judge() {
    return HealthRules.judge(TERMS, status.build(), control, others);
  }

  private Gate gate(GateKind kind) {
    return judge().gates().stream().filter(gate -> gate.kind() == kind).findFirst().orElseThrow();
  }

  private void expect(GateKind kind, State state, String... reasons) {
    Gate gate = gate(kind);
    assertThat(gate.state()).as(gate.toString()).isEqualTo(state);
    assertThat(gate.reasons()).containsExactly(reasons);
  }

  private void onlyTroubleIs(GateKind... kinds) {
    assertThat(judge().troubles().stream().map(Gate::kind)).containsExactlyInAnyOrder(kinds);
  }

  @Test
  void nodeThatIsWellHasEveryGateOpen() {
    Health health = judge();

    assertThat(health.troubles()).isEmpty();
    assertThat(health.level()).isEqualTo(Health.Level.OK);
    assertThat(health.gates().stream().map(Gate::kind).collect(Collectors.toSet()))
        .isEqualTo(Set.copyOf(Arrays.asList(GateKind.values())));
  }

  // ---- The node

  @Test
  void nodeThatDoesNotTakePartIsNotReady() {
    status.is("founding", Optional.of("n3 has not been met"));

    expect(GateKind.TAKES_PART, State.CLOSED, "this node is founding: n3 has not been met");
    assertThat(judge().ready()).isFalse();
  }

  @Test
  void groupThatItCannotTakePartInIsAWarningBesideOthers() {
    status.lacks("orders", "its store is gone");

    expect(
        GateKind.TAKES_PART, State.WARNING, "it takes no part in group orders: its store is gone");
    assertThat(judge().ready()).isTrue();

    status.role("removed").led(Optional.empty());
    expect(
        GateKind.TAKES_PART,
        State.CLOSED,
        "this node has no replica of any group",
        "it takes no part in group orders: its store is gone");
    assertThat(judge().ready()).isFalse();
  }

  @Test
  void standstillIsToldForAWhileAfterItIsOver() {
    status.clock(new ClockStatus(1_000, 0, -1, 10_200, 4_900));
    expect(GateKind.AWAKE, State.WARNING, "this node stood still for 10.2 s, until 4.9 s ago");

    status.clock(new ClockStatus(1_000, 0, -1, 10_200, 5_000));
    expect(GateKind.AWAKE, State.OPEN);
  }

  @Test
  void warnsWhileThereIsLittleRoomAndIsNotReadyWhileThereIsNone() {
    status.room(50);
    expect(GateKind.DISK, State.OPEN);

    status.room(49);
    assertThat(gate(GateKind.DISK).state()).isEqualTo(State.WARNING);
    assertThat(gate(GateKind.DISK).reason()).contains("holdfast.watch.disk-low");

    status.room(9);
    assertThat(gate(GateKind.DISK).state()).isEqualTo(State.CLOSED);
    assertThat(gate(GateKind.DISK).reason()).contains("holdfast.watch.disk-full");

    status.room(-1);
    expect(
        GateKind.DISK,
        State.WARNING,
        "how much room there is for the data directory cannot be found out");
  }

  @Test
  void jumpOfTheClockIsToldForAWhile() {
    status.clock(new ClockStatus(1_000, -60_000, 100, 0, -1));
    expect(GateKind.CLOCK, State.WARNING, "this node's wall clock jumped back by 60.0 s 0.1 s ago");

    status.clock(new ClockStatus(1_000, -60_000, 5_000, 0, -1));
    expect(GateKind.CLOCK, State.OPEN);
  }

  @Test
  void clockThatIsApartFromThoseOfMostIsTheOneThatIsWrong() {
    status.hears(N2, -60_000).hears(N3, -61_000);
    expect(
        GateKind.CLOCK,
        State.WARNING,
        "this node's wall clock is apart from those of n2 (ahead by 60.0 s), n3 (ahead by 61.0 s)");
    assertThat(judge().ready()).isTrue();

    status.hears(N2, 30_000).hears(N3, -60_000);
    expect(GateKind.CLOCK, State.WARNING, "the wall clock of n3 is 60.0 s behind this node's");
  }

  @Test
  void oneClockApartFromOneOtherBlamesNeither() {
    status.hears(N2, 60_000).misses(N3, 4_000);

    expect(GateKind.CLOCK, State.WARNING, "the wall clock of n2 is 60.0 s ahead of this node's");
  }

  @Test
  void peerThatIsNotHeardIsNamedWithItsSilence() {
    status.misses(N3, 3_250);

    expect(GateKind.PEERS, State.WARNING, "n3 is silent for 3.3 s");
    onlyTroubleIs(GateKind.PEERS);
    assertThat(judge().level()).isEqualTo(Health.Level.DEGRADED);
  }

  @Test
  void peerWithNothingInCommonIsNotMissed() {
    status.hasNothingInCommonWith(new NodeId("n9"));

    expect(GateKind.PEERS, State.OPEN);
  }

  @Test
  void lastWordsSayWhyAPeerIsSilent() {
    status.misses(N3, 3_250);
    others.put(
        N3,
        new Other(
            GlimpseSample.with(N3, Glimpse.FAILED, List.of("storage failed: no space")), 3_000));
    expect(GateKind.PEERS, State.WARNING, "n3 has ended: storage failed: no space");

    others.put(N3, new Other(GlimpseSample.with(N3, "stopping", List.of()), 3_000));
    expect(GateKind.PEERS, State.WARNING, "n3 was stopped");

    others.put(N3, new Other(GlimpseSample.with(N3, "running", List.of()), 3_000));
    expect(GateKind.PEERS, State.WARNING, "n3 is silent for 3.3 s");
  }

  @Test
  void lastWordsOfAnEarlierEndSayNothingOfAPeerThatWasHeardSince() {
    status.misses(N3, 3_250);
    others.put(N3, new Other(GlimpseSample.with(N3, Glimpse.FAILED, List.of("no space")), 60_000));

    expect(GateKind.PEERS, State.WARNING, "n3 is silent for 3.3 s");
  }

  @Test
  void replicaThatIsStuckWarns() {
    status.problem("the store does not take what is executed");

    expect(GateKind.REPLICA, State.WARNING, "the store does not take what is executed");
  }

  @Test
  void memberThatIsHeardInAnotherGroupOnlyIsNotCalledSilent() {
    status.misses(N2, 1_200).misses(N3, 1_200).hears(N3, 0);

    assertThat(gate(GateKind.QUORUM).reason())
        .endsWith("only n1 is heard: n2 is silent for 1.2 s; n3 is heard, but not in this group");
  }

  @Test
  void peerThatDoesNotHearThisNodeIsNamedWhileItsWordsAreFresh() {
    Glimpse deaf = withLinks(GlimpseSample.of(N3), List.of(new Glimpse.Link(N1, false, 2_000, 0)));
    others.put(N3, new Other(deaf, 2_900));
    expect(GateKind.PEERS, State.WARNING, "n3 does not hear this node");

    others.put(N3, new Other(deaf, 3_000));
    expect(GateKind.PEERS, State.OPEN);

    others.put(
        N3,
        new Other(
            withLinks(GlimpseSample.of(N3), List.of(new Glimpse.Link(N1, false, -1, 0))), 10));
    expect(GateKind.PEERS, State.OPEN); // it has just begun, and has heard nobody yet
  }

  private static Glimpse withLinks(Glimpse words, List<Glimpse.Link> links) {
    return new Glimpse(
        words.node(),
        words.atMillis(),
        words.version(),
        words.state(),
        words.level(),
        words.httpAddr(),
        words.uptimeMillis(),
        words.reasons(),
        links,
        words.groups());
  }

  // ---- Groups

  @Test
  void replicaThatDoesNotAnswerSaysNothingOfTheRest() {
    status.role("renewing");

    assertThat(judge().gatesOf(Optional.of(new GroupId("main"))))
        .singleElement()
        .satisfies(
            gate -> assertThat(gate.reasons()).containsExactly("this node's replica is renewing"));
  }

  @Test
  void groupThatTheNodeTakesNoPartInIsNoGroupOfIts() {
    status.role("removed").led(Optional.empty());

    assertThat(judge().gatesOf(Optional.of(new GroupId("main")))).isEmpty();
    assertThat(judge().level(new GroupId("main"))).isEqualTo(Health.Level.OK);
    expect(GateKind.TAKES_PART, State.CLOSED, "this node has no replica of any group");
  }

  @Test
  void withoutALeaderTheGroupIsNotServed() {
    status.led(Optional.empty());

    expect(GateKind.LEADER, State.CLOSED, "no leader is heard");
    assertThat(judge().ready()).isFalse();
  }

  @Test
  void tooFewForAWriteAreNamedWithThoseWhoAreMissing() {
    status.misses(N2, 1_200).misses(N3, -1);

    expect(
        GateKind.QUORUM,
        State.CLOSED,
        "2 of n1, n2, n3 are needed for a write, and only n1 is heard: n2 is silent for 1.2 s; n3"
            + " was never heard");
  }

  @Test
  void enoughForAWriteAndTooFewForAnElectionIsAWarning() {
    status.quorum(1, 3).misses(N2, 1_200);

    expect(
        GateKind.QUORUM,
        State.WARNING,
        "3 of n1, n2, n3 are needed to elect another leader: n2 is silent for 1.2 s");
  }

  @Test
  void whoDiffersFromMostServesNothing() {
    status.differs("majority_seen", 1);
    expect(
        GateKind.EQUAL,
        State.WARNING,
        "replicas differ from the majority since slot 77, and serve nothing: n3");

    status.differs("minority", 1);
    control.clear();
    expect(
        GateKind.EQUAL,
        State.CLOSED,
        "this replica differs from the majority since slot 77: it serves nothing until it has the"
            + " state of one of n3");
    onlyTroubleIs(GateKind.EQUAL);
    control.put("main", READY);

    status.differs("no_majority", 1);
    expect(
        GateKind.EQUAL,
        State.CLOSED,
        "replicas differ at slot 77 and no majority is right: nothing is written; see 'holdfast"
            + " repair'");
  }

  @Test
  void epochWithoutEvidenceIsNotReadyAndSaysWhoOwesIt() {
    control.put(
        "main",
        new Control(
            4,
            "ab",
            false,
            2,
            List.of(
                new Evidence(N1, true, List.of()),
                new Evidence(N2, false, List.of("its clock is apart")))));

    expect(
        GateKind.EVIDENCE,
        State.CLOSED,
        "epoch 4 is active, and of 2 pieces of evidence for it 1 count",
        "n2: its clock is apart");

    control.clear();
    expect(GateKind.EVIDENCE, State.CLOSED, "what is active is not known here");
  }

  @Test
  void replicaThatIsBehindForLongWarns() {
    status.behind(3_000);
    expect(GateKind.CAUGHT_UP, State.OPEN);

    status.behind(3_100);
    expect(GateKind.CAUGHT_UP, State.WARNING, "this replica is 5 slots behind, for 3.1 s");
    assertThat(judge().ready()).isTrue();

    status.receives(new SnapshotStatus(N2, 90, 10, 30));
    expect(
        GateKind.CAUGHT_UP,
        State.WARNING,
        "a snapshot is being received from n2: 10 of about 30 bytes");
  }
}
