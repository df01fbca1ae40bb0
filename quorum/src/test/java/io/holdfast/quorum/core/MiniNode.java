package io.holdfast.quorum.core;

import io.holdfast.acceptor.core.AcceptorCore;
import io.holdfast.acceptor.core.AcceptorEffect;
import io.holdfast.acceptor.core.AcceptorEvent;
import io.holdfast.acceptor.core.AcceptorInput;
import io.holdfast.acceptor.core.AcceptorReply.AcceptedPair;
import io.holdfast.acceptor.core.AcceptorRequest;
import io.holdfast.acceptor.core.AcceptorSnapshot;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.InvariantViolation;
import io.holdfast.config.core.MemberId;
import io.holdfast.quorum.core.BatchEntry.ConfigurationEntry;
import io.holdfast.quorum.core.CoordinatorEffect.Outcome;
import io.holdfast.quorum.core.CoordinatorEffect.Role;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One node of a {@link MiniCluster}: the disk outlives its processes. */
final class MiniNode {

  private static final Duration LOCAL = Duration.ofNanos(100_000);

  private final MemberId self;
  private final MiniCluster cluster;

  // The disk.
  private final TreeMap<Long, AcceptorEvent> journal = new TreeMap<>();
  private Optional<AcceptorSnapshot> snapshot = Optional.empty();
  private MiniReplica.Store store = new MiniReplica.Store(List.of(), Digest.ZERO);

  private @Nullable Run process;
  private long nextToken;

  MiniNode(MemberId self, MiniCluster cluster) {
    this.self = self;
    this.cluster = cluster;
  }

  MemberId self() {
    return self;
  }

  boolean alive() {
    return process != null;
  }

  Role role() {
    return process == null ? Role.FOLLOWING : process.coordinator.role();
  }

  boolean leading() {
    return role() == Role.LEADING;
  }

  Slot learnedUpTo() {
    return process == null ? store.slot() : process.replica.learnedUpTo();
  }

  boolean isWithin(long slots, Slot target) {
    return alive() && learnedUpTo().plus(slots).number() >= target.number();
  }

  void start() {
    process = new Run();
    process.begin();
  }

  void crash() {
    process = null;
  }

  void restartIfNeeded() {
    if (process == null || process.ending) {
      start();
    }
  }

  void propose(BatchEntry entry) {
    Run running = process;
    if (running != null) {
      long token = nextToken++;
      running.writes.put(token, entry);
      running.coordinate(new CoordinatorInput.Propose(token, entry));
    }
  }

  void read() {
    Run running = process;
    if (running != null) {
      long token = nextToken++;
      running.reads.put(token, cluster.oracle.lastCommitted());
      running.coordinate(new CoordinatorInput.Read(token));
    }
  }

  void resign() {
    Run running = process;
    if (running != null) {
      running.ending = true;
      running.coordinate(new CoordinatorInput.Resign());
    }
  }

  /** A write fails: nothing behind it is carried out, and the process stops a little later. */
  void failDisk() {
    Run running = process;
    if (running != null) {
      running.ending = true;
      running.diskFailed = true;
      running.disk.clear();
      running.coordinate(new CoordinatorInput.LocalWriteFailed());
      cluster.after(Duration.ofMillis(50), () -> stop(running));
    }
  }

  private void stop(Run running) {
    if (process == running) {
      process = null;
    }
  }

  void stallDisk(Duration stall) {
    Run running = process;
    if (running != null) {
      running.stalled = true;
      cluster.after(
          stall,
          () -> {
            running.stalled = false;
            running.carryOut();
          });
    }
  }

  void everyTokenIsConcluded() {
    Run running = process;
    InvariantViolation.check(
        running == null || (running.writes.isEmpty() && running.reads.isEmpty()),
        "Concluded",
        "%s owes answers: %s",
        self,
        running == null ? "" : running.writes + " " + running.reads);
  }

  /** A request or reply from the network. */
  void ask(MemberId from, AcceptorRequest request) {
    if (process != null) {
      process.accept(new AcceptorInput.Asked(from, request));
    }
  }

  void tell(CoordinatorInput input) {
    if (process != null) {
      process.coordinate(input);
    }
  }

  private void fetch(MemberId from, Slot slot) {
    if (process != null) {
      List<AcceptedPair> pairs = process.serve(slot);
      cluster.send(self, from, () -> cluster.node(from).fetched(pairs));
    }
  }

  private void fetched(List<AcceptedPair> pairs) {
    if (process != null) {
      process.fetched(pairs);
    }
  }

  @Override
  public String toString() {
    return self + " " + role() + " learned " + learnedUpTo() + (alive() ? "" : " down");
  }

