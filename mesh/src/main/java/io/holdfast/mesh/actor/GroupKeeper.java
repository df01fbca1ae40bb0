package io.holdfast.mesh.actor;

import akka.actor.typed.ActorRef;
import io.holdfast.acceptor.actor.AcceptorActor;
import io.holdfast.acceptor.store.DatabasePlace;
import io.holdfast.acceptor.store.EventJournal.SnapshotBounds;
import io.holdfast.acceptor.store.JournalDatabase;
import io.holdfast.acceptor.store.JournalWriter;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.GroupTable;
import io.holdfast.config.core.GroupTable.Known;
import io.holdfast.config.core.HoldfastSettings;
import io.holdfast.config.core.MeshDirectory;
import io.holdfast.config.store.DataDirectory;
import io.holdfast.config.store.DataDirectoryException;
import io.holdfast.config.store.DatabaseNames;
import io.holdfast.mesh.HostAnswer;
import io.holdfast.mesh.NodeStartException;
import io.holdfast.mesh.core.DoorMessage;
import io.holdfast.sync.store.DamagedStore;
import io.holdfast.sync.store.StoreInstallation;
import io.holdfast.sync.store.UnsupportedStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a node run the groups that it shall: those that it has founded, those that it was asked to
 * hold a replica of, and none that was deleted. Everything here blocks, and is done one at a time.
 */
final class GroupKeeper {

  private static final Logger LOG = LoggerFactory.getLogger(GroupKeeper.class);

  /** Of a journal, at a time: others write in between. */
  private static final int ROWS_AT_ONCE = 1000;

  /** How long what a lock of others was in the way of is left alone. */
  static final Duration BETWEEN_TRIES = Duration.ofSeconds(15);

  /** An hour of them; then the next start goes on. */
  private static final int MOST_TRIES = 240;

  private static final SnapshotBounds EVERY_SNAPSHOT =
      new SnapshotBounds(0, Long.MAX_VALUE, 0, Long.MAX_VALUE);

  private final HoldfastSettings settings;
  private final DataDirectory directory;
  private final RunningGroups running;
  private final NodeParts parts;
  private final KnownDatabases databases;
  private final ActorRef<DoorMessage> door;

  /** How often a deleted group could not be erased. */
  private final Map<GroupId, Integer> vainTries = new HashMap<>();

  GroupKeeper(
      DataDirectory directory, RunningGroups running, NodeParts parts, ActorRef<DoorMessage> door) {
    this.settings = parts.settings();
    this.directory = directory;
    this.running = running;
    this.parts = parts;
    this.databases = new KnownDatabases(directory);
    this.door = door;
  }

  // ---- Before it starts

  /**
   * The names of the stores that a directory must have, or may have made by this start: of groups
   * that it has founded or is to found, and of those of which it holds a replica.
   */
  static List<String> stores(HoldfastSettings settings, DataDirectory directory)
      throws DataDirectoryException, NodeStartException {
    Set<GroupId> held = held(directory);
    refuseTakenNames(directory, held);
    List<String> stores = new ArrayList<>();
    for (Known group : table(settings, directory).groups().values()) {
      if (group.founder() || held.contains(group.log())) {
        stores.add(DatabaseNames.store(group.log()));
      }
    }
    return stores;
  }

  /**
   * Who has never heard of a directory holds nothing of a group that was made in one. What is
   * called so here is a group of the settings of an earlier release, and would be taken for a
   * deleted one; or the ledger is older than the rest.
   */
  private static void refuseTakenNames(DataDirectory directory, Set<GroupId> held)
      throws NodeStartException {
    Optional<GroupId> taken = held.stream().filter(MeshDirectory::isLikeALog).findFirst();
    if (taken.isPresent() && directory.ledger().directory().version() == 0) {
      throw new NodeStartException(
          ("%s holds group %s of an earlier release, or its file peers is an older copy; names that end"
                  + " with -- and a number are for groups made while a mesh runs; next: put the newest"
                  + " copy of the whole directory in its place, or start the earlier release, save a"
                  + " snapshot of the group, and restore it under another name into a fresh directory")
              .formatted(directory.path(), taken.get()),
          new IllegalStateException("name taken"));
    }
  }

