package io.holdfast.sync.core;

import io.holdfast.acceptor.core.Digest;

/**
 * A command under its write id.
 *
 * @param id names this write for good: it takes effect once (ExactlyOnce)
 * @param requestDigest SHA-256 over the canonical encoding of the command alone, so that a retry
 *     with other contents is told from a true one
 * @param command what to do
 */
public record WriteCommand(WriteId id, Digest requestDigest, Command command) {

  /** The command under this id, with its digest computed. */
  public static WriteCommand of(WriteId id, Command command) {
    return new WriteCommand(id, CommandCodec.requestDigest(command), command);
  }
}
