package io.holdfast.mesh.store;

import java.util.List;
import java.util.Optional;

/**
 * What was found in the data directory of a node that does not run.
 *
 * @param node whose it is
 * @param mesh of which mesh
 * @param boot how often the node was started on it
 * @param files the databases that were looked at
 * @param replicas the groups whose replica could be read
 * @param problems what is broken, each with the file and what to do; none: all is as it was written
 * @param brokenStores of these, the groups whose store is broken: a snapshot of a peer mends that
 * @param beyondRepair of these, what no peer can mend: promises that are lost, another directory's
 *     files
 * @param journalTorn whether the journal's last commit is not whole: until a start has undone it,
 *     nobody can tell what the journal leaves to its stores
 */
public record CheckedDirectory(
    String node,
    String mesh,
    long boot,
    List<CheckedFile> files,
    List<CheckedReplica> replicas,
    List<String> problems,
    List<BrokenStore> brokenStores,
    List<String> beyondRepair,
    boolean journalTorn) {

  public CheckedDirectory {
    files = List.copyOf(files);
    replicas = List.copyOf(replicas);
    problems = List.copyOf(problems);
    brokenStores = List.copyOf(brokenStores);
    beyondRepair = List.copyOf(beyondRepair);
  }

  /**
   * A store as if it were broken, whatever was found of it: for one that differs from others'.
   *
   * @return empty where the group has none here that could be read
   */
  public Optional<BrokenStore> storeOf(String group) {
    return replicas.stream()
        .filter(replica -> replica.group().equals(group))
        .map(replica -> new BrokenStore(group, replica.log(), replica.needed()))
        .findFirst();
  }

  /**
   * A database.
   *
   * @param file its name
   * @param bytes its size
   */
  public record CheckedFile(String file, long bytes) {}

  /**
   * A store that is not what was written.
   *
   * @param group whose
   * @param log what the group is called in the directory
   * @param needed the journal beside it leaves slots up to here to the store; 0 where it leaves
   *     none, or cannot be read
   */
  public record BrokenStore(String group, String log, long needed) {}

  /**
   * A replica and its acceptor.
   *
   * @param group which
   * @param log what the group is called in the directory
   * @param slot the last slot that the store holds, with all before it
   * @param chainHash the hash over all executed up to there, in hexadecimal
   * @param events in the acceptor's journal, those that are forgotten included
   * @param needed the journal leaves slots up to here to the store
   */
  public record CheckedReplica(
      String group, String log, long slot, String chainHash, long events, long needed) {}
}
