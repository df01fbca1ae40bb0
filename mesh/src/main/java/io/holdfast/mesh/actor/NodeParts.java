package io.holdfast.mesh.actor;

import akka.actor.ActorSystem;
import io.holdfast.acceptor.store.BootStamp;
import io.holdfast.acceptor.store.DatabasePlace;
import io.holdfast.acceptor.store.DatabaseSite;
import io.holdfast.config.core.HoldfastSettings;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.Now;
import io.holdfast.mesh.WriteStory;
import io.holdfast.mesh.metrics.NodeMeters;
import io.holdfast.sync.store.DivergenceMark;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * What all groups of a node share.
 *
 * @param system where their actors run
 * @param settings what the node runs with
 * @param self this node
 * @param links the way to the peers
 * @param site what databases stand on
 * @param directory where what belongs to a store and is no database lies
 * @param around what stands around it
 * @param boot by what the data directory knows the databases of this boot
 * @param renewals where a group's run follows another, one at a time: each waits for the threads
 *     that read the journal, so it must not be one of them
 * @param failure is told of what ends the node
 * @param clock reads the time
 * @param meters what is measured
 * @param peerClocks the wall clocks of the peers that it hears
 */
record NodeParts(
    ActorSystem system,
    HoldfastSettings settings,
    MemberId self,
    PeerLinks links,
    DatabaseSite site,
    Path directory,
    NodeExtension.Attached around,
    BootStamp boot,
    Executor renewals,
    NodeFailure failure,
    Supplier<Now> clock,
    NodeMeters meters,
    Supplier<List<WriteStory.Clock>> peerClocks) {

  /** What says that a store has diverged; a file beside the identity, whatever keeps the store. */
  DivergenceMark divergenceMark(DatabasePlace store) {
    return new DivergenceMark(directory.resolve(store.name()));
  }
}
