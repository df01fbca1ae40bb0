package io.holdfast.sync.core;

import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;

/**
 * What is remembered of an executed write.
 *
 * @param id its id
 * @param requestDigest tells a retry from a misuse of the id
 * @param slot where it was executed
 * @param result what came of it
 */
public record WriteIdRecord(
    WriteId id, Digest requestDigest, Slot slot, CommandResult.Executed result) {}
