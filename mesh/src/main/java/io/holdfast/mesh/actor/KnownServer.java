package io.holdfast.mesh.actor;

import io.holdfast.acceptor.store.DatabasePlace;
import io.holdfast.config.core.ServerMark;
import io.holdfast.config.store.DataDirectory;
import io.holdfast.config.store.DataDirectoryException;
import io.holdfast.mesh.NodeStartException;
import java.util.Optional;

/**
 * That the server which answers is the one that a data directory ran with last. The same name may
 * lead to another one: a standby that was promoted without the last commits, or a copy that was put
 * back; an acceptor that went on there would have forgotten its promises.
 */
final class KnownServer {

  private KnownServer() {}

  /**
   * Compares with what the directory remembers. A directory that remembers none learns it once its
   * databases have been found there ({@link DataDirectory#saveServerMark}): until then it may be a
   * mistaken one.
   *
   * @param now which server it is
   * @param journal where the journal is, for people
   */
  static void require(DataDirectory directory, ServerMark now, DatabasePlace journal)
      throws NodeStartException, DataDirectoryException {
    Optional<ServerMark> before = directory.serverMark();
    if (before.isPresent() && !before.get().isSameServer(now)) {
      throw refused(
          directory,
          journal,
          "%s, but this node kept its data at %s: a standby that was promoted, or a copy"
              .formatted(now, before.get()));
    }
    if (before.isPresent() && now.position() < before.get().position()) {
      throw refused(
          directory,
          journal,
          "%s, but this node has seen %s: an older copy".formatted(now, before.get()));
    }
  }

  private static NodeStartException refused(
      DataDirectory directory, DatabasePlace journal, String found) {
    return new NodeStartException(
        "%s: the server is %s; what this node promised or stored last may be lost; expected: the server that it ran on last; next: correct holdfast.postgresql.url, or replace this node (holdfast member replace %s NEW, from a fresh directory); only where it is known that the server has every commit, as a synchronous standby has, delete %s and start again"
            .formatted(journal, found, directory.identity().node(), directory.serverMarkFile()),
        new IllegalStateException(found));
  }
}