  /** What a crash loses. */
  private final class Run {
    private final AcceptorCore acceptor =
        AcceptorCore.recovering(cluster.acceptorLimits, snapshot, store.slot());
    private final MiniReplica replica = new MiniReplica(store, this::learned);
    private final CoordinatorCore coordinator;
    private final Deque<AcceptorEffect> disk = new ArrayDeque<>();
    private final Map<Long, BatchEntry> writes = new HashMap<>();
    private final Map<Long, Slot> reads = new HashMap<>();
    private boolean writing;
    private boolean stalled;
    private boolean ending;
    private boolean diskFailed;
    private int fetchFrom;

    Run() {
      long after = snapshot.map(AcceptorSnapshot::sequenceNumber).orElse(0L);
      journal.tailMap(after, false).forEach(acceptor::recover);
      ConfigurationLog configurations = new ConfigurationLog(cluster.alpha, cluster.initial);
      for (AcceptedPair pair : store.log()) {
        for (BatchEntry entry : BatchFormat.decode(pair.batch())) {
          if (entry instanceof ConfigurationEntry) {
            configurations.applied(pair.slot(), MiniOracle.decode(entry.bytes()));
          }
        }
      }
      acceptor.start(configurations.votersFrom(store.slot()), Slot.ZERO);
      coordinator =
          new CoordinatorCore(
              new GroupId("g"),
              self,
              configurations,
              cluster.timing,
              cluster.limits,
              new Random(cluster.random.nextLong()),
              acceptor.promised(),
              store.slot(),
              store.chainHash(),
              cluster.now());
    }

    private boolean running() {
      return process == this;
    }

    private void begin() {
      every(Duration.ofMillis(20), () -> coordinate(new CoordinatorInput.Tick()));
      every(Duration.ofMillis(40), this::fetchMore);
      every(Duration.ofMillis(50 + cluster.random.nextInt(1500)), this::flush);
    }

    private void every(Duration interval, Runnable action) {
      cluster.after(
          interval,
          () -> {
            if (running()) {
              action.run();
              every(interval, action);
            }
          });
    }

    /** From one core of this node to another: in order, never lost, but not at once. */
    private void local(Runnable action) {
      cluster.after(
          LOCAL,
          () -> {
            if (running()) {
              action.run();
            }
          });
    }

    // ---- Acceptor and disk.

    private void accept(AcceptorInput input) {
      if (diskFailed) {
        return;
      }
      disk.addAll(acceptor.on(input));
      carryOut();
    }

    private void carryOut() {
      while (running() && !writing && !stalled && !disk.isEmpty()) {
        if (disk.peek() instanceof AcceptorEffect.Persist) {
          writing = true;
          cluster.after(Duration.ofNanos(cluster.random.nextInt(4_000_000)), this::written);
        } else {
          carryOut(disk.remove());
        }
      }
    }

    private void written() {
      writing = false;
      if (!running() || diskFailed) {
        return;
      }
      int group = 1 + cluster.random.nextInt(4);
      while (group-- > 0 && disk.peek() instanceof AcceptorEffect.Persist persist) {
        disk.remove();
        journal.put(persist.sequenceNumber(), persist.event());
        if (persist.event() instanceof AcceptorEvent.PairAccepted pair) {
          cluster.oracle.written(self, pair);
        }
      }
      carryOut();
    }

    private void carryOut(AcceptorEffect effect) {
      if (effect instanceof AcceptorEffect.Answer answer) {
        CoordinatorInput reply = new CoordinatorInput.Replied(self, answer.reply());
        if (answer.to().equals(self)) {
          local(() -> coordinate(reply));
        } else {
          cluster.send(self, answer.to(), () -> cluster.node(answer.to()).tell(reply));
        }
      } else if (effect instanceof AcceptorEffect.TellAccepted told) {
        local(() -> replica.accepted(told.pair()));
      } else if (effect instanceof AcceptorEffect.TellWatermark told) {
        local(() -> replica.watermark(told.ballot(), told.chosenUpTo()));
      } else if (effect instanceof AcceptorEffect.SaveSnapshot save) {
        snapshot = Optional.of(save.snapshot());
        local(() -> accept(new AcceptorInput.SnapshotSaved(save.snapshot().sequenceNumber())));
      } else if (effect instanceof AcceptorEffect.DeleteEvents delete) {
        journal.headMap(delete.sequenceNumber(), true).clear();
      } else if (effect instanceof AcceptorEffect.ReportViolation violation) {
        throw new InvariantViolation(violation.invariant(), violation.facts());
      }
    }

    // ---- Replica.

    private void learned(AcceptedPair pair) {
      cluster.oracle.learned(self, pair.slot(), pair.batch());
      local(() -> accept(new AcceptorInput.LearnedUpTo(pair.slot())));
      local(() -> coordinate(new CoordinatorInput.Learned(pair.slot())));
      cluster.after(Duration.ofNanos(cluster.random.nextInt(2_000_000)), this::applyNext);
    }

