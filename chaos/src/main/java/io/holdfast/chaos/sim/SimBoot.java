package io.holdfast.chaos.sim;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.InvariantViolation;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.MeshDirectory;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.NodeIdentity;
import io.holdfast.config.core.PeerLedger;
import io.holdfast.mesh.core.DoorCore;
import io.holdfast.mesh.core.DoorEffect;
import io.holdfast.mesh.core.DoorInput;
import io.holdfast.mesh.core.Envelope;
import io.holdfast.mesh.core.Envelope.Body;
import io.holdfast.mesh.core.Envelope.OfGroup;
import io.holdfast.sync.core.SnapshotHead;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A process: the door, and the group once the door has admitted this node. It does for the cores
 * what the node's actors do, and decides nothing.
 */
final class SimBoot {

  /** Thrown where a process is killed in the midst of a step; nothing after it happens. */
  private static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Killed() {
      super("killed", null, false, false);
    }
  }

  private static final long GREETING_INTERVAL = 250 * VirtualTime.MILLI;

  final SimNode node;
  final SimMesh mesh;
  final Tampering tampering;
  private final NodeIdentity identity;
  private final DoorCore door;
  private final Mailbox<DoorInput> toDoor;
  private @Nullable SimGroup group;

  /** What is to be flipped in the next slot that is executed. */
  private @Nullable ByteString flip;

  private boolean flipped;
  private Slot flippedAt = Slot.ZERO;
  private int killAfterEffects = -1;
  private long killDownNanos;
  private boolean ending;

  SimBoot(SimNode node) {
    this.node = node;
    this.mesh = node.mesh;
    SimDisk disk = node.disk();
    disk.receiving.crash();
    this.flipped = disk.flipped;
    disk.boots++;
    List<Long> earlier = List.copyOf(disk.nonces);
    long nonce = node.random.nextLong();
    disk.nonces.add(0, nonce);
    this.identity =
        new NodeIdentity(
            node.settings.mesh().id(),
            node.settings.node().id(),
            disk.incarnation,
            disk.boots,
            nonce,
            earlier);
    this.tampering = mesh.tampering.into(this);
    this.door =
        new DoorCore(node.settings, identity, tampering.ledgerAtStart(disk.ledger), "127.0.0.1:0");
    this.toDoor = new Mailbox<>(this, this::takeAtDoor);
  }

  MemberId self() {
    return identity.member();
  }

  @Nullable SimGroup group() {
    return group;
  }

  void begin() {
    mesh.note(node.name(), "starts, boot " + identity.bootCount());
    greet();
    if (node.settings.foundedGroups().isEmpty()) {
      hearOfDirectory();
    }
    if (node.foreign() && tampering.servesUnadmitted()) {
      takePart();
    }
  }

  private void greet() {
    toDoor.tell(new DoorInput.Tick());
    after(GREETING_INTERVAL, this::greet);
  }

  /** A node in no group learns from the directory that it may take part; no group holds it here. */
  private void hearOfDirectory() {
    MeshDirectory known = mesh.directory();
    if (known.lists(self())) {
      toDoor.tell(new DoorInput.Learned(known));
    }
    if (!node.disk().ledger.directory().lists(self())) {
      after(GREETING_INTERVAL, this::hearOfDirectory); // the door may have been saving
    }
  }

  // ---- Time within this process

  boolean alive() {
    return node.boot() == this;
  }

  /** How long a message between two actors of this node takes. */
  long hop() {
    // Mostly at once; now and then the machine has something else to do.
    return VirtualTime.MICRO
        * (mesh.local.nextInt(400) == 0 && !mesh.sound()
            ? mesh.local.nextInt(60_000)
            : 5 + mesh.local.nextInt(60));
  }

  /** How many messages an actor takes before another one's turn comes. */
  int few() {
    return 1 + mesh.local.nextInt(8);
  }

  /** Runs {@code action} in this process later, unless it is gone by then. */
  void after(long delay, Runnable action) {
    mesh.time.after(delay, () -> run(action));
  }

  /** Runs {@code action} in this process now, or when its pause is over, or never. */
  void run(Runnable action) {
    if (!alive()) {
      return;
    }
    long wait = node.pausedUntil() - mesh.time.now();
    if (wait > 0) {
      mesh.time.after(wait, () -> run(action));
      return;
    }
    try {
      action.run();
    } catch (Killed killed) {
      node.crash("between two effects", killDownNanos);
    }
  }

  /** Called before every effect that is carried out. */
  void beforeEffect() {
    if (killAfterEffects >= 0 && killAfterEffects-- == 0) {
      throw new Killed();
    }
  }

  /** Called at every step at which it may be killed. */
  void reaches(CrashStep step) {
    OptionalInt downMillis = mesh.steps.reached(step);
    if (downMillis.isPresent()) {
      mesh.coverage.count(step.crash());
      killDownNanos = downMillis.getAsInt() * VirtualTime.MILLI;
      throw new Killed();
    }
  }

  // ---- Bits that flip

  void flipNext(ByteString salt) {
    flip = salt;
  }

  /** What enters the chain of hashes where results should. */
  List<ByteString> chained(List<ByteString> results) {
    ByteString salt = flip;
    if (salt == null) {
      return results;
    }
    flip = null;
    flipped = true;
    node.everFlipped();
    List<ByteString> other = new ArrayList<>(results);
    other.add(salt);
    return other;
  }

  boolean flipped() {
    return flipped || flip != null;
  }

  /** A slot was executed. */
  void executed(Slot slot) {
    if (flipped && flippedAt.equals(Slot.ZERO)) {
      flippedAt = slot;
    }
  }

  /** What was flushed is in the store. */
  void flushedUpTo(Slot slot) {
    if (flipped && !flippedAt.equals(Slot.ZERO) && flippedAt.isAtMost(slot)) {
      node.disk().flipped = true;
    }
  }

  /** A snapshot is received: what the node does about it, in the order of the node's. */
  void install(SnapshotHead head) {
    after(
        node.flushNanos(),
        () -> {
          reaches(CrashStep.INSTALL);
          node.install(head);
        });
  }

  void killAfter(int effects, long downNanos) {
    killAfterEffects = effects;
    killDownNanos = downNanos;
  }

  /** The process is gone: what was under way on its disk may be there or not. */
  void lost() {
    if (group != null) {
      group.lost();
    }
  }

  /** The disk failed, or a peer will not have it: it says its last words and ends. */
  void end(String why, long downNanos) {
    if (!ending) {
      ending = true;
      node.endSoon(this, why, downNanos);
    }
  }

  boolean ending() {
    return ending;
  }

  /** A storage failure somewhere in this process. */
  void storageFailed() {
    mesh.coverage.count("disk_failures");
    mesh.note(node.name(), "its disk fails");
    if (group != null) {
      group.localWriteFailed();
    }
    if (!tampering.survivesFailedWrites()) {
      end("its disk failed", node.random.nextLong(4 * VirtualTime.SECOND));
    }
  }

  // ---- Peers

  void send(NodeId to, Body body) {
    SimNode target = mesh.node(to.value());
    Envelope envelope = mesh.encoding.sent(new Envelope(self(), identity.bootNonce(), body));
    mesh.network.send(node.index, target.index, new Delivery(target, envelope));
  }

  /** A message on its way. A second copy of it comes on the connection of the first, or not. */
  private final class Delivery implements Runnable {

    private final SimNode target;
    private final Envelope envelope;
    private @Nullable SimBoot receiver;

    Delivery(SimNode target, Envelope envelope) {
      this.target = target;
      this.envelope = envelope;
    }

    @Override
    public void run() {
      if (receiver == null || receiver == target.boot()) {
        receiver = target.boot();
        target.deliver(node, envelope);
      }
    }
  }

  void arrived(SimNode sender, Envelope envelope) {
    if (mesh.trace.on()) {
      mesh.note(node.name(), "<- " + sender + " " + Words.of(envelope));
    }
    MemberId taken = tampering.takenFor(envelope.from());
    if (taken != null && envelope.body() instanceof OfGroup body && group != null) {
      passOn(taken, envelope.from(), body);
      return;
    }
    takeAtDoor(tampering.toDoor(new DoorInput.Said(envelope)));
  }

  private void takeAtDoor(DoorInput input) {
    for (DoorEffect effect : door.on(input)) {
      beforeEffect();
      carryOut(effect);
    }
  }

  private void carryOut(DoorEffect effect) {
    if (effect instanceof DoorEffect.PassOn heard) {
      passOn(heard.from(), heard.from(), heard.body());
    } else if (effect instanceof DoorEffect.Send send) {
      send(send.to(), send.body());
    } else if (effect instanceof DoorEffect.SendTo send) {
      send(send.to(), send.body()); // nodes stay where they are
    } else if (effect instanceof DoorEffect.Save save) {
      after(node.writeNanos(), () -> saved(save.ledger()));
    } else if (effect instanceof DoorEffect.MarkRefused) {
      after(node.writeNanos(), () -> toDoor.tell(new DoorInput.Marked()));
    } else if (effect instanceof DoorEffect.Admitted admitted) {
      after(node.writeNanos(), () -> serve(admitted.founders()));
    } else if (effect instanceof DoorEffect.Refused refused) {
      refused(refused);
    }
  }

  private void passOn(MemberId claimed, MemberId actual, OfGroup body) {
    SimGroup running = group;
    if (running != null) {
      mesh.observers().forEach(observer -> observer.heard(node, claimed, actual));
      running.heard(claimed, body);
    }
  }

  private void saved(PeerLedger ledger) {
    PeerLedger before = node.disk().ledger;
    node.disk().ledger = ledger;
    mesh.observers().forEach(observer -> observer.ledgerSaved(node, before, ledger));
    toDoor.tell(new DoorInput.Saved(ledger));
  }

  private void serve(List<MemberId> founders) {
    InvariantViolation.check(
        !node.foreign(), "MembersOnly", "%s is admitted with an emptied directory", self());
    mesh.note(node.name(), "takes part, founders " + founders);
    takePart();
  }

  private void takePart() {
    group = new SimGroup(this);
    toDoor.tell(new DoorInput.Serve(Set.of(SimSettings.GROUP)));
    group.begin();
  }

  private void refused(DoorEffect.Refused refused) {
    mesh.coverage.count("refused");
    mesh.note(node.name(), "refused by " + refused.by() + ": " + refused.code());
    InvariantViolation.check(
        node.foreign(),
        "MembersOnly",
        "%s is refused by %s: %s",
        self(),
        refused.by(),
        refused.reason());
    // Whoever runs it finds out, and starts it again all the same.
    end("refused", 500 * VirtualTime.MILLI);
  }

  /** For clients: whether requests are taken. */
  Optional<SimGroup> serving() {
    return alive() && !ending ? Optional.ofNullable(group) : Optional.empty();
  }
}