  /** The groups that a node knows of. */
  static GroupTable table(HoldfastSettings settings, DataDirectory directory) {
    return GroupTable.of(
        settings, directory.ledger(), directory.identity().member(), directory::mayFound);
  }

  /** The logs of which this node is known to hold a store. */
  private static Set<GroupId> held(DataDirectory directory) throws DataDirectoryException {
    return directory.databaseBoots().keySet().stream()
        .flatMap(database -> DatabaseNames.groupOf(database).stream())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  // ---- While it runs

  /**
   * Starts and ends groups until those run that shall, by what the directory of the mesh says now.
   *
   * @return false: something is left to do, and this is to be asked again in {@link #BETWEEN_TRIES}
   * @throws DataDirectoryException where the data directory cannot be read or written
   * @throws RuntimeException where a store or the journal cannot be read
   */
  boolean follow() throws DataDirectoryException {
    GroupTable table = table(settings, directory);
    running.know(table);
    Set<GroupId> held = held(directory);
    for (Known group : table.groups().values()) {
      if (!running.logs().contains(group.log())
          && (group.founder() || held.contains(group.log()))) {
        start(group);
      }
    }
    tellOfMissing(table);
    boolean erased = true;
    for (GroupId log : held) {
      // This node has started it, so its directory has had it.
      if (MeshDirectory.isLikeALog(log) && !table.hasLog(log)) {
        erased &= erase(log);
      }
    }
    running.begin();
    door.tell(new NodeDoor.Serve(running.listeners()));
    return erased || vainTries.values().stream().allMatch(tries -> tries >= MOST_TRIES);
  }

  /** A group may be new in the settings; what is asked about it meanwhile is answered with 404. */
  private void tellOfMissing(GroupTable table) {
    MeshDirectory known = directory.ledger().directory();
    for (GroupId name : settings.foundedGroups()) {
      if (table.find(name).isEmpty() && !known.isLetIn(directory.identity().member())) {
        LOG.info(
            "group {} of the settings is not in the directory yet: it comes once all its members"
                + " have been met by a member of group meta whose settings name it",
            name);
      }
    }
  }

  private void start(Known group) throws DataDirectoryException {
    Optional<String> obstacle = obstacle(group);
    if (obstacle.isPresent()) {
      lack(group, obstacle.get());
      return;
    }
    DatabasePlace store = place(group.log());
    if (!isOpenedByThisBoot(group.log())) {
      try {
        StoreInstallation.of(store, parts.around()::installing).recover();
        databases.require(List.of(store));
      } catch (NodeStartException e) {
        lack(group, String.valueOf(e.getMessage()));
        return;
      }
    }
    running.start(parts, group, store);
    LOG.info("{} takes part in {}", parts.self().node(), group.name());
  }

  private void lack(Known group, String why) {
    LOG.error("takes no part in group {}: {}", group.name(), why);
    running.lack(group, why);
  }

  private DatabasePlace place(GroupId log) {
    return parts.site().place(DatabaseNames.store(log));
  }

  private boolean isOpenedByThisBoot(GroupId log) throws DataDirectoryException {
    Long boot = directory.databaseBoots().get(DatabaseNames.store(log));
    return boot != null && boot == directory.identity().bootCount();
  }

  /** Why this node cannot run a group that it knows of. */
  private Optional<String> obstacle(Known group) {
    if (!group.isComplete()) {
      return Optional.of(
          "its founders %s have not all been met yet, and its log begins with them; start this node"
                  .formatted(group.settings().members())
              + " again once they are up");
    }
    return group
        .terms()
        .filter(terms -> !terms.equals(settings.logTerms()))
        .map(
            terms ->
                "what the log depends on differs; here: %s; at its founders: %s; make the settings"
                        .formatted(settings.logTerms(), terms)
                    + " equal and start this node again");
  }

  /**
   * Nothing of a deleted group is kept; interrupted, it is gone on with at the next start.
   *
   * @return whether it needs not be tried again soon
   */
  private boolean erase(GroupId log) throws DataDirectoryException {
    if (!running.end(log)) {
      return true; // the next start does
    }
    door.tell(new NodeDoor.Serve(running.listeners()));
    String journal = AcceptorActor.persistenceId(log);
    JournalWriter writer = JournalDatabase.get(parts.system()).writer();
    while (writer
        .inTurn(rows -> rows.delete(journal, Long.MAX_VALUE, ROWS_AT_ONCE))
        .toCompletableFuture()
        .join()) {
      LOG.debug("{}: more of its journal is left", log);
    }
    writer
        .inTurnVoid(rows -> rows.deleteSnapshots(journal, EVERY_SNAPSHOT))
        .toCompletableFuture()
        .join();
    if (!parts.site().eraseOutside(DatabaseNames.store(log))) {
      int tries = vainTries.merge(log, 1, Integer::sum);
      if (tries == 1 || tries == MOST_TRIES) {
        LOG.warn(
            "{}: {} of this deleted group cannot be dropped while another session has a lock on it;"
                + " {}; next: end that session, such as a pg_dump",
            log,
            place(log),
            tries == 1
                ? "it is tried again every %d s".formatted(BETWEEN_TRIES.toSeconds())
                : "tried %d times, and again at the next start".formatted(tries));
      }
      return false;
    }
    vainTries.remove(log);
    directory.deleteStore(log);
    databases.forget(place(log));
    LOG.info("{}: deleted with everything in it", log);
    return true;
  }

  // ---- Groups that it did not found

  /** Makes this node hold a replica of a group, empty at first, now and after every restart. */
  HostAnswer host(GroupId name, boolean ending) throws DataDirectoryException {
    if (running.find(name).isPresent()) {
      return HostAnswer.hosted("This node holds a replica of group " + name + ".");
    }
    Optional<Known> known = table(settings, directory).find(name);
    if (ending || !running.hasBegun()) {
      return HostAnswer.refused(
          "not_ready", "This node does not take part in anything yet, or is stopping.");
    }
    if (known.isEmpty()) {
      return HostAnswer.refused(
          "not_ready", "This node has not heard of a group " + name + " yet.");
    }
    Known group = known.get();
    Optional<String> obstacle = obstacle(group);
    if (obstacle.isPresent()) {
      return HostAnswer.refused(
          group.isComplete() ? "settings_differ" : "founders_unknown",
          "This node cannot hold a replica of group %s: %s".formatted(name, obstacle.get()));
    }
    DatabasePlace store = place(group.log());
    try {
      databases.require(List.of(store));
      start(group, store);
    } catch (NodeStartException e) {
      // What lies there is none of this node's: it has kept it from nothing so far.
      LOG.warn("holds no replica of {}: {} {}", name, store, RootCause.of(e));
      return HostAnswer.refused(
          "store_unusable",
          "%s cannot be the replica's store: %s; move it away and ask again"
              .formatted(store, RootCause.of(e)));
    }
    running.know(table(settings, directory));
    door.tell(new NodeDoor.Serve(running.listeners()));
    LOG.info("{} holds a replica of {} from now on", parts.self().node(), name);
    return HostAnswer.hosted("This node holds a replica of group " + name + " from now on.");
  }

  private void start(Known group, DatabasePlace store)
      throws NodeStartException, DataDirectoryException {
    try {
      running.start(parts, group, store);
    } catch (DamagedStore | UnsupportedStore e) {
      databases.forget(store);
      throw new NodeStartException(store + " is no store of this group", e);
    }
  }
}
