package io.holdfast.mesh.metrics;

import io.holdfast.acceptor.core.AcceptorReply;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.quorum.core.AckReport;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * What is measured of a group on this node, through all its runs. For any thread, and cheap: the
 * registries read it when they are asked, nobody else waits for them.
 */
public final class GroupMeters {

  /** Parts of a group that drop messages. */
  public enum Part {
    COORDINATOR("coordinator"),
    ACCEPTOR("acceptor"),
    SERVICE("service");

    private final String code;

    Part(String code) {
      this.code = code;
    }

    String code() {
      return code;
    }
  }

  /** Slots under way are few; a lost one is not measured. */
  private static final int SLOTS = 256;

  private static final int FORWARDED = 4096;

  private final GroupId group;
  private final QuorumMeters quorum;
  private final EnumTable<WriteStep, FixedHistogram> writeSteps =
      new EnumTable<>(WriteStep.class, FixedHistogram::ofLatency);
  private final EnumTable<ReadStep, FixedHistogram> readSteps =
      new EnumTable<>(ReadStep.class, FixedHistogram::ofLatency);
  private final EnumTable<OutcomeCode, LongAdder> outcomes =
      new EnumTable<>(OutcomeCode.class, LongAdder::new);
  private final EnumTable<AcceptorAnswer, LongAdder> answers =
      new EnumTable<>(AcceptorAnswer.class, LongAdder::new);
  private final EnumTable<Part, LongAdder> dropped = new EnumTable<>(Part.class, LongAdder::new);
  private final FixedHistogram batchCommands = FixedHistogram.ofCommands();
  private final FixedHistogram batchBytes = FixedHistogram.ofBytes();
  private final LongAdder leaderChanges = new LongAdder();
  private final LongAdder violations = new LongAdder();
  private final LongAdder catchUpReceived = new LongAdder();
  private final LongAdder catchUpSent = new LongAdder();
  private final Map<NodeId, PeerMeters> peers = new ConcurrentHashMap<>();
  private final StampRing proposed = new StampRing(SLOTS);
  private final StampRing accepting = new StampRing(SLOTS);
  private final StampRing forwarded = new StampRing(FORWARDED);
  private volatile long chosenUpTo;
  private volatile int queuedCommands;
  private volatile long queuedBytes;
  private volatile int inFlight;
  private volatile Optional<NodeId> lastLeader = Optional.empty();

  GroupMeters(GroupId group, QuorumMeters quorum) {
    this.group = group;
    this.quorum = quorum;
  }

  /** What clients call it. */
  GroupId group() {
    return group;
  }

  /** What is measured of all groups of the node together. */
  public QuorumMeters quorum() {
    return quorum;
  }

  // ---- Requests

  /** A step of a write took so long. */
  public void took(WriteStep step, long nanos) {
    writeSteps.get(step).record(nanos);
  }

  /** A step of a read took so long. */
  public void took(ReadStep step, long nanos) {
    readSteps.get(step).record(nanos);
  }

  /** A write of a client of this node ended so. */
  public void ended(OutcomeCode code) {
    outcomes.get(code).increment();
  }

  /** A request was sent to the leader on another node. */
  public void forwarded(long token) {
    forwarded.put(token, System.nanoTime());
  }

  /** A write that was forwarded has come back. */
  public void writeCameBack(long token) {
    long since = forwarded.take(token);
    if (since != 0) {
      took(WriteStep.FORWARD, System.nanoTime() - since);
    }
  }

  /** A read that was forwarded has come back. */
  public void readCameBack(long token) {
    long since = forwarded.take(token);
    if (since != 0) {
      took(ReadStep.FORWARD, System.nanoTime() - since);
    }
  }

  // ---- The coordinator

  /**
   * A batch goes to this node's own acceptor: it is proposed.
   *
   * @param slot its slot
   * @param bytes its size
   */
  public void proposed(long slot, int bytes) {
    long now = System.nanoTime();
    if (slot > chosenUpTo) {
      proposed.put(slot, now);
    }
    accepting.put(slot, now);
    batchBytes.record(bytes);
  }

