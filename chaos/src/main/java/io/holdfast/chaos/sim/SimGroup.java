package io.holdfast.chaos.sim;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.AcceptorInput;
import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.control.Credentials;
import io.holdfast.mesh.core.Envelope.BetweenCoordinators;
import io.holdfast.mesh.core.Envelope.BetweenReplicas;
import io.holdfast.mesh.core.Envelope.Forward;
import io.holdfast.mesh.core.Envelope.ForwardedReadAnswer;
import io.holdfast.mesh.core.Envelope.ForwardedWriteAnswer;
import io.holdfast.mesh.core.Envelope.OfGroup;
import io.holdfast.mesh.core.Envelope.ToAcceptor;
import io.holdfast.mesh.core.Envelope.ToCoordinator;
import io.holdfast.mesh.core.RequestRouter;
import io.holdfast.mesh.core.RouterInput;
import io.holdfast.quorum.core.BatchEntry;
import io.holdfast.quorum.core.ConfigurationLog;
import io.holdfast.quorum.core.CoordinatorCore;
import io.holdfast.quorum.core.CoordinatorEffect.Role;
import io.holdfast.quorum.core.CoordinatorInput;
import io.holdfast.quorum.core.Membership;
import io.holdfast.quorum.core.MembershipChange;
import io.holdfast.sync.core.CacheRules;
import io.holdfast.sync.core.KeyRange;
import io.holdfast.sync.core.ReplicaCore;
import io.holdfast.sync.core.ReplicaEffect;
import io.holdfast.sync.core.ReplicaInput;
import io.holdfast.sync.core.RestoredState;
import io.holdfast.sync.core.SnapshotHead;
import io.holdfast.sync.core.VersionedValue;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * A group's cores in one process, wired as the node's actors wire them: each is told things through
 * a mailbox, and its effects are carried out in their order.
 */
final class SimGroup {

  private final SimBoot boot;
  private final SimMesh mesh;
  private final SimAcceptor acceptor;
  private final SimCoordinator coordinator;
  private final SimReplica replica;
  private final SimRouter router;
  private long nextToken = 1;

  /** Recovers from the disk of the process's node. */
  SimGroup(SimBoot boot) {
    this.boot = boot;
    this.mesh = boot.mesh;
    SimNode node = boot.node;
    SimDisk disk = node.disk();
    MemberId self = boot.self();
    Scenario scenario = mesh.scenario;
    Membership founded =
        Membership.founded(scenario.alpha(), boot.tampering.configuration(mesh.initial));
    RestoredState stored = boot.tampering.loaded(disk.store.load()).foundedBy(founded);
    Slot durable = stored.header().applied();
    Digest chainHash = stored.header().chainHash();
    ConfigurationLog configurations =
        new ConfigurationLog(stored.header().membership().orElse(founded));
    Set<MemberId> members = configurations.membersFrom(durable);

    acceptor = new SimAcceptor(this, boot, durable, configurations.votersFrom(durable));
    Ballot promised = acceptor.promised();
    mesh.observers().forEach(observer -> observer.recovered(node, promised, durable));
    coordinator =
        new SimCoordinator(
            this,
            boot,
            new CoordinatorCore(
                SimSettings.GROUP,
                self,
                configurations,
                scenario.timing(),
                scenario.limits(),
                new SplittableRandom(node.random.nextLong()),
                boot.tampering.promisedAtStart(promised),
                durable,
                chainHash,
                node.now()));
    CacheRules rules = boot.tampering.rules();
    ReplicaCore restored =
        ReplicaCore.restore(
            self,
            List.copyOf(members),
            scenario.replica(),
            stored,
            rules == CacheRules.PROTOCOL ? new FlippedResults(boot) : rules);
    mesh.observers()
        .forEach(observer -> observer.inspected(node, restored.state(), restored.inspection()));
    replica = new SimReplica(this, boot, restored);
    router =
        new SimRouter(
            this,
            boot,
            new RequestRouter(SimSettings.GROUP, self, scenario.router(), node.random.nextLong()));
  }

  void begin() {
    boot.node.disk().diverged.ifPresent(coordinator::startDiverged);
    acceptor.start();
    replica.start();
    tick();
  }

