package io.holdfast.mesh.store;

import io.holdfast.acceptor.store.BootStamp;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.GroupSettings;
import io.holdfast.config.core.HoldfastSettings;
import io.holdfast.config.core.MeshSettings;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.NodeSettings;
import io.holdfast.config.core.Origins;
import io.holdfast.config.core.StoreKind;
import io.holdfast.config.store.DataDirectoryException;
import io.holdfast.config.store.DatabaseNames;
import io.holdfast.config.store.RestoringDirectory;
import io.holdfast.mesh.actor.CoreSettings;
import io.holdfast.sync.core.SnapshotHead;
import io.holdfast.sync.core.StateTerms;
import io.holdfast.sync.store.SnapshotFile;
import io.holdfast.sync.store.SnapshotFile.Inspection;
import io.holdfast.sync.store.SnapshotRefused;
import io.holdfast.sync.store.StoreRestoration;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Makes the data directory of one founder of a new mesh from snapshots, one for each group. Every
 * founder needs its own, made of the same files.
 *
 * <p>What becomes of the old mesh's state: revisions, history, write ids with their results and
 * leases stay; members do not, since the new mesh has its own. A lease has its full time again from
 * the first leader on (NoEarlyExpiry).
 */
public final class FounderRestore {

  private final HoldfastSettings settings;
  private final Map<GroupId, Path> files = new TreeMap<>();
  private final Map<GroupId, Inspection> found = new TreeMap<>();

  private FounderRestore(HoldfastSettings settings) {
    this.settings = settings;
  }

  /** What came of it. */
  public sealed interface Outcome {}

  /**
   * The directory is whole; the node can be started on it once every founder has its own.
   *
   * @param groups what each group begins with
   */
  public record Restored(Map<GroupId, Inspection> groups) implements Outcome {}

  /**
   * Nothing was done.
   *
   * @param reason why, and what to do
   */
  public record Refused(String reason) implements Outcome {}

  /**
   * Reads all files, then makes the directory. A process that ends meanwhile leaves a directory
   * that no node starts on; the next restore begins anew in it.
   *
   * @param settings those that the founder will be started with
   * @param snapshots the files
   * @throws DataDirectoryException as {@link RestoringDirectory#begin}
   * @throws SnapshotRefused when a file changed after it was looked at
   * @throws IOException when a file cannot be read
   */
  public static Outcome into(HoldfastSettings settings, List<Path> snapshots)
      throws IOException, DataDirectoryException {
    if (settings.node().store() != StoreKind.H2) {
      return new Refused(
          "%s = %s: a founder's directory can be made of snapshots for %s only; next: restore into nodes with that"
              .formatted(NodeSettings.STORE, settings.node().store(), StoreKind.H2));
    }
    FounderRestore restore = new FounderRestore(settings);
    for (Path file : snapshots) {
      Optional<String> refusal = restore.refusalOf(file);
      if (refusal.isPresent()) {
        return new Refused(refusal.get());
      }
    }
    restore.make();
    return new Restored(restore.found);
  }

  private Optional<String> refusalOf(Path file) throws IOException {
    Inspection inspection;
    try {
      inspection = SnapshotFile.inspect(file);
    } catch (SnapshotRefused e) {
      return Optional.of(
          file + ": " + e.getMessage() + "; next: take another copy of it, or an older snapshot");
    }
    String mesh = inspection.header().meshId();
    GroupId group = inspection.header().group();
    NodeId node = settings.node().id();
    Optional<GroupSettings> founded = settings.group(group);
    StateTerms terms = inspection.state().terms();
    StateTerms ours = CoreSettings.terms(settings.replica());
    if (group.equals(GroupSettings.META)) {
      return Optional.of(
          "%s is of group %s, which says who the nodes of mesh %s are: each mesh makes its own; next: leave the file out"
              .formatted(file, group, mesh));
    }
    if (mesh.equals(settings.mesh().id())) {
      return Optional.of(
          "%s is of mesh %s, and so would the new one be: the old nodes could join it; next: give the new mesh an id of its own with --mesh-id, or %s in the settings of all its nodes"
              .formatted(file, mesh, MeshSettings.ID));
    }
    if (founded.isEmpty() || !founded.get().members().contains(node)) {
      return Optional.of(
          "%s is of group %s, of which node %s is no member by its settings, which have %s; next: name the group and its members there (--config)"
              .formatted(
                  file,
                  group,
                  node,
                  settings.groups().stream()
                      .map(known -> known.name() + " of " + known.members())
                      .collect(Collectors.joining(", "))));
    }
    if (!terms.equals(ours)) {
      return Optional.of(
          "%s was written with write-id-window %d, rotation-commands %d, rotation-bytes %d of holdfast.replica, and the settings here have %d, %d, %d: they decide outcomes; next: set the file's (--config or --set)"
              .formatted(
                  file,
                  terms.writeIdWindow(),
                  terms.rotationCommands(),
                  terms.rotationBytes(),
                  ours.writeIdWindow(),
                  ours.rotationCommands(),
                  ours.rotationBytes()));
    }
    Optional<String> otherMesh =
        found.values().stream()
            .map(other -> other.header().meshId())
            .filter(other -> !other.equals(mesh))
            .findFirst();
    if (otherMesh.isPresent()) {
      return Optional.of(
          "%s is of mesh %s, the file before it of mesh %s: restore one mesh's"
              .formatted(file, mesh, otherMesh.get()));
    }
    if (found.put(group, inspection) != null) {
      return Optional.of(
          "%s and %s are both of group %s: name one".formatted(files.get(group), file, group));
    }
    files.put(group, file);
    return Optional.empty();
  }

  private void make() throws IOException, DataDirectoryException {
    try (RestoringDirectory directory =
        RestoringDirectory.begin(
            settings.node().dataDir(),
            settings.mesh().id(),
            settings.node().id(),
            files.values().stream().map(Path::toString).collect(Collectors.joining(", ")))) {
      BootStamp stamp = new BootStamp(directory.member().incarnation(), directory.boot());
      List<String> databases = new ArrayList<>();
      Origins origins = Origins.NONE;
      for (Map.Entry<GroupId, Path> file : files.entrySet()) {
        String database = DatabaseNames.store(file.getKey());
        SnapshotHead head =
            StoreRestoration.restore(
                    file.getValue(),
                    directory.database(database),
                    CoreSettings.terms(settings.replica()),
                    StoreRestoration.Members.NONE,
                    stamp)
                .head();
        databases.add(database);
        origins =
            origins.with(
                file.getKey(), "slot %s, chain hash %s".formatted(head.slot(), head.chainHash()));
      }
      directory.finish(databases, origins);
    }
  }
}
