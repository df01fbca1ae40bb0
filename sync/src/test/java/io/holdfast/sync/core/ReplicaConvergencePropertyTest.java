package io.holdfast.sync.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.acceptor.core.AcceptorReply.AcceptedPair;
import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Batch;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.Now;
import io.holdfast.sync.store.InMemoryReplicaStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Three replicas of one log whose leaders changed. One of them hears everything in order. The
 * others hear it late, twice, out of order or not at all, hold pairs that were never chosen, and
 * crash; a crash loses memory, journal writes that were not done, and maybe the flush in flight.
 */
class ReplicaConvergencePropertyTest {

  private static final int SLOTS = 40;
  private static final int LEADERS = 4;
  private static final int WINDOW = 30;
  private static final List<MemberId> MEMBERS =
      List.of(
          new MemberId(new NodeId("a"), 1),
          new MemberId(new NodeId("b"), 2),
          new MemberId(new NodeId("c"), 3));

  private static final ReplicaSettings SETTINGS =
      new ReplicaSettings(
          Duration.ofMillis(100),
          Duration.ofMillis(300),
          Duration.ofMillis(10),
          Duration.ofMillis(100),
          300,
          2500,
          400,
          4,
          400,
          Duration.ofMillis(200),
          1500,
          10,
          Duration.ofMillis(5000),
          ServingSettings.DEFAULTS);

  /** What is chosen, and what was only ever accepted. */
  private static final class Log {
    final TreeMap<Slot, AcceptedPair> chosen = new TreeMap<>();
    final List<AcceptedPair> neverChosen = new ArrayList<>();
    final List<ReplicaInput.Watermark> watermarks = new ArrayList<>();

    Log(Random random) {
      for (int leader = 1; leader <= LEADERS; leader++) {
        MemberId member = MEMBERS.get(random.nextInt(MEMBERS.size()));
        Ballot ballot = new Ballot(leader, member);
        int end = leader == LEADERS ? SLOTS : random.nextInt(SLOTS * leader / LEADERS + 1);
        for (int s = chosen.size() + 1; s <= end; s++) {
          chosen.put(new Slot(s), pair(s, ballot, random));
          watermarks.add(new ReplicaInput.Watermark(ballot, new Slot(s), MEMBERS.get(0)));
        }
        for (int s = chosen.size() + 1; s <= Math.min(SLOTS, chosen.size() + 5); s++) {
          neverChosen.add(pair(s, ballot, random));
        }
      }
    }

    private static AcceptedPair pair(int slot, Ballot ballot, Random random) {
      return new AcceptedPair(
          new Slot(slot), ballot, Commands.batch(StateMachinePropertyTest.randomBatch(random, 60)));
    }
  }

  /** A replica with its store and its acceptor, the real one. */
  private final class Replica {
    final int index;
    final InMemoryReplicaStore store = new InMemoryReplicaStore(Commands.terms(WINDOW));
    final LocalAcceptor acceptor = new LocalAcceptor(MEMBERS, this::on);
    final List<Runnable> ownWork = new ArrayList<>();
    ReplicaCore core;

    Replica(int index) {
      this.index = index;
      this.core = restore();
    }

    private ReplicaCore restore() {
      return ReplicaCore.restore(MEMBERS.get(index), MEMBERS, SETTINGS, store.load());
    }

    void crash() {
      if (!ownWork.isEmpty() && random.nextBoolean()) {
        ownWork.get(random.nextInt(ownWork.size())).run();
      }
      ownWork.clear();
      core = restore();
      acceptor.crashAndRestart(core.durable());
      assertJournalHoldsWhatIsChosen();
    }

    /** What it would serve after a restart: the journal's pairs up to the store's slot. */
    void assertJournalHoldsWhatIsChosen() {
      acceptor
          .pairs()
          .headMap(core.durable(), true)
          .forEach((slot, pair) -> assertThat(pair.batch()).isEqualTo(chosenAt(slot)));
    }

    void accept(AcceptedPair pair) {
      acceptor.accept(pair);
    }

    /** Its disk and its store do some of what is under way. */
    void work() {
      if (!ownWork.isEmpty() && random.nextInt(3) > 0) {
        ownWork.remove(random.nextInt(ownWork.size())).run();
      }
      for (int n = random.nextInt(4); n > 0 && !acceptor.isIdle(); n--) {
        acceptor.carryOutNext();
      }
    }

    void on(ReplicaInput input) {
      for (ReplicaEffect effect : core.on(input, new Now(nowMillis * 1_000_000L, 0))) {
        interpret(effect);
      }
    }

