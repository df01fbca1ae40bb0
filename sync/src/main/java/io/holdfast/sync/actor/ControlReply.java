package io.holdfast.sync.actor;

import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.control.ControlState;
import io.holdfast.config.core.control.PoolsInUse;
import io.holdfast.quorum.core.Configuration;
import java.util.Optional;

/**
 * What is active in a group as this replica has executed it.
 *
 * @param control what is active, and was
 * @param applied the last slot that it has executed
 * @param members the newest configuration, where the log or the settings have said it
 * @param wallMillis milliseconds since 1970, by the clock of this node
 */
public record ControlReply(
    ControlState control,
    Slot applied,
    Optional<Configuration> members,
    long wallMillis,
    PoolsInUse poolsInUse) {}