  private void tick() {
    coordinator.tick();
    replica.tick();
    router.tick();
    int interval = mesh.scenario.tickMillis();
    boot.after(VirtualTime.MILLI * (interval / 2 + mesh.local.nextInt(interval)), this::tick);
  }

  /** The process is gone. */
  void lost() {
    acceptor.lost();
    replica.lost();
    router.lost();
  }

  // ---- What others see and do

  Role role() {
    return coordinator.role();
  }

  ReplicaCore replica() {
    return replica.core();
  }

  /** All records, as the index and the store have them; whole once everything is flushed. */
  Map<ByteString, VersionedValue> heldRecords() {
    return replica.heldRecords();
  }

  boolean owesAnswers() {
    return coordinator.owesAnswers() || router.owesAnswers();
  }

  /** A token that was never used in this process. */
  long token() {
    return nextToken++;
  }

  /** A client of this node asks. */
  void ask(RouterInput.Asked asked, SimRouter.Caller caller) {
    router.ask(asked, caller);
  }

  /** A watcher of this node asks what comes next. */
  void watch(
      long fromPlace, KeyRange keys, Duration patience, Credentials shown, Doors.Watcher watcher) {
    replica.watch(fromPlace, keys, patience, shown, watcher);
  }

  /** The replica as it would come back from its disk. */
  ReplicaCore asStored() {
    return ReplicaCore.restore(
        boot.self(), List.of(), mesh.scenario.replica(), boot.node.disk().store.load());
  }

  /** Proposes what nobody waits for. */
  void propose(BatchEntry entry) {
    coordinator.propose(entry);
  }

  /** Asks for a change of membership, as an operator does. */
  void change(MembershipChange change) {
    coordinator.change(change);
  }

  /** Asks the leader to let another member lead. */
  void handOver(MemberId successor) {
    coordinator.tell(new CoordinatorInput.HandOver(successor));
  }

  void resign() {
    coordinator.resign();
  }

  void failNextWrite() {
    acceptor.failNextWrite();
  }

  void failNextFlush() {
    replica.failNextFlush();
  }

  /** The disk failed: callers are told so before the process ends. */
  void localWriteFailed() {
    tellCoordinator(new CoordinatorInput.LocalWriteFailed());
  }

  // ---- Messages

  void heard(MemberId from, OfGroup body) {
    if (body instanceof ToAcceptor message) {
      tellAcceptor(new AcceptorInput.Asked(from, message.request()));
    } else if (body instanceof ToCoordinator message) {
      tellCoordinator(new CoordinatorInput.Replied(from, message.reply()));
    } else if (body instanceof BetweenCoordinators message) {
      tellCoordinator(new CoordinatorInput.Said(from, message.message()));
    } else if (body instanceof BetweenReplicas message) {
      tellReplica(message.message().from(from));
    } else if (body instanceof Forward forward) {
      tellRouter(RouterInput.read(from, boot.tampering.forwarded(from, forward)));
    } else if (body instanceof ForwardedWriteAnswer answer) {
      tellRouter(new RouterInput.PeerAnsweredWrite(from, answer.token(), answer.answer()));
    } else if (body instanceof ForwardedReadAnswer answer) {
      tellRouter(new RouterInput.PeerAnsweredRead(from, answer.token(), answer.answer()));
    }
  }

  void tellAcceptor(AcceptorInput input) {
    acceptor.tell(input);
  }

  void tellCoordinator(CoordinatorInput input) {
    coordinator.tell(input);
  }

  void tellReplica(ReplicaInput input) {
    replica.tell(input);
  }

  void tellRouter(RouterInput input) {
    router.tell(input);
  }

  void watermark(Ballot ballot, Slot chosenUpTo) {
    tellReplica(new ReplicaInput.Watermark(ballot, chosenUpTo, ballot.proposer()));
  }

  /** The process ends; its store is replaced; it starts again. */
  void install(SnapshotHead head) {
    boot.install(head);
  }

  void readLog(ReplicaEffect.ReadLog read) {
    acceptor.readLog(read);
  }

  void submit(long ticket, BatchEntry entry) {
    coordinator.submit(ticket, entry);
  }

  void askReadIndex(long ticket) {
    coordinator.askReadIndex(ticket);
  }
}
