package io.holdfast.config.core;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * All settings of a node, checked: whoever holds one need not check again.
 *
 * @param node this node
 * @param mesh the nodes of the mesh
 * @param http the front door
 * @param limits what is admitted
 * @param groups the groups, 1 to 16, with different names
 * @param quorum acknowledgements
 * @param coordinator leading
 * @param acceptor promises and accepted batches
 * @param replica store and catch-up
 * @param watch when the node finds itself unwell
 * @param jmx management by JMX from other processes
 * @param chaos whether faults may be injected
 */
public record HoldfastSettings(
    NodeSettings node,
    MeshSettings mesh,
    HttpSettings http,
    LimitsSettings limits,
    List<GroupSettings> groups,
    QuorumSettings quorum,
    CoordinatorSettings coordinator,
    AcceptorSettings acceptor,
    ReplicaSettings replica,
    WatchSettings watch,
    JmxSettings jmx,
    ChaosSettings chaos) {

  /** More voters would make each entry of the directory dearer, and it no safer. */
  private static final int MOST_META_FOUNDERS = 5;

  private static final OrderRule BATCH_HOLDS_VALUE =
      new OrderRule(
          CoordinatorSettings.BATCH_MAX_BYTES,
          1,
          HttpSettings.MAX_VALUE_BYTES,
          "a batch must hold the largest value");

  private static final OrderRule REQUEST_OUTLASTS_VERDICT =
      new OrderRule(
          HttpSettings.REQUEST_TIMEOUT,
          1,
          QuorumSettings.ACK_TIMEOUT,
          "a request must stay until its verdict");

  private static final OrderRule IDS_OUTLAST_QUEUE =
      new OrderRule(
          ReplicaSettings.WRITE_ID_WINDOW,
          1,
          CoordinatorSettings.MAX_QUEUED_COMMANDS,
          "a write id must not expire while its command waits");

  private static final OrderRule PLANS_OUTLAST_QUEUE =
      new OrderRule(
          ReplicaSettings.ROTATION_COMMANDS,
          1,
          CoordinatorSettings.MAX_QUEUED_COMMANDS,
          "a plan must hold while its command waits");

  /** Every setting that is a number, in the order of {@code reference.conf}. */
  public static final List<NumberKey> NUMBER_KEYS =
      Stream.of(
              PostgresqlSettings.KEYS,
              HttpSettings.KEYS,
              LimitsSettings.KEYS,
              QuorumSettings.KEYS,
              CoordinatorSettings.KEYS,
              AcceptorSettings.KEYS,
              ReplicaSettings.KEYS,
              WatchSettings.KEYS)
          .flatMap(List::stream)
          .toList();

  /** Every rule between two numbers. */
  public static final List<OrderRule> ORDER_RULES =
      Stream.of(
              HttpSettings.RULES,
              CoordinatorSettings.RULES,
              AcceptorSettings.RULES,
              ReplicaSettings.RULES,
              WatchSettings.RULES,
              List.of(
                  BATCH_HOLDS_VALUE,
                  REQUEST_OUTLASTS_VERDICT,
                  IDS_OUTLAST_QUEUE,
                  PLANS_OUTLAST_QUEUE))
          .flatMap(List::stream)
          .toList();

  public HoldfastSettings {
    groups = List.copyOf(groups);
    if (!mesh.addressOf(node.id()).equals(Optional.of(mesh.advertised()))) {
      throw new IllegalArgumentException(
          MeshSettings.PEERS + " must list " + node.id() + "@" + mesh.advertised());
    }
    if (groups.isEmpty() || groups.size() > GroupSettings.MAX_GROUPS) {
      throw new IllegalArgumentException(
          GroupSettings.GROUPS + ": allowed is 1 to " + GroupSettings.MAX_GROUPS + " groups");
    }
    Set<GroupId> names = new HashSet<>();
    for (GroupSettings group : groups) {
      if (!names.add(group.name()) || !mesh.members().containsAll(group.members())) {
        throw new IllegalArgumentException(
            GroupSettings.GROUPS
                + ": "
                + group
                + " repeats a name or has a member that is no peer");
      }
    }
    BATCH_HOLDS_VALUE.require(coordinator.batchMaxBytes(), http.maxValueBytes());
    REQUEST_OUTLASTS_VERDICT.require(
        http.requestTimeout().toNanos(), quorum.ackTimeout().toNanos());
    IDS_OUTLAST_QUEUE.require(replica.writeIdWindow(), coordinator.maxQueuedCommands());
    PLANS_OUTLAST_QUEUE.require(replica.rotationCommands(), coordinator.maxQueuedCommands());
    if (replica.rotationCommands() < inFlight(coordinator)) {
      throw new IllegalArgumentException(
          ReplicaSettings.ROTATION_COMMANDS.path() + ": " + plansOutlastWindow(coordinator));
    }
  }

  private static long inFlight(CoordinatorSettings coordinator) {
    return (long) coordinator.window() * coordinator.batchMaxCommands();
  }

  /** What {@link ReplicaSettings#ROTATION_COMMANDS} may be beside these. */
  private static String plansOutlastWindow(CoordinatorSettings coordinator) {
    return "at least %s x %s = %d: a plan must hold while the window before it is in flight"
        .formatted(
            CoordinatorSettings.WINDOW.path(),
            CoordinatorSettings.BATCH_MAX_COMMANDS.path(),
            inFlight(coordinator));
  }

  /**
   * What is allowed for the rotation of the cache beside the coordinator's settings; empty where
   * the value is right.
   */
  public static Optional<String> allowedRotation(
      long rotationCommands, CoordinatorSettings coordinator) {
    return rotationCommands < inFlight(coordinator)
        ? Optional.of(plansOutlastWindow(coordinator))
        : Optional.empty();
  }

  /**
   * The groups, and {@link GroupSettings#META} among them: where the settings do not say who founds
   * it, the members of all groups do, or the first {@value #MOST_META_FOUNDERS} of them by name.
   */
  public List<GroupSettings> allGroups() {
    if (groups.stream().anyMatch(group -> group.name().equals(GroupSettings.META))) {
      return groups;
    }
    List<NodeId> members =
        groups.stream()
            .flatMap(group -> group.members().stream())
            .distinct()
            .sorted()
            .limit(MOST_META_FOUNDERS)
            .toList();
    GroupSettings meta =
        new GroupSettings(GroupSettings.META, members, OptionalInt.empty(), OptionalInt.empty());
    return Stream.concat(groups.stream(), Stream.of(meta)).toList();
  }

  /** The settings of {@code group}; empty if there is no such group. */
  public Optional<GroupSettings> group(GroupId group) {
    return allGroups().stream().filter(candidate -> candidate.name().equals(group)).findFirst();
  }

  /**
   * What must be equal on all members of {@code group}, in one line: mesh, group, members, both
   * quorums, alpha, the write-id window and when the cache rotates. Members that disagree on any of
   * these would decide different things from the same log, or by quorums that do not intersect. It
   * is readable, so that a refusal can say what differs.
   *
   * @throws IllegalArgumentException if there is no such group
   */
  public String logFingerprint(GroupId group) {
    GroupSettings found =
        group(group).orElseThrow(() -> new IllegalArgumentException("no group " + group));
    return logFingerprint(found);
  }

  /** The same of a group that need not be one of these settings. */
  public String logFingerprint(GroupSettings group) {
    return String.format(
        "holdfast-log/1 mesh=%s group=%s members=%s w=%d prepare-quorum=%d %s",
        mesh.id(),
        group.name(),
        group.members().stream().map(NodeId::value).collect(Collectors.joining(",")),
        group.acceptQuorum(),
        group.effectivePrepareQuorum(),
        logTerms());
  }

  /** What must be equal on all members of any group: alpha, the write-id window, rotation. */
  public String logTerms() {
    return String.format(
        "alpha=%d write-id-window=%d rotation=%d/%d",
        coordinator.alpha(),
        replica.writeIdWindow(),
        replica.rotationCommands(),
        replica.rotationBytes());
  }

  /**
   * The fingerprints of all groups that this node shares with {@code peer}, sorted by group and
   * joined by line feeds: both sides compute the same text, or their settings differ. Empty text if
   * they share no group.
   */
  public String sharedFingerprint(NodeId peer) {
    return allGroups().stream()
        .filter(group -> group.members().contains(node.id()) && group.members().contains(peer))
        .map(GroupSettings::name)
        .sorted()
        .map(this::logFingerprint)
        .collect(Collectors.joining("\n"));
  }

  /** What this node expects of a greeting from {@code peer}. */
  public GreetingTerms greetingTerms(NodeId peer) {
    return new GreetingTerms(
        node.id(), mesh.id(), sharedFingerprint(peer), Set.copyOf(mesh.members()));
  }

  /** The groups that this node founds, if it is not to join. */
  public Set<GroupId> foundedGroups() {
    return allGroups().stream()
        .filter(group -> group.members().contains(node.id()))
        .map(GroupSettings::name)
        .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * The nodes that must have bound this node's incarnation before it may vote: all members, itself
   * included, of the groups that it is a member of, and where there is such a group, those of group
   * {@code meta}. They make the directory of what they have met: who has founded a group must be
   * known to them as no other.
   */
  public Set<NodeId> admittingMembers() {
    Set<GroupId> founded = foundedGroups();
    return allGroups().stream()
        .filter(
            group ->
                founded.contains(group.name())
                    || (!founded.isEmpty() && group.name().equals(GroupSettings.META)))
        .flatMap(group -> group.members().stream())
        .collect(Collectors.toUnmodifiableSet());
  }
}
