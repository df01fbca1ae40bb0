package io.holdfast.chaos.sim;

import com.google.protobuf.ByteString;
import io.holdfast.config.core.HoldfastSettings;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.Now;
import io.holdfast.mesh.core.Envelope;
import io.holdfast.sync.core.ReplicaCore;
import io.holdfast.sync.core.SnapshotHead;
import io.holdfast.sync.store.InMemoryReplicaStore;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** A machine: its disk and clocks outlive the processes that run on it one after the other. */
final class SimNode {

  private static final long GOING_DOWN = 300 * VirtualTime.MILLI;

  final SimMesh mesh;
  final int index;
  final HoldfastSettings settings;
  final SplittableRandom random;

  private final SimClock clock;
  private final SimDisk ownDisk;
  private SimDisk disk;
  private @Nullable SimBoot boot;
  private long pausedUntil;
  private long diskStalledUntil;
  private boolean drifting;
  private boolean everDrifted;
  private int downs;
  private boolean everFlipped;

  SimNode(SimMesh mesh, int index, SplittableRandom random) {
    this.mesh = mesh;
    this.index = index;
    this.random = random;
    this.settings = SimSettings.of(index, mesh.scenario);
    // Monotonic clocks start anywhere; some overflow during the run.
    long start =
        random.nextInt(4) == 0 ? Long.MAX_VALUE - 20 * VirtualTime.SECOND : random.nextLong();
    this.clock = new SimClock(start, random.nextLong(-500, 500));
    this.ownDisk = new SimDisk(1 + random.nextLong(1L << 40), mesh.scenario.terms());
    this.disk = ownDisk;
  }

  /** The member that this node is, unless its directory was emptied. */
  MemberId self() {
    return new MemberId(settings.node().id(), ownDisk.incarnation);
  }

  /** Who runs here now: another one than {@link #self()} on a directory that is not its own. */
  MemberId runsAs() {
    return new MemberId(settings.node().id(), disk.incarnation);
  }

  String name() {
    return settings.node().id().value();
  }

  SimDisk disk() {
    return disk;
  }

  Now now() {
    return clock.at(mesh.time.now());
  }

  SimClock clock() {
    return clock;
  }

  @Nullable SimBoot boot() {
    return boot;
  }

  /** The group's cores, while they run. */
  @Nullable SimGroup group() {
    SimBoot running = boot;
    return running == null ? null : running.group();
  }

  void start() {
    if (boot == null) {
      SimBoot started = new SimBoot(this);
      boot = started;
      started.begin();
    }
  }

  /** The process is gone, at once. */
  void kill(String why) {
    SimBoot killed = boot;
    if (killed != null) {
      mesh.note(name(), "killed: " + why);
      boot = null;
      pausedUntil = 0;
      killed.lost();
      mesh.observers().forEach(observer -> observer.ended(this));
    }
  }

  /** Kills it and starts it again later. */
  void crash(String why, long downNanos) {
    mesh.coverage.count(Coverage.CRASHES);
    kill(why);
    startAfter(downNanos);
  }

  void startAfter(long downNanos) {
    int down = ++downs;
    mesh.time.after(
        downNanos,
        () -> {
          // The latest word counts: a later fault has its own idea of when it starts again.
          if (down == downs) {
            start();
          }
        });
  }

  /** The process stops by itself, a little later: what it still says leaves. */
  void endSoon(SimBoot ending, String why, long downNanos) {
    ending.after(
        GOING_DOWN,
        () -> {
          kill(why);
          startAfter(downNanos);
        });
  }

  /** Something came over the network. */
  void deliver(SimNode sender, Envelope envelope) {
    SimBoot running = boot;
    if (running != null) {
      running.run(() -> running.arrived(sender, envelope));
    }
  }

  void pause(long nanos) {
    if (boot != null) {
      pausedUntil = mesh.time.now() + nanos;
    }
  }

  /** Until when nothing runs here; in the past unless it is paused. */
  long pausedUntil() {
    return pausedUntil;
  }

  void stallDisk(long nanos) {
    diskStalledUntil = mesh.time.now() + nanos;
  }

