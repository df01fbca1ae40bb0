package io.holdfast.mesh.core.health;

import static io.holdfast.mesh.core.health.StatusSample.N2;
import static io.holdfast.mesh.core.health.StatusSample.N3;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.config.core.NodeId;
import io.holdfast.mesh.Gate;
import io.holdfast.mesh.GateKind;
import io.holdfast.mesh.Glimpse;
import io.holdfast.mesh.Happening;
import io.holdfast.mesh.Happening.Kind;
import io.holdfast.mesh.Picture;
import io.holdfast.mesh.Picture.Control;
import io.holdfast.mesh.Picture.Verdicts;
import io.holdfast.mesh.core.GlimpseSample;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WatchingTest {

  private static final Map<String, Control> ACTIVE = active(3);

  private final Watching watching = new Watching(new HealthTerms(Duration.ofSeconds(30), 50, 10));
  private final StatusSample status = new StatusSample();
  private long nanos = 7;
  private long millis = 1_000_000;

  private static Map<String, Control> active(long epoch) {
    return Map.of("main", new Control(epoch, "ab", true, 2, List.of()));
  }

  private Picture look() {
    return look(ACTIVE);
  }

  private Picture look(Map<String, Control> control) {
    nanos += 500_000_000L;
    millis += 500;
    return watching.look(status.at(millis).build(), control, nanos);
  }

  private static List<Kind> kinds(Picture picture) {
    return picture.happenings().stream().map(Happening::kind).toList();
  }

  @Test
  void firstLookAtANodeThatIsWellTellsThatItIsReady() {
    assertThat(kinds(look())).containsExactly(Kind.READY);
    assertThat(kinds(look())).containsExactly(Kind.READY);
    assertThat(look().number()).isEqualTo(3);
  }

  @Test
  void gateTellsSinceWhenItIsAsItIs() {
    Picture well = look();
    look();
    status.misses(N3, 2_000);
    Picture first = look();
    status.misses(N3, 2_500);
    Picture second = look();

    assertThat(gate(well, GateKind.LEADER).sinceMillis()).isEqualTo(1_000_500);
    assertThat(gate(second, GateKind.LEADER).sinceMillis()).isEqualTo(1_000_500);
    assertThat(gate(first, GateKind.PEERS).sinceMillis()).isEqualTo(1_001_500);
    assertThat(gate(second, GateKind.PEERS).sinceMillis()).isEqualTo(1_001_500);
    assertThat(gate(second, GateKind.PEERS).reasons()).containsExactly("n3 is silent for 2.5 s");
  }

  private static Gate gate(Picture picture, GateKind kind) {
    return picture.health().gates().stream()
        .filter(gate -> gate.kind() == kind)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void lossOfTheQuorumAndItsReturnAreTold() {
    look();
    status.misses(N2, 1_000).misses(N3, 1_000).led(Optional.empty());
    Picture lost = look();
    Picture back =
        watching.look(new StatusSample().at(millis + 500).build(), ACTIVE, nanos + 500_000_000L);

    assertThat(kinds(lost))
        .containsExactly(
            Kind.READY,
            Kind.QUORUM_LOST,
            Kind.PEER_LOST,
            Kind.PEER_LOST,
            Kind.NOT_READY,
            Kind.LEADER_CHANGED);
    assertThat(kinds(back).subList(6, 11))
        .containsExactly(
            Kind.QUORUM_REGAINED,
            Kind.PEER_HEARD,
            Kind.PEER_HEARD,
            Kind.READY,
            Kind.LEADER_CHANGED);
    assertThat(lost.happenings().get(5).text()).isEqualTo("no leader is heard, after n2");
    assertThat(back.happenings().get(10).text()).isEqualTo("n2 leads");
  }

  @Test
  void quorumThatIsEnoughForWritesOnlyIsNotCalledRegained() {
    status.quorum(1, 3);
    look();
    status.misses(N3, 1_000);
    look();
    Picture back =
        watching.look(
            new StatusSample().quorum(1, 3).at(millis + 500).build(), ACTIVE, nanos + 500_000_000L);

    assertThat(kinds(back))
        .containsExactly(
            Kind.READY, Kind.TROUBLE, Kind.PEER_LOST, Kind.TROUBLE_OVER, Kind.PEER_HEARD);
  }

  @Test
  void secondPeerThatIsLostIsTold() {
    look();
    status.misses(N3, 1_000);
    look();
    status.misses(N2, 1_000);
    Picture picture = look();

    assertThat(picture.happenings().stream().map(Happening::text))
        .containsSubsequence("n3 is silent for 1.0 s", "n2 is silent for 1.0 s");
  }

  @Test
  void groupThatDoesNotAnswerForALookIsAsItWas() {
    status.differs("none", 1);
    look();
    status.misses(N2, 1_000).misses(N3, 1_000);
    Picture lost = look();
    status.role("silent");
    look();
    status.role("following");
    Picture again = look();

    assertThat(kinds(again))
        .filteredOn(kind -> kind != Kind.TROUBLE && kind != Kind.TROUBLE_OVER)
        .containsExactlyElementsOf(kinds(lost));
    assertThat(kinds(again))
        .doesNotContain(Kind.LEADER_CHANGED, Kind.ID_DRIFT)
        .filteredOn(Kind.QUORUM_LOST::equals)
        .hasSize(1);
    assertThat(gate(again, GateKind.QUORUM).sinceMillis())
        .isEqualTo(gate(lost, GateKind.QUORUM).sinceMillis());
  }

  @Test
  void groupThatIsSilentAtFirstHasNoNewsOnceItAnswers() {
    status.role("silent").differs("none", 3);
    look();
    status.role("following");

    assertThat(kinds(look())).doesNotContain(Kind.LEADER_CHANGED, Kind.ID_DRIFT);
  }

  @Test
  void driftIsToldWhereTheCountBeganAnewMeanwhile() {
    status.differs("none", 3);
    look();
    status.role("renewing");
    look();
    status.role("following").differs("majority_seen", 1);

    assertThat(kinds(look())).filteredOn(Kind.ID_DRIFT::equals).hasSize(1);
  }

  @Test
  void sinceIsMeasuredByTheClockThatIsNeverSet() {
    look();
    status.misses(N3, 1_000);
    look();
    millis += 3_600_000;
    Picture ahead = look();

    assertThat(gate(ahead, GateKind.PEERS).sinceMillis()).isEqualTo(millis - 500);
  }

  @Test
  void nodeThatCannotLookAtItselfIsNotReadyAndSaysWhy() {
    Picture well = look();
    Picture blind = watching.blind(well, "nobody answers", nanos + 4_000_000_000L, millis + 4_000);

    assertThat(blind.number()).isEqualTo(2);
    assertThat(blind.health().ready()).isFalse();
    assertThat(blind.health().troubles().get(0).reasons()).containsExactly("nobody answers");
    assertThat(kinds(blind)).containsExactly(Kind.READY, Kind.TROUBLE, Kind.NOT_READY);
    assertThat(look().health().ready()).isTrue();
  }

  @Test
  void wordsOfWhoIsNoPeerAnyMoreAreForgotten() {
    watching.heard(GlimpseSample.of(new NodeId("n9")), nanos, millis);

    assertThat(look().others()).isEmpty();
  }

  @Test
  void driftAndEpochsAreToldOnce() {
    look();
    status.differs("majority_seen", 1);
    look();
    Picture last = look(active(4));
    look(Map.of());
    Picture again = look(active(4));

    assertThat(kinds(last))
        .containsExactly(Kind.READY, Kind.TROUBLE, Kind.ID_DRIFT, Kind.EPOCH_ACTIVATED);
    assertThat(kinds(again)).filteredOn(Kind.EPOCH_ACTIVATED::equals).hasSize(1);
  }

  @Test
  void peerThatEndsByItselfIsToldOnceAndRemembered() {
    Glimpse words = GlimpseSample.with(N3, Glimpse.FAILED, List.of("storage failed: no space"));
    look();
    watching.heard(words, nanos, millis);
    watching.heard(words, nanos, millis);
    Picture picture = look();

    assertThat(kinds(picture)).containsExactly(Kind.READY, Kind.STORAGE_ERROR);
    assertThat(picture.happenings().get(1).text())
        .isEqualTo("n3 has ended: storage failed: no space");
    assertThat(picture.other(N3).orElseThrow().ageMillis()).isEqualTo(500);

    watching.heard(GlimpseSample.of(N3), nanos, millis);
    watching.heard(words, nanos, millis);
    assertThat(kinds(look())).filteredOn(Kind.STORAGE_ERROR::equals).hasSize(2);
  }

  @Test
  void onlySoMuchOfWhatHappenedIsRemembered() {
    for (int i = 0; i < Picture.MAX_HAPPENINGS; i++) {
      status.led(i % 2 == 0 ? Optional.of(N2) : Optional.of(N3));
      look();
    }
    status.differs("minority", 1);
    List<Happening> happenings = look().happenings();

    assertThat(happenings).hasSize(Picture.MAX_HAPPENINGS);
    assertThat(happenings.get(199).number()).isGreaterThan(200);
    for (int i = 1; i < happenings.size(); i++) {
      assertThat(happenings.get(i).number()).isEqualTo(happenings.get(i - 1).number() + 1);
    }
  }

  @Test
  void historyTellsHowWritesEndedStepByStep() {
    status.verdicts(Map.of("committed", 100L));
    look();
    for (int i = 1; i <= 20; i++) {
      status.verdicts(
          i < 11 ? Map.of("committed", 100L + i) : Map.of("committed", 110L, "no_leader", 4L));
      look();
    }
    List<Verdicts> points = look().history().get("main");

    assertThat(points)
        .containsExactly(
            new Verdicts(1_005_500, Map.of("committed", 10L)),
            new Verdicts(1_010_500, Map.of("no_leader", 4L)));
  }

  @Test
  void historyIsBoundedAndOutlivesAClockThatIsSetBack() {
    for (int i = 0; i < 10 * (Picture.MAX_HISTORY + 5); i++) {
      look();
    }
    assertThat(look().history().get("main")).hasSize(Picture.MAX_HISTORY);

    millis -= 3_600_000;
    status.verdicts(Map.of("committed", 1L));
    for (int i = 0; i < 10; i++) {
      look();
    }
    assertThat(look().history().get("main"))
        .last()
        .satisfies(point -> assertThat(point.counts()).isEqualTo(Map.of("committed", 1L)));
  }
}
