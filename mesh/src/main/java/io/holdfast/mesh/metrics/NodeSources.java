package io.holdfast.mesh.metrics;

import io.holdfast.acceptor.store.JournalCounters;
import io.holdfast.acceptor.store.SyncWriteCounter;
import java.nio.file.Path;

/**
 * What a node's registries read beside its meters.
 *
 * @param mesh the mesh's id
 * @param node the node's name
 * @param version of the software
 * @param directory the data directory, on the disk of which is looked how much is free
 * @param journal what the journal's writer counts
 * @param synchronous what reached the journal's disk
 */
public record NodeSources(
    String mesh,
    String node,
    String version,
    Path directory,
    JournalCounters journal,
    SyncWriteCounter synchronous) {}
