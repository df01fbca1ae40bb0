package io.holdfast.chaos.sim;

import com.google.protobuf.ByteString;
import io.holdfast.config.core.MemberId;
import io.holdfast.quorum.core.BatchEntry.CommandEntry;
import io.holdfast.quorum.core.BatchEntry.ConfigurationEntry;
import io.holdfast.quorum.core.CoordinatorEffect.Role;
import io.holdfast.quorum.core.MembershipChange;
import io.holdfast.quorum.core.MembershipCodec;
import io.holdfast.quorum.core.ProposedChange;
import io.holdfast.sync.core.Command;
import io.holdfast.sync.core.CommandCodec;
import io.holdfast.sync.core.WriteCommand;
import io.holdfast.sync.core.WriteId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.UUID;

/** Makes faults happen to a mesh. */
final class Nemesis {

  /** A mesh does not shrink below this. */
  private static final int FEWEST_MEMBERS = 3;

  private static final long SEALS_AGAIN = VirtualTime.SECOND;

  private final SimMesh mesh;
  private final ChosenLog chosen;

  Nemesis(SimMesh mesh, ChosenLog chosen) {
    this.mesh = mesh;
    this.chosen = chosen;
  }

  void schedule(List<TimedFault> faults) {
    for (TimedFault fault : faults) {
      mesh.time.after(fault.atNanos(), () -> strike(fault.fault()));
    }
  }

  private void strike(Fault fault) {
    if (mesh.sound()) {
      return;
    }
    mesh.coverage.count("faults");
    if (mesh.trace.on()) {
      mesh.note("***", fault.toString());
    }
    if (fault instanceof Fault.Crash crash) {
      crash.nodes().forEach(index -> node(index).crash("a fault", nanos(crash.downMillis())));
    } else if (fault instanceof Fault.CrashAtEffect crash) {
      SimBoot boot = node(crash.node()).boot();
      if (boot != null) {
        boot.killAfter(crash.effects(), nanos(crash.downMillis()));
      }
    } else if (fault instanceof Fault.CrashAtStep crash) {
      mesh.steps.arm(crash);
    } else if (fault instanceof Fault.Pause pause) {
      mesh.coverage.count("pauses");
      node(pause.node()).pause(nanos(pause.millis()));
    } else if (fault instanceof Fault.Resign resign) {
      SimGroup group = node(resign.node()).group();
      if (group != null) {
        group.resign();
      }
    } else if (fault instanceof Fault.Cut cut) {
      cut(cut);
    } else if (fault instanceof Fault.Storm storm) {
      mesh.coverage.count("storms");
      mesh.network.storm(storm.weather());
      mesh.time.after(nanos(storm.millis()), mesh.network::calm);
    } else {
      strikeMachine(fault);
    }
  }

  private void strikeMachine(Fault fault) {
    if (fault instanceof Fault.DiskStall stall) {
      mesh.coverage.count("disk_stalls");
      node(stall.node()).stallDisk(nanos(stall.millis()));
    } else if (fault instanceof Fault.DiskFailure failure) {
      SimGroup group = node(failure.node()).group();
      if (group != null && failure.store()) {
        group.failNextFlush();
      } else if (group != null) {
        group.failNextWrite();
      }
    } else if (fault instanceof Fault.WallJump jump) {
      mesh.coverage.count("clock_jumps");
      node(jump.node()).clock().jump(jump.millis());
    } else if (fault instanceof Fault.ClockRate rate) {
      mesh.coverage.count("clock_rates");
      node(rate.node()).clock().runAt(rate.rate(), mesh.time.now());
    } else if (fault instanceof Fault.EmptiedDirectory emptied) {
      empty(node(emptied.node()), emptied.millis());
    } else if (fault instanceof Fault.Drift drift) {
      SimNode node = node(drift.node());
      node.drift(true);
      mesh.time.after(nanos(drift.millis()), () -> node.drift(false));
    } else if (fault instanceof Fault.FlipBits flip) {
      new Flips(mesh, chosen).some(flip);
    } else if (fault instanceof Fault.FlipMost flip) {
      new Flips(mesh, chosen).most(flip);
    } else if (fault instanceof Fault.Reconfigure reconfigure) {
      reconfigure(new SplittableRandom(reconfigure.draw()));
    } else if (fault instanceof Fault.HandOver over) {
      leader().ifPresent(leader -> leader.handOver(node(over.node()).self()));
    } else if (fault instanceof Fault.Seal seal) {
      seal(new SplittableRandom(seal.draw()));
    } else if (fault instanceof Fault.ChangeMembers change) {
      leader()
          .ifPresent(
              leader ->
                  new MembershipOperator(mesh, chosen, new SplittableRandom(change.draw()))
                      .ask(leader));
    }
  }

