package io.holdfast.config.core;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * The groups that a node knows of: those of the directory. A node that has not heard of one yet
 * founds those of its settings.
 *
 * @param groups by the name that clients use
 */
public record GroupTable(SortedMap<GroupId, Known> groups) {

  /** Nothing is known. */
  public static final GroupTable NONE = new GroupTable(new TreeMap<>());

  public GroupTable {
    groups = Collections.unmodifiableSortedMap(new TreeMap<>(groups));
  }

  /**
   * A group.
   *
   * @param name what clients call it
   * @param settings how it was founded, under the name of its log
   * @param founders its founders as far as they are known, sorted
   * @param founder whether this node is one of them
   * @param terms what the directory says that apply depends on; empty where this node's settings
   *     say what it does
   * @param fingerprint what must be equal at all members, by this node's settings
   */
  public record Known(
      GroupId name,
      GroupSettings settings,
      List<MemberId> founders,
      boolean founder,
      Optional<String> terms,
      String fingerprint) {

    public Known {
      founders = founders.stream().sorted().toList();
    }

    /** What it is called in journals, stores and messages. */
    public GroupId log() {
      return settings.name();
    }

    /** Whether all founders are known: its log begins with them. */
    public boolean isComplete() {
      return founders.size() == settings.n();
    }
  }

  /**
   * What a node knows.
   *
   * @param settings its settings
   * @param ledger what it remembers of the others, the directory among it
   * @param self the node
   * @param mayFound whether a group of its settings of which it is a member may be one that it has
   *     founded: a node that took part in an earlier boot has founded nothing that came into the
   *     settings since
   */
  public static GroupTable of(
      HoldfastSettings settings,
      PeerLedger ledger,
      MemberId self,
      Predicate<GroupSettings> mayFound) {
    SortedMap<GroupId, Known> groups = new TreeMap<>();
    ledger
        .directory()
        .groups()
        .forEach(
            (name, group) ->
                groups.put(
                    name,
                    new Known(
                        name,
                        group.settings(),
                        List.copyOf(group.founders()),
                        group.founders().contains(self),
                        Optional.of(group.terms()),
                        settings.logFingerprint(group.settings()))));
    // Later the settings may name founders whose names are others' by now, here and elsewhere.
    boolean first = ledger.directory().version() == 0;
    if (first && (ledger.admitted() || !settings.mesh().join())) {
      for (GroupSettings group : settings.allGroups()) {
        if (!group.members().contains(self.node()) || mayFound.test(group)) {
          groups.put(group.name(), founded(group, settings, ledger, self));
        }
      }
    }
    return new GroupTable(groups);
  }

  private static Known founded(
      GroupSettings group, HoldfastSettings settings, PeerLedger ledger, MemberId self) {
    List<MemberId> founders = new ArrayList<>();
    for (NodeId name : group.members()) {
      founder(name, ledger, self).ifPresent(founders::add);
    }
    return new Known(
        group.name(),
        group,
        founders,
        group.members().contains(self.node()),
        Optional.empty(),
        settings.logFingerprint(group));
  }

  /** Who founded under a name: as admission found it, else as it was met. */
  public static Optional<MemberId> founder(NodeId name, PeerLedger ledger, MemberId self) {
    if (name.equals(self.node())) {
      return Optional.of(self);
    }
    Optional<MemberId> known =
        ledger.founders().stream().filter(founder -> founder.node().equals(name)).findFirst();
    return known.or(
        () ->
            Optional.ofNullable(ledger.peers().get(name))
                .map(peer -> new MemberId(name, peer.incarnation())));
  }

  /** The group that clients call so. */
  public Optional<Known> find(GroupId name) {
    return Optional.ofNullable(groups.get(name));
  }

  /** Whether a group of this table has this log. */
  public boolean hasLog(GroupId log) {
    return groups.values().stream().anyMatch(group -> group.log().equals(log));
  }
}
