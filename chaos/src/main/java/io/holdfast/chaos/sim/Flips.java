package io.holdfast.chaos.sim;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import io.holdfast.sync.core.SnapshotHead;
import io.holdfast.sync.store.InMemoryReplicaStore;
import io.holdfast.sync.store.InMemorySnapshotWriting;
import io.holdfast.sync.store.SnapshotReading;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Flips bits of what replicas hold, and repairs what the rule cannot. */
final class Flips {

  private static final long TRY_AGAIN = 500 * VirtualTime.MILLI;

  private final SimMesh mesh;
  private final ChosenLog chosen;

  Flips(SimMesh mesh, ChosenLog chosen) {
    this.mesh = mesh;
    this.chosen = chosen;
  }

  /** Only while all are well: who is given a state by another must not be given a flipped one. */
  private boolean allAreWell() {
    return mesh.nodes.stream()
        .noneMatch(node -> node.flipped() || node.disk().diverged.isPresent());
  }

  void some(Fault.FlipBits fault) {
    int most = (chosen.newest().n() - 1) / 2;
    if (!allAreWell()) {
      return;
    }
    for (int index : fault.nodes().subList(0, Math.min(most, fault.nodes().size()))) {
      SimNode node = mesh.nodes.get(index);
      ByteString salt = salt(fault.alike() ? "alike" : "bit of n" + index);
      if (fault.atRest() && node.disk().store.header().applied().isAfter(Slot.ZERO)) {
        mesh.coverage.count("flips_at_rest");
        atRest(node, salt, fault.downMillis());
      } else {
        mesh.coverage.count("flips");
        node.flipNext(salt);
      }
    }
  }

  void most(Fault.FlipMost fault) {
    if (!allAreWell()) {
      return;
    }
    mesh.coverage.count("flips_of_most");
    List<MemberId> voters = new ArrayList<>(chosen.newest().members());
    Collections.shuffle(voters, new Random(fault.draw()));
    int wrong = (voters.size() - 1) / 2 + 1;
    for (MemberId voter : voters.subList(0, wrong)) {
      mesh.node(voter.node().value()).flipNext(salt("bit of " + voter));
    }
    mesh.time.after(fault.repairMillis() * VirtualTime.MILLI, this::repair);
  }

  private static ByteString salt(String of) {
    return ByteString.copyFromUtf8(of);
  }

  private void atRest(SimNode node, ByteString salt, int downMillis) {
    node.crash("a bit of its store flips", downMillis * VirtualTime.MILLI);
    InMemoryReplicaStore store = node.disk().store;
    store.replaceChainHash(Digest.of(store.header().chainHash().bytes(), salt));
    node.disk().flipped = true;
    node.everFlipped();
  }

  /** An operator gives all that differ the store of one that is right. */
  private void repair() {
    for (SimNode node : mesh.nodes) {
      if (node.flipped() && !repaired(node)) {
        mesh.time.after(TRY_AGAIN, this::repair);
        return;
      }
    }
  }

  private boolean repaired(SimNode node) {
    Optional<InMemoryReplicaStore> right =
        mesh.nodes.stream()
            .filter(other -> !other.flipped() && other.disk().diverged.isEmpty())
            .map(other -> other.disk().store)
            .filter(
                store -> node.disk().store.header().applied().isAtMost(store.header().applied()))
            .findFirst();
    right.ifPresent(
        store -> {
          mesh.coverage.count("repairs");
          InMemorySnapshotWriting writing = copied(store);
          SnapshotHead head = writing.finish();
          node.repair(head, writing.received().orElseThrow());
        });
    return right.isPresent();
  }

  private InMemorySnapshotWriting copied(InMemoryReplicaStore store) {
    InMemorySnapshotWriting writing = new InMemorySnapshotWriting(mesh.scenario.terms());
    try (SnapshotReading reading = store.snapshot(0, SimDisk.CHUNK_BYTES)) {
      for (Optional<ByteString> chunk = reading.next(); chunk.isPresent(); chunk = reading.next()) {
        writing.take(chunk.get());
      }
    }
    return writing;
  }
}
