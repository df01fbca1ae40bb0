package io.holdfast.mesh.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.AcceptorStatus;
import io.holdfast.mesh.CacheStatus;
import io.holdfast.mesh.ClockStatus;
import io.holdfast.mesh.DiskStatus;
import io.holdfast.mesh.DivergenceStatus;
import io.holdfast.mesh.Glimpse;
import io.holdfast.mesh.GroupStatus;
import io.holdfast.mesh.Health;
import io.holdfast.mesh.NodeStatus;
import io.holdfast.mesh.NodeStatus.PeerStatus;
import io.holdfast.mesh.Picture;
import io.holdfast.mesh.PoolStatus;
import io.holdfast.mesh.core.health.HealthTerms;
import io.holdfast.mesh.core.health.Watching;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Registries of a node that does not run: groups, peers and pools come and go. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class RegistriesTest {

  private static final GroupId MAIN = new GroupId("main");
  private static final Map<String, String> OF_MAIN = Map.of("group", "main");

  private static final Map<String, String> COMMITTED = Map.of("group", "main", "code", "committed");

  private final NodeMeters meters = new NodeMeters();
  private final Watching watching = new Watching(new HealthTerms(Duration.ofSeconds(30), 50, 10));

  @SuppressWarnings("NullAway.Init")
  private Picture last;

  private final NodeMetrics metrics =
      new NodeMetrics(
          meters,
          new NodeSources("mesh \"quoted\", and more", "n1", "1.0", Path.of("."), Optional.empty()),
          () -> {});

  @AfterEach
  void close() {
    metrics.close();
  }

  private Exposition scrape() throws Exception {
    return Exposition.parse(
        metrics
            .scrape("")
            .toCompletableFuture()
            .get(60, TimeUnit.SECONDS)
            .orElseThrow()
            .body()
            .toStringUtf8());
  }

  private void sample(List<String> peers, GroupStatus... groups) {
    sample(peers, List.of(), groups);
  }

  private void sample(List<String> peers, List<PoolStatus> pools, GroupStatus... groups) {
    NodeStatus status =
        new NodeStatus(
            new NodeId("n1"),
            "mesh",
            "ff",
            3,
            "1.0",
            "running",
            Optional.empty(),
            "",
            "",
            Duration.ZERO,
            peers.stream()
                .map(name -> new PeerStatus(new NodeId(name), "", "", true, 5, -1500, ""))
                .toList(),
            List.of(groups),
            Map.of(),
            new DiskStatus(20, 100),
            ClockStatus.at(0),
            Map.of("journalBytes", 4096.0));
    last = watching.look(status, Map.of(), 1).withPools(Map.of("main", pools));
    metrics.sampled(last);
  }

  private static PoolStatus pool(String name) {
    return new PoolStatus(name, "mesh", 3, 1, 0, 2);
  }

  private static GroupStatus main(String role, long rotations) {
    return new GroupStatus(
        "main",
        2,
        2,
        1,
        List.of(new NodeId("n1"), new NodeId("n2")),
        List.of(new NodeId("n1"), new NodeId("n2")),
        role,
        Optional.empty(),
        "-",
        "-",
        10,
        8,
        7,
        2,
        2,
        1500,
        Optional.empty(),
        8,
        4,
        0,
        0,
        AcceptorStatus.SILENT,
        new CacheStatus(0, 0, 0, 0, rotations, 0, 0, 0, 0, 0, 0),
        "",
        new DivergenceStatus("none", 0, List.of(), 0),
        0,
        0,
        Map.of(),
        List.of(),
        List.of());
  }

  @Test
  void countsDoNotGoBackWhileAGroupIsSilent() throws Exception {
    meters.take(MAIN);
    sample(List.of("n2"), main("following", 5));
    assertThat(scrape().value("holdfast_cache_rotations_total", OF_MAIN)).isEqualTo(5);

    sample(List.of("n2"), main("silent", 0));

    Exposition shown = scrape();
    assertThat(shown.value("holdfast_cache_rotations_total", OF_MAIN)).isEqualTo(5);
    assertThat(shown.value("holdfast_role", Map.of("role", "silent"))).isEqualTo(1);
    assertThat(shown.value("holdfast_role", Map.of("role", "following"))).isZero();
  }

  @Test
  void showsASampleInBaseUnits() throws Exception {
    GroupMeters group = meters.take(MAIN);
    group.peer(new NodeId("n2")).applied(4);
    sample(List.of("n2"), main("following", 5));

    Exposition shown = scrape();
    assertThat(shown.value("holdfast_lag_slots", OF_MAIN)).isEqualTo(2);
    assertThat(shown.value("holdfast_lag_seconds", OF_MAIN)).isEqualTo(1.5);
    assertThat(shown.value("holdfast_peer_lag_slots", Map.of("peer", "n2"))).isEqualTo(6);
    assertThat(shown.value("holdfast_peer_clock_skew_seconds", Map.of())).isEqualTo(-1.5);
    assertThat(shown.value("holdfast_peer_silence_seconds", Map.of())).isEqualTo(0.005);
    assertThat(shown.value("holdfast_has_leader", OF_MAIN)).isZero();
    assertThat(shown.value("holdfast_group_ready", OF_MAIN)).isZero();
    assertThat(shown.value("holdfast_node_boots", Map.of())).isEqualTo(3);
    assertThat(shown.value("holdfast_journal_size_bytes", Map.of())).isEqualTo(4096);
  }

  @Test
  void seriesOfWhatIsGoneGoWithIt() throws Exception {
    GroupMeters group = meters.take(MAIN);
    group.ended(OutcomeCode.COMMITTED);
    sample(List.of("n2", "n3"), List.of(pool("ports")), main("following", 5));
    Exposition before = scrape();
    assertThat(before.of("holdfast_peer_reachable", Map.of())).hasSize(2);
    assertThat(before.value("holdfast_reservations_free", Map.of("pool", "ports"))).isEqualTo(2);
    assertThat(before.of("holdfast_writes_total", OF_MAIN)).isNotEmpty();
    assertThat(beans()).anyMatch(name -> "main".equals(name.getKeyProperty("group")));

    meters.forget(group);
    sample(List.of("n3"));

    Exposition after = scrape();
    assertThat(after.of("holdfast_peer_reachable", Map.of()))
        .extracting(sample -> sample.labels().get("peer"))
        .containsExactly("n3");
    assertThat(after.samples()).noneMatch(each -> "main".equals(each.labels().get("group")));
    assertThat(beans()).noneMatch(name -> "main".equals(name.getKeyProperty("group")));
  }

  /** As a node does it: the new one begins before the old one is erased. */
  @Test
  void groupThatIsMadeAgainIsShownFromZero() throws Exception {
    GroupMeters old = meters.take(MAIN);
    old.ended(OutcomeCode.COMMITTED);
    old.peer(new NodeId("n2")).applied(4);
    sample(List.of("n2"), List.of(pool("ports")), main("following", 5));
    assertThat(scrape().value("holdfast_writes_total", COMMITTED)).isEqualTo(1);

    GroupMeters fresh = meters.take(MAIN);
    fresh.ended(OutcomeCode.COMMITTED);
    fresh.ended(OutcomeCode.COMMITTED);
    fresh.took(WriteStep.TOTAL, 2_000_000_000);
    fresh.executed(6);
    fresh.executed(8);
    fresh.peer(new NodeId("n2")).applied(8);
    meters.forget(old);

    Exposition shown = scrape();
    assertThat(shown.value("holdfast_writes_total", COMMITTED)).isEqualTo(2);
    assertThat(shown.value("holdfast_peer_lag_slots", Map.of("peer", "n2"))).isEqualTo(2);
    assertThat(shown.value("holdfast_reservations_free", Map.of("pool", "ports"))).isEqualTo(2);
    assertThat(attribute("name=holdfast_writes_total,group=main,code=committed", "Count"))
        .isEqualTo(2);
    assertThat(attribute("name=holdfast_write_step_seconds,group=main,step=total", "Count"))
        .isEqualTo(1);
  }

  @Test
  void meansOfBeansAreInTheUnitOfTheirName() throws Exception {
    GroupMeters group = meters.take(MAIN);
    group.took(WriteStep.TOTAL, 2_000_000_000);
    group.executed(6);
    group.executed(8);
    scrape();

    assertThat(attribute("name=holdfast_write_step_seconds,group=main,step=total", "Mean"))
        .isEqualTo(2);
    assertThat(attribute("name=holdfast_batch_commands,group=main", "Mean")).isEqualTo(7);
    assertThat(attribute("name=holdfast_batch_commands,group=main", "Count")).isEqualTo(2);
  }

  private static double attribute(String name, String attribute) throws Exception {
    return ((Number)
            ManagementFactory.getPlatformMBeanServer()
                .getAttribute(
                    new ObjectName(
                        "io.holdfast.metrics:mesh=\"mesh \\\"quoted\\\", and more\",node=n1,"
                            + name),
                    attribute))
        .doubleValue();
  }

  /** 0 would be a step back, from which rates and alerts take what never was. */
  @Test
  void groupThatDoesNotAnswerHasNoNumbers() throws Exception {
    meters.take(MAIN).peer(new NodeId("n2")).applied(4);
    for (String role : List.of("silent", "renewing")) {
      sample(List.of("n2"), main("following", 5));
      assertThat(scrape().value("holdfast_chosen_slot", OF_MAIN)).isEqualTo(10);

      sample(List.of("n2"), main(role, 0));

      Exposition shown = scrape();
      for (String name :
          List.of(
              "holdfast_chosen_slot",
              "holdfast_applied_slot",
              "holdfast_lag_slots",
              "holdfast_lag_seconds",
              "holdfast_peer_lag_slots",
              "holdfast_keys",
              "holdfast_cache_keys",
              "holdfast_group_voters")) {
        assertThat(shown.value(name, OF_MAIN)).as(name).isNaN();
      }
      assertThat(shown.value("holdfast_divergence", Map.of("state", "no_majority"))).isNaN();
      assertThat(shown.value("holdfast_role", Map.of("role", role))).isEqualTo(1);
      assertThat(shown.value("holdfast_has_leader", OF_MAIN)).isZero();
      assertThat(shown.value("holdfast_group_ready", OF_MAIN)).isZero();
      assertThat(shown.value("holdfast_group_gate", Map.of("gate", "replica"))).isEqualTo(2);
    }
  }

  @Test
  void everySeriesSaysOfWhichMeshItIs() throws Exception {
    meters.take(MAIN);
    sample(List.of("n2"), List.of(pool("ports")), main("following", 5));

    assertThat(scrape().samples())
        .isNotEmpty()
        .allSatisfy(each -> assertThat(each.labels()).as(each.name()).containsKey("mesh"));
  }

  @Test
  void membersThatAreGoneHaveNoSeries() throws Exception {
    GroupMeters group = meters.take(MAIN);
    group.peer(new NodeId("n3")).answeredAfter(2);
    group.peer(new NodeId("n1")).answeredAfter(2);
    sample(List.of("n2", "n3"), main("following", 5));

    assertThat(scrape().of("holdfast_peer_accept_seconds_count", OF_MAIN))
        .extracting(sample -> sample.labels().get("peer"))
        .containsExactlyInAnyOrder("n1", "n2");
  }

  @Test
  void lastWordsOfPeersAreCounted() throws Exception {
    sample(List.of("n2"));
    assertThat(scrape().value("holdfast_peer_ends_total", Map.of("state", "failed"))).isZero();

    meters
        .ends()
        .heard(
            new Glimpse(
                new NodeId("n2"),
                0,
                "1.0",
                Glimpse.FAILED,
                Health.Level.FAILING,
                "",
                0,
                List.of(),
                List.of(),
                List.of()));

    assertThat(scrape().value("holdfast_peer_ends_total", Map.of("peer", "n2", "state", "failed")))
        .isEqualTo(1);
  }

  @Test
  void showsGatesAsHealthHasThem() throws Exception {
    meters.take(MAIN);
    sample(List.of("n2"), main("following", 5));

    Exposition shown = scrape();
    assertThat(shown.value("holdfast_ready", Map.of())).isZero();
    assertThat(shown.value("holdfast_node_gate", Map.of("gate", "disk"))).isEqualTo(1);
    assertThat(shown.value("holdfast_node_gate", Map.of("gate", "peers"))).isZero();
    assertThat(shown.value("holdfast_group_gate", Map.of("gate", "leader", "group", "main")))
        .isEqualTo(2);
    assertThat(shown.value("holdfast_disk_free_bytes", Map.of())).isEqualTo(20);
  }

  @Test
  void beansAreGoneWithTheNode() throws Exception {
    scrape();
    assertThat(beans()).isNotEmpty();

    metrics.close();

    assertThat(beans()).isEmpty();
    assertThat(metrics.scrape("").toCompletableFuture().get(10, TimeUnit.SECONDS)).isEmpty();
  }

  private static Set<ObjectName> beans() throws Exception {
    return ManagementFactory.getPlatformMBeanServer()
        .queryNames(
            new ObjectName("io.holdfast.metrics:mesh=\"mesh \\\"quoted\\\", and more\",node=n1,*"),
            null);
  }
}