  /** Only a directory that all peers know is missed by them. */
  private void empty(SimNode node, int millis) {
    if (mesh.nodes.stream().allMatch(peer -> peer.disk().ledger.admitted())) {
      mesh.coverage.count("emptied_directories");
      node.emptyDirectory();
      mesh.time.after(nanos(millis), node::restoreDirectory);
    }
  }

  private void cut(Fault.Cut cut) {
    mesh.coverage.count(Coverage.PARTITIONS);
    mesh.coverage.count("partition_" + cut.shape().split(" ", 2)[0].toLowerCase(Locale.ROOT));
    mesh.network.cut(cut.links());
    mesh.time.after(
        nanos(cut.millis()),
        () -> {
          if (!mesh.sound()) {
            mesh.network.mend(cut.links());
          }
        });
  }

  /** One change at a time: another w, or one member less. */
  private void reconfigure(SplittableRandom random) {
    Optional<SimGroup> leader = leader();
    if (leader.isEmpty() || !chosen.settled()) {
      return;
    }
    List<MemberId> members = List.copyOf(chosen.newest().members());
    int n = members.size();
    MembershipChange change;
    if (n > FEWEST_MEMBERS && random.nextInt(4) == 0) {
      OptionalInt w = OptionalInt.of(1 + random.nextInt(n - 1));
      change = new MembershipChange.Remove(members.get(random.nextInt(n)), w);
    } else {
      int w = 1 + random.nextInt(n);
      int least = n - w + 1;
      change = new MembershipChange.SetQuorums(w, least + random.nextInt(n - least + 1));
    }
    mesh.note("***", "proposes " + change);
    long basis = chosen.membership(chosen.contiguous()).number();
    leader
        .get()
        .propose(new ConfigurationEntry(MembershipCodec.encode(new ProposedChange(change, basis))));
  }

  /** Asks whoever leads until it is done: a leader may be lost with what it was asked. */
  private void seal(SplittableRandom random) {
    if (mesh.sound() || chosen.sealedIn().isPresent()) {
      return;
    }
    leader()
        .ifPresent(
            leader -> {
              mesh.note("***", "asks for a seal");
              leader.change(new MembershipChange.Seal());
              leader.propose(new CommandEntry(fencing(random)));
            });
    mesh.time.after(SEALS_AGAIN, () -> seal(random));
  }

  /** A command that leaves a trace wherever it is executed, and that no client waits for. */
  private ByteString fencing(SplittableRandom random) {
    long millis = SimClock.EPOCH_MILLIS + mesh.time.now() / VirtualTime.MILLI;
    WriteId id = WriteId.of(millis, new UUID(random.nextLong(), random.nextLong()));
    return CommandCodec.encode(WriteCommand.of(id, new Command.Resolve()));
  }

  private Optional<SimGroup> leader() {
    for (SimNode node : mesh.nodes) {
      SimGroup group = node.group();
      if (group != null && group.role() == Role.LEADING) {
        return Optional.of(group);
      }
    }
    return Optional.empty();
  }

  private SimNode node(int index) {
    return mesh.nodes.get(index);
  }

  private static long nanos(int millis) {
    return millis * VirtualTime.MILLI;
  }
}
