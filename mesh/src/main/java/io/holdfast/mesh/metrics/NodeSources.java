package io.holdfast.mesh.metrics;

import io.holdfast.acceptor.store.JournalDatabase;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a node's registries read beside its meters.
 *
 * @param mesh the mesh's id
 * @param node the node's name
 * @param version of the software
 * @param directory the data directory, on the disk of which is looked how much is free
 * @param journal the journal; absent of a node that does not run
 */
public record NodeSources(
    String mesh, String node, String version, Path directory, Optional<JournalDatabase> journal) {}