  /** How long a write takes that begins now. */
  long writeNanos() {
    long stalled = Math.max(0, diskStalledUntil - mesh.time.now());
    int most = mesh.sound() ? 1_000 : mesh.scenario.writeMicros();
    return stalled + VirtualTime.MICRO * (50 + random.nextInt(most));
  }

  /** How long a flush takes that begins now. */
  long flushNanos() {
    long stalled = Math.max(0, diskStalledUntil - mesh.time.now());
    int most = mesh.sound() ? 5 : mesh.scenario.flushMillis();
    return stalled + VirtualTime.MILLI * (1 + random.nextInt(most));
  }

  /** How long a read of the store takes that begins now. */
  long readNanos() {
    int most = mesh.sound() ? 2_000 : 1_000 * mesh.scenario.flushMillis() / 4 + 1;
    return VirtualTime.MICRO * (20 + random.nextInt(most));
  }

  void drift(boolean begins) {
    drifting = begins;
    everDrifted |= begins;
  }

  boolean drifting() {
    return drifting;
  }

  /** Whether it says, while it drifts, that its log differs; its state, otherwise. */
  boolean driftsInDigest() {
    return index % 2 == 0;
  }

  /** Whether its peers may hold against it what it once said of its log. */
  boolean everDriftedInDigest() {
    return everDrifted && driftsInDigest();
  }

  /**
   * The process ends, what it has received takes the place of its store, and it starts again. In a
   * node only the group's actors do: what is left of a process is not more than of a crashed one.
   */
  void install(SnapshotHead head) {
    InMemoryReplicaStore received =
        disk.receiving.received().orElseThrow(() -> new IllegalStateException("nothing received"));
    kill("to install a snapshot of slot " + head.slot());
    mesh.coverage.count(Coverage.INSTALLS);
    putInPlace(head, received);
  }

  private void putInPlace(SnapshotHead head, InMemoryReplicaStore received) {
    disk.install(received);
    ReplicaCore core =
        ReplicaCore.restore(self(), List.of(), mesh.scenario.replica(), received.load());
    mesh.observers()
        .forEach(
            observer ->
                observer.installed(
                    this,
                    head,
                    core.state(),
                    core.inspection(),
                    SimReplica.records(core, received)));
    startAfter(random.nextInt(200) * VirtualTime.MILLI);
  }

  // ---- Bits that flip

  /** A bit of what the running process executes next is flipped. */
  void flipNext(ByteString salt) {
    SimBoot running = boot;
    if (running != null) {
      running.flipNext(salt);
    }
  }

  /** Whether what it holds, or what is on its disk, is not what the log means. */
  boolean flipped() {
    SimBoot running = boot;
    return disk.flipped || (running != null && running.flipped());
  }

  void everFlipped() {
    everFlipped = true;
  }

  /** Whether its peers may have found it to differ. */
  boolean mayDiffer() {
    return everDrifted || everFlipped;
  }

  /** Its process ends, somebody gives it another store, and it starts again. */
  void repair(SnapshotHead head, InMemoryReplicaStore other) {
    kill("its store is repaired");
    putInPlace(head, other);
  }

  /** Starts on an empty directory. */
  void emptyDirectory() {
    kill("its directory is emptied");
    disk = new SimDisk(1 + random.nextLong(1L << 40), mesh.scenario.terms());
    start();
  }

  /** Whether it runs on a directory that is not its own. */
  boolean foreign() {
    return disk != ownDisk;
  }

  /** Starts on its own directory again. */
  void restoreDirectory() {
    if (foreign()) {
      kill("its directory is restored");
      disk = ownDisk;
      start();
    }
  }

  /** Ends all trouble of this machine. */
  void heal() {
    pausedUntil = 0;
    diskStalledUntil = 0;
    drifting = false;
    clock.runAt(1, mesh.time.now());
    clock.setRight();
    downs++;
    restoreDirectory();
    SimBoot running = boot;
    if (running != null && running.ending()) {
      // Its next one would start in a while; now it starts at once.
      kill("it was ending");
    }
    start();
  }

  @Override
  public String toString() {
    return name();
  }
}
