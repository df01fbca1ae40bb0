package io.holdfast.mesh.actor;

import akka.actor.ActorSystem;
import io.holdfast.acceptor.store.BootStamp;
import io.holdfast.acceptor.store.DurableFilePath;
import io.holdfast.config.core.HoldfastSettings;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.Now;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * What all groups of a node share.
 *
 * @param system where their actors run
 * @param settings what the node runs with
 * @param self this node
 * @param links the way to the peers
 * @param disk what databases lie on
 * @param around what stands around it
 * @param boot by what the data directory knows the databases of this boot
 * @param blocking for work that may block
 * @param failure is told of what ends the node
 * @param clock reads the time
 */
record NodeParts(
    ActorSystem system,
    HoldfastSettings settings,
    MemberId self,
    PeerLinks links,
    DurableFilePath disk,
    NodeExtension.Attached around,
    BootStamp boot,
    Executor blocking,
    NodeFailure failure,
    Supplier<Now> clock) {}