  /** Every slot up to here is known to be chosen, says this node's coordinator; on its thread. */
  public void chosen(long upTo) {
    long before = chosenUpTo;
    if (upTo <= before) {
      return;
    }
    chosenUpTo = upTo;
    long now = 0;
    for (long slot = Math.max(before + 1, upTo - SLOTS + 1); slot <= upTo; slot++) {
      long since = proposed.take(slot);
      if (since != 0) {
        now = now == 0 ? System.nanoTime() : now;
        took(WriteStep.QUORUM, now - since);
      }
    }
  }

  /** How much waits for a slot, and for how many writes callers wait. */
  public void load(int commandsQueued, long bytesQueued, int commandsInFlight) {
    queuedCommands = commandsQueued;
    queuedBytes = bytesQueued;
    inFlight = commandsInFlight;
  }

  /** The leader that this node hears, where it hears one. */
  public void leaderIs(Optional<NodeId> leader) {
    if (leader.isPresent() && !leader.equals(lastLeader)) {
      lastLeader = leader;
      leaderChanges.increment();
    }
  }

  /** What came of the acknowledgements of a slot. */
  public void acknowledged(AckReport acks) {
    for (AckReport.MemberAck ack : acks.members()) {
      if (ack.millis() >= 0) {
        peer(ack.node()).answeredAfter(ack.millis());
      }
    }
  }

  // ---- The acceptor

  /** Another member asks this node's acceptor to accept a batch. */
  public void acceptAsked(long slot) {
    accepting.put(slot, System.nanoTime());
  }

  /** A batch is accepted and on disk here. */
  public void persisted(long slot) {
    long since = accepting.take(slot);
    if (since != 0) {
      took(WriteStep.PERSIST, System.nanoTime() - since);
    }
  }

  /** This node's acceptor answers. */
  public void answered(AcceptorReply reply) {
    answers.get(AcceptorAnswer.of(reply)).increment();
    if (reply instanceof AcceptorReply.Rejected rejected) {
      accepting.forget(rejected.slot().number()); // another leader's may come much later
    } else if (reply instanceof AcceptorReply.AlreadyChosen chosen) {
      accepting.forget(chosen.slot().number());
    }
  }

  /** An acceptor found that an invariant does not hold. */
  public void violated() {
    violations.increment();
  }

  // ---- The replica

  /** A batch of so many commands was executed here. */
  public void executed(int commands) {
    batchCommands.record(commands);
  }

  /** So many bytes of batches came from a peer for which this node had asked. */
  public void caughtUp(long bytes) {
    catchUpReceived.add(bytes);
  }

  /** So many bytes of batches went to a peer that had asked for them. */
  public void helped(long bytes) {
    catchUpSent.add(bytes);
  }

  /** A message was dropped. */
  public void dropped(Part part) {
    dropped.get(part).increment();
  }

  /** What is measured of a member, this node included. */
  public PeerMeters peer(NodeId node) {
    return peers.computeIfAbsent(node, name -> new PeerMeters());
  }

  // ---- For those who show it

  FixedHistogram of(WriteStep step) {
    return writeSteps.get(step);
  }

  FixedHistogram of(ReadStep step) {
    return readSteps.get(step);
  }

  /** Writes of clients of this node that ended so. */
  public long endedSo(OutcomeCode code) {
    return outcomes.get(code).sum();
  }

  LongAdder answers(AcceptorAnswer answer) {
    return answers.get(answer);
  }

  LongAdder droppedBy(Part part) {
    return dropped.get(part);
  }

  FixedHistogram batchCommands() {
    return batchCommands;
  }

  FixedHistogram batchBytes() {
    return batchBytes;
  }

  LongAdder leaderChanges() {
    return leaderChanges;
  }

  LongAdder violations() {
    return violations;
  }

  LongAdder catchUpReceived() {
    return catchUpReceived;
  }

  LongAdder catchUpSent() {
    return catchUpSent;
  }

  int queuedCommands() {
    return queuedCommands;
  }

  long queuedBytes() {
    return queuedBytes;
  }

  int inFlight() {
    return inFlight;
  }

  Map<NodeId, PeerMeters> peers() {
    return peers;
  }

  /** These are the members: others may send a word still, and are forgotten. */
  void retain(Set<NodeId> members) {
    peers.keySet().retainAll(members);
  }
}
