package io.holdfast.chaos.power;

import io.holdfast.acceptor.actor.AcceptorActor;
import io.holdfast.acceptor.core.AcceptorInput;
import io.holdfast.acceptor.core.AcceptorReply.AcceptedPair;
import io.holdfast.acceptor.core.Batch;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.KnownPeer;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.PeerLedger;
import io.holdfast.config.store.DataDirectoryException;
import io.holdfast.sync.actor.CacheOwner;
import io.holdfast.sync.actor.CacheOwnerStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * What one boot of a machine is asked for: writes, from one at a time to many at once, rivals'
 * ballots, gaps, trims, compaction, reclaiming, reads of the log, and news of peers. It ends when
 * the power goes, or after some steps.
 */
final class Workload {

  private static final int KEPT_REVISIONS = 60;
  private static final int READ_BYTES = 64 << 10;

  private final MachineBoot boot;
  private final Acknowledged acknowledged;
  private final SplittableRandom random;
  private final Leader leader;
  private final Commands commands;
  private final int settleEvery;
  private final List<Finding> findings = new ArrayList<>();

  Workload(MachineBoot boot, Acknowledged acknowledged, SplittableRandom random, Leader leader) {
    this.boot = boot;
    this.acknowledged = acknowledged;
    this.random = random;
    this.leader = leader;
    this.commands = new Commands(random.split(), random.nextInt(8) == 0);
    this.settleEvery = 1 << random.nextInt(5);
  }

  /** What was seen to be wrong on the way. */
  List<Finding> findings() {
    return List.copyOf(findings);
  }

  /**
   * Goes on for a number of steps, and waits for what was asked.
   *
   * @throws PowerCut when the power goes before
   */
  void run(int steps) throws PowerCut, NodeStopped, InterruptedException {
    findings.addAll(leader.lead(someMember()));
    for (int step = 0; step < steps; step++) {
      one();
      if (random.nextInt(settleEvery) == 0) {
        leader.settle();
      }
    }
    leader.settle();
    if (random.nextBoolean()) {
      leader.promise(someMember());
    }
  }

  private MemberId someMember() {
    return MachineSettings.MEMBERS.get(random.nextInt(MachineSettings.MEMBERS.size()));
  }

  private void one() throws PowerCut, NodeStopped, InterruptedException {
    switch (random.nextInt(40)) {
      case 0, 1, 2 -> leader.promise(someMember());
      case 3 -> findings.addAll(leader.lead(someMember()));
      case 4 -> saveLedger();
      case 5 -> trim();
      case 6 -> compact();
      case 7 -> boot.await(boot.reclaim(), "reclaiming");
      case 8 -> readLog();
      case 9 -> propose(false);
      default -> propose(true);
    }
  }

  private void propose(boolean here) throws PowerCut, NodeStopped, InterruptedException {
    if (!leader.leads()) {
      findings.addAll(leader.lead(someMember()));
    }
    leader.takeAnswers();
    Optional<Batch> batch = leader.admit(commands.some());
    if (batch.isEmpty()) {
      // Too many are on their way: the horizon of the plans.
      leader.settle();
    } else if (here) {
      leader.propose(batch.get());
    } else {
      leader.proposeElsewhere(batch.get());
    }
  }

  private void compact() throws PowerCut, NodeStopped, InterruptedException {
    if (!leader.leads()) {
      return;
    }
    CompletableFuture<CacheOwnerStatus> status = new CompletableFuture<>();
    boot.tellReplica(new CacheOwner.Observe(status));
    long revision = boot.await(status, "the replica's status").state().revision();
    if (revision > KEPT_REVISIONS) {
      Optional<Batch> batch =
          leader.admit(List.of(commands.compact(revision - random.nextInt(KEPT_REVISIONS))));
      if (batch.isPresent()) {
        leader.propose(batch.get());
      }
    }
  }

  /** As far as the store holds all; in a mesh, the stores of all members do. */
  private void trim() {
    long upTo = Math.max(0, acknowledged.flushed() - random.nextInt(40));
    acknowledged.asksToTrim(upTo);
    boot.tell(new AcceptorInput.TrimUpTo(new Slot(upTo)));
  }

  /** Some peer was greeted at a later boot. */
  private void saveLedger() throws PowerCut, NodeStopped {
    PeerLedger ledger = boot.directory().ledger();
    TreeMap<NodeId, KnownPeer> peers = new TreeMap<>(ledger.peers());
    MemberId peer = MachineSettings.MEMBERS.get(1 + random.nextInt(2));
    KnownPeer known = peers.get(peer.node());
    peers.put(
        peer.node(),
        new KnownPeer(
            peer.incarnation(), known == null ? 1 : known.bootCount() + 1, random.nextLong()));
    PeerLedger more =
        new PeerLedger(peers, ledger.acknowledged(), ledger.admitted(), ledger.founders());
    try {
      boot.directory().saveLedger(more);
    } catch (DataDirectoryException e) {
      throw boot.stopped("saving the ledger", e);
    }
    acknowledged.saved(more);
  }

  /** Old batches are what was chosen. */
  private void readLog() throws PowerCut, NodeStopped, InterruptedException {
    long first = boot.promises().trimmedTo().number() + 1;
    long from = first + random.nextLong(Math.max(1, boot.learned().reached() - first + 1));
    CompletableFuture<List<AcceptedPair>> read = new CompletableFuture<>();
    boot.tellAcceptor(new AcceptorActor.ReadLog(new Slot(from), READ_BYTES, read::complete));
    for (AcceptedPair pair : boot.await(read, "reading the log from slot " + from)) {
      long slot = pair.slot().number();
      if (!acknowledged.asked(slot, pair.ballot()).equals(Optional.of(pair.batch()))) {
        findings.add(Finding.damaged("slot %d is read as %s".formatted(slot, pair.batch())));
      }
    }
  }
}