    private void interpret(ReplicaEffect effect) {
      if (effect instanceof ReplicaEffect.Applied applied) {
        assertThat(applied.batch()).isEqualTo(chosenAt(applied.slot()).digest());
      } else if (effect instanceof ReplicaEffect.Flush flush) {
        ReplicaCore flushing = core;
        ownWork.add(
            () -> {
              store.flush(flush.delta());
              if (core == flushing) {
                on(new ReplicaInput.Flushed(flush.delta().after().applied()));
              }
            });
      } else if (effect instanceof ReplicaEffect.Send send) {
        Replica to = replicas.get(MEMBERS.indexOf(send.to()));
        MemberId from = MEMBERS.get(index);
        if (send.message() instanceof SyncMessage.Fetch f) {
          network.add(
              () -> to.on(new ReplicaInput.FetchRequested(from, f.fromSlot(), f.maxBytes())));
        } else if (send.message() instanceof SyncMessage.Fetched f) {
          f.pairs().forEach(p -> assertThat(p.batch()).isEqualTo(chosenAt(p.slot())));
          network.add(
              () ->
                  to.on(
                      new ReplicaInput.Fetched(
                          from, f.fromSlot(), f.pairs(), f.learnedUpTo(), f.trimmed())));
        }
      } else {
        acceptor.take(effect);
      }
    }
  }

  private Random random = new Random(0);
  private Log log = new Log(random);
  private List<Replica> replicas = List.of();
  private final List<Runnable> network = new ArrayList<>();
  private long nowMillis;

  private Batch chosenAt(Slot slot) {
    return pairAt(slot).batch();
  }

  @Property(tries = 300)
  void replicasConvergeOnTheChosenLogAndOnNothingElse(@ForAll long seed) {
    random = new Random(seed);
    log = new Log(random);
    network.clear();
    nowMillis = 0;
    replicas = List.of(new Replica(0), new Replica(1), new Replica(2));
    hearAllInOrder(replicas.get(0));
    for (Replica replica : replicas.subList(1, 3)) {
      hearSome(replica);
    }
    for (int step = 0; step < 400; step++) {
      step(0.3);
      if (random.nextInt(60) == 0) {
        replicas.get(1 + random.nextInt(2)).crash();
      }
    }
    ReplicaInput.Watermark last = log.watermarks.get(log.watermarks.size() - 1);
    for (int step = 0; step < 3000 && !converged(); step++) {
      if (step % 20 == 0) {
        replicas.forEach(replica -> replica.on(last));
      }
      step(0);
    }
    assertSameAsReference();
  }

  private void hearAllInOrder(Replica replica) {
    for (ReplicaInput.Watermark mark : log.watermarks) {
      replica.accept(pairAt(mark.chosenUpTo()));
      replica.acceptor.carryOutAll();
      replica.on(mark);
      replica.acceptor.carryOutAll();
      runAll(replica.ownWork);
    }
  }

  private AcceptedPair pairAt(Slot slot) {
    return Optional.ofNullable(log.chosen.get(slot)).orElseThrow();
  }

  private void hearSome(Replica replica) {
    for (AcceptedPair pair : log.chosen.values()) {
      if (random.nextInt(10) < 6) {
        network.add(() -> replica.accept(pair));
      }
    }
    for (AcceptedPair pair : log.neverChosen) {
      if (random.nextBoolean()) {
        network.add(() -> replica.accept(pair));
      }
    }
    for (ReplicaInput.Watermark mark : log.watermarks) {
      network.add(() -> replica.on(mark));
    }
  }

  /**
   * Some time passes; one message arrives, is lost or arrives again later; some own work is done.
   */
  private void step(double faults) {
    nowMillis += 10;
    if (!network.isEmpty()) {
      Runnable message = network.remove(random.nextInt(network.size()));
      if (random.nextDouble() >= faults) {
        message.run();
      }
      if (random.nextDouble() < faults / 3) {
        network.add(message);
      }
    }
    for (Replica replica : replicas) {
      replica.work();
      replica.on(new ReplicaInput.Tick());
    }
  }

  private static void runAll(List<Runnable> work) {
    while (!work.isEmpty()) {
      work.remove(0).run();
    }
  }

  private boolean converged() {
    return replicas.stream().allMatch(r -> r.core.durable().equals(new Slot(SLOTS)));
  }

  private void assertSameAsReference() {
    StateMachine reference = StateMachine.restore(RestoredState.empty(Commands.terms(WINDOW)));
    log.chosen.forEach((slot, pair) -> reference.apply(slot, pair.batch()));
    for (Replica replica : replicas) {
      replica.assertJournalHoldsWhatIsChosen();
      assertThat(replica.core.durable())
          .as("replica %s, learned %s", replica.index, replica.core.learned())
          .isEqualTo(new Slot(SLOTS));
      assertThat(replica.core.state()).isEqualTo(reference.header());
      StateMachine stored = StateMachine.restore(replica.store.load());
      assertThat(stored.header()).isEqualTo(reference.header());
      for (int n = 0; n < 4; n++) {
        assertThat(stored.cached(Commands.bytes("k" + n)))
            .isEqualTo(reference.cached(Commands.bytes("k" + n)));
      }
    }
  }
}
