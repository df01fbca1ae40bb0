package io.holdfast.chaos.fault;

import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.GroupSettings;
import io.holdfast.config.core.HoldfastSettings;
import io.holdfast.config.core.NodeFlaw;
import io.holdfast.config.store.DatabaseNames;
import io.holdfast.mesh.actor.Outbound;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one node does wrong from its start to its end: the flaws of its settings, put around it
 * where faults are put as well. What each has done is counted.
 */
final class Flaws implements AutoCloseable {

  /** By how much an acknowledgement precedes the write: what a kill takes away. */
  static final Duration LATE_BY = Duration.ofSeconds(1);

  private static final Logger LOG = LoggerFactory.getLogger(Flaws.class);

  private final Set<NodeFlaw> flaws;
  private final LinkFaults links;
  private final UnprobedReads unprobed;
  private final @Nullable LateDisk late;
  private final long forgotten;

  /**
   * Before the node opens its databases.
   *
   * @param links what it hears and says
   * @param disk what its databases lie on
   */
  Flaws(HoldfastSettings settings, LinkFaults links, DiskFaults disk) {
    this.flaws = settings.chaos().flaws();
    this.links = links;
    this.unprobed = new UnprobedReads(links);
    this.late = has(NodeFlaw.ACK_BEFORE_DISK) ? new LateDisk(LATE_BY) : null;
    disk.writesLate(late);
    this.forgotten = has(NodeFlaw.FORGETFUL_ACCEPTOR) ? forget(settings) : 0;
    flaws.forEach(flaw -> LOG.warn("this node is broken on purpose: {}", flaw.word()));
  }

  private boolean has(NodeFlaw flaw) {
    return flaws.contains(flaw);
  }

  private static long forget(HoldfastSettings settings) {
    Path directory = settings.node().dataDir();
    long forgotten = 0;
    for (GroupSettings group : settings.groups()) {
      GroupId name = group.name();
      forgotten +=
          Forgetting.of(
              directory.resolve(DatabaseNames.JOURNAL),
              directory.resolve(DatabaseNames.store(name)),
              name);
    }
    return forgotten;
  }

  /** What the node says passes here. */
  Outbound outbound() {
    return has(NodeFlaw.READS_WITHOUT_PROBE) ? unprobed : links;
  }

  /** How often each was at work: answers that nobody gave, late writes, events forgotten. */
  Map<NodeFlaw, Long> done() {
    Map<NodeFlaw, Long> done = new EnumMap<>(NodeFlaw.class);
    for (NodeFlaw flaw : flaws) {
      done.put(
          flaw,
          switch (flaw) {
            case READS_WITHOUT_PROBE -> unprobed.confirmed();
            case ACK_BEFORE_DISK -> late == null ? 0 : late.late();
            case FORGETFUL_ACCEPTOR -> forgotten;
          });
    }
    return done;
  }

  @Override
  public void close() {
    if (late != null) {
      late.close();
    }
  }
}