    private void applyNext() {
      if (!running() || !replica.hasNextToApply()) {
        return;
      }
      AcceptedPair pair = replica.apply();
      Digest chainHash = replica.chainHash();
      for (BatchEntry entry : BatchFormat.decode(pair.batch())) {
        if (entry instanceof ConfigurationEntry) {
          Configuration changed = MiniOracle.decode(entry.bytes());
          local(() -> coordinate(new CoordinatorInput.ConfigurationExecuted(pair.slot(), changed)));
        }
      }
      local(() -> accept(new AcceptorInput.AppliedUpTo(pair.slot(), chainHash)));
      local(
          () ->
              coordinate(
                  new CoordinatorInput.Executed(
                      pair.slot(), pair.batch().digest(), chainHash, MiniReplica.results(pair))));
    }

    private void flush() {
      store = replica.flush();
      Slot durable = store.slot();
      local(() -> accept(new AcceptorInput.DurableUpTo(durable)));
      local(() -> coordinate(new CoordinatorInput.Durable(durable)));
    }

    private List<AcceptedPair> serve(Slot from) {
      List<AcceptedPair> pairs = replica.serve(from);
      // The acceptor serves the same to whoever asks it.
      for (AcceptedPair pair : acceptor.learnedFrom(from, 1000)) {
        cluster.oracle.learned(self, pair.slot(), pair.batch());
      }
      return pairs;
    }

    private void fetchMore() {
      boolean votes = coordinator.view(cluster.now()).configuration().contains(self);
      // Whoever does not vote is told nothing by leaders, and asks.
      if (replica.needsFetch() || !votes) {
        MemberId peer = cluster.names().get(fetchFrom++ % cluster.names().size());
        Slot next = replica.learnedUpTo().next();
        cluster.send(self, peer, () -> cluster.node(peer).fetch(self, next));
      }
    }

    private void fetched(List<AcceptedPair> pairs) {
      for (AcceptedPair pair : pairs) {
        if (pair.slot().equals(replica.learnedUpTo().next())) {
          local(() -> accept(new AcceptorInput.ChosenFetched(pair)));
          replica.fetched(pair);
        }
      }
    }

    // ---- Coordinator.

    private void coordinate(CoordinatorInput input) {
      if (running()) {
        coordinator.on(input, cluster.now()).forEach(this::carryOut);
      }
    }

    private void carryOut(CoordinatorEffect effect) {
      if (effect instanceof CoordinatorEffect.AskAcceptor ask) {
        if (ask.to().equals(self)) {
          local(() -> accept(new AcceptorInput.Asked(self, ask.request())));
        } else {
          cluster.send(self, ask.to(), () -> cluster.node(ask.to()).ask(self, ask.request()));
        }
      } else if (effect instanceof CoordinatorEffect.Say say) {
        CoordinatorInput said = new CoordinatorInput.Said(self, say.message());
        cluster.send(self, say.to(), () -> cluster.node(say.to()).tell(said));
      } else if (effect instanceof CoordinatorEffect.Conclude conclude) {
        concluded(conclude);
      } else if (effect instanceof CoordinatorEffect.ConcludeRead read) {
        cluster.oracle.read(read.readIndex(), taken(reads.remove(read.token())));
      } else if (effect instanceof CoordinatorEffect.RefuseRead read) {
        taken(reads.remove(read.token()));
      } else if (effect instanceof CoordinatorEffect.TellWatermark told) {
        local(() -> replica.watermark(told.ballot(), told.chosenUpTo()));
      } else if (effect instanceof CoordinatorEffect.CatchUp catchUp) {
        local(() -> replica.wanted(catchUp.upTo()));
      } else if (effect instanceof CoordinatorEffect.TrimUpTo trim) {
        local(() -> accept(new AcceptorInput.TrimUpTo(trim.slot(), trim.atMost())));
      } else if (effect instanceof CoordinatorEffect.MembersAre members) {
        local(() -> accept(new AcceptorInput.MembersAre(members.voters())));
      } else if (effect instanceof CoordinatorEffect.ResignDone) {
        cluster.after(LOCAL, () -> stop(this));
      } else if (effect instanceof CoordinatorEffect.NoteDrift drift) {
        throw new InvariantViolation("DeterministicApply", drift.toString());
      }
    }

    private void concluded(CoordinatorEffect.Conclude conclude) {
      BatchEntry entry = taken(writes.remove(conclude.token()));
      if (conclude.outcome() instanceof Outcome.Committed committed) {
        InvariantViolation.check(!diskFailed, "StorageFailureIsNotRejection", "%s", committed);
        cluster.oracle.committed(entry, committed.slot(), committed.result());
      } else if (conclude.outcome() instanceof Outcome.Refused) {
        cluster.oracle.refused(entry);
      }
    }

    private <T> T taken(@Nullable T waiting) {
      if (waiting == null) {
        throw new InvariantViolation("Concluded", self + ": a token was concluded twice");
      }
      return waiting;
    }
  }
}
