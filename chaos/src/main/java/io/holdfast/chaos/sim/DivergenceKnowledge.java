package io.holdfast.chaos.sim;

import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import io.holdfast.quorum.core.CoordinatorMessage.ChainHashAt;
import io.holdfast.quorum.core.QuorumPolicy;
import io.holdfast.sync.core.ReplicaEffect;
import io.holdfast.sync.core.StateHeader;
import io.holdfast.sync.core.StateInspection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which processes have been told, by a majority of the voters, of one chain hash that is not
 * theirs: whatever they made of it.
 */
final class DivergenceKnowledge implements Observer {

  /** What is told goes from one core to another, and what is under way ends. */
  private static final long TIME_TO_ACT = VirtualTime.SECOND;

  private record Told(Slot slot, Digest chainHash) {}

  /** Of one process. */
  private static final class Lifetime {
    final Map<Slot, Digest> own = new HashMap<>();
    final Map<Told, Set<MemberId>> told = new HashMap<>();
    long knowsSince = -1;
  }

  private final SimMesh mesh;
  private final ChosenLog chosen;
  private final Map<SimBoot, Lifetime> processes = new HashMap<>();

  DivergenceKnowledge(SimMesh mesh, ChosenLog chosen) {
    this.mesh = mesh;
    this.chosen = chosen;
  }

  /** Whether a process runs here that has known for long enough. */
  boolean hasHadTimeToAct(SimNode at) {
    Lifetime process = processes.get(at.boot());
    if (process == null || process.knowsSince < 0) {
      return false;
    }
    long since = Math.max(process.knowsSince, at.pausedUntil());
    return mesh.time.now() - since > TIME_TO_ACT;
  }

  private Lifetime at(@Nullable SimBoot boot) {
    return processes.computeIfAbsent(Objects.requireNonNull(boot), b -> new Lifetime());
  }

  @Override
  public void recovered(SimNode at, Ballot promised, Slot storeDurable) {
    if (at.disk().diverged.isPresent()) {
      at(at.boot()).knowsSince = mesh.time.now();
    }
  }

  @Override
  public void ended(SimNode at) {
    processes.keySet().removeIf(boot -> boot.node == at && boot != at.boot());
  }

  @Override
  public void inspected(SimNode at, StateHeader header, StateInspection held) {
    if (at.boot() != null) {
      at(at.boot()).own.put(header.applied(), header.chainHash());
    }
  }

  @Override
  public void applied(SimNode at, ReplicaEffect.Applied applied) {
    at(at.boot()).own.put(applied.slot(), applied.chainHash());
  }

  @Override
  public void chainHashTold(SimNode at, MemberId from, ChainHashAt answer) {
    Set<MemberId> voters = chosen.newest().members();
    if (answer.chainHash().isEmpty() || !voters.contains(from)) {
      return;
    }
    Lifetime process = at(at.boot());
    Told told = new Told(answer.slot(), answer.chainHash().get());
    Set<MemberId> same = process.told.computeIfAbsent(told, t -> new TreeSet<>());
    same.add(from);
    Digest own = process.own.get(answer.slot());
    if (process.knowsSince < 0
        && own != null
        && !own.equals(told.chainHash())
        && same.size() >= QuorumPolicy.majority(voters.size())) {
      process.knowsSince = mesh.time.now();
    }
  }
}
