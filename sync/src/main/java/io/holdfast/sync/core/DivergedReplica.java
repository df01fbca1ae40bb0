package io.holdfast.sync.core;

import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.Now;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a replica does once it is known to differ from a majority: it answers nobody and executes
 * nothing, and asks those who agree with each other for their state. It goes on serving its log:
 * what was chosen is not in doubt, only what came of it here.
 *
 * <p>The state that is asked for is one at its own slot or a later one: all that its journal has
 * given up is in that, too (StoreNotBehindJournal).
 */
final class DivergedReplica {

  private final ReplicaSettings settings;
  private final SnapshotServer server;
  private final SnapshotReceiver receiver;
  private @Nullable Divergence divergence;
  private @Nullable Long nextAttemptNanos;

  DivergedReplica(ReplicaSettings settings, SnapshotServer server, SnapshotReceiver receiver) {
    this.settings = settings;
    this.server = server;
    this.receiver = receiver;
  }

  /** Where it differs, and from whom; null while nothing is known of that. */
  @Nullable Divergence divergence() {
    return divergence;
  }

  /** It was known before the node was started again. */
  void startsWith(Divergence known) {
    divergence = known;
    server.stop(new ArrayList<>());
  }

  /** It is found, or found again with others who agree. */
  void found(Divergence found, List<ReplicaEffect> effects) {
    boolean first = divergence == null;
    if (found.equals(divergence)) {
      return;
    }
    divergence = found;
    effects.add(new ReplicaEffect.MarkDiverged(found));
    if (first) {
      server.stop(effects);
      // Whoever sends it may have diverged as well.
      receiver.cancel();
    }
  }

  /** Asks for a snapshot unless one is coming, with a pause between two attempts. */
  void tick(Slot applied, Now now, List<ReplicaEffect> effects) {
    Divergence known = divergence;
    Long due = nextAttemptNanos;
    boolean waits = due != null && !now.isAfter(due);
    if (known == null || receiver.isActive() || waits || known.agreeing().isEmpty()) {
      return;
    }
    nextAttemptNanos = now.nanosAfter(settings.maxFetchBackoff());
    receiver.resync(known.agreeing(), applied, effects);
  }
}
