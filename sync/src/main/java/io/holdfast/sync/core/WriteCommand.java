package io.holdfast.sync.core;

import java.util.Optional;

/**
 * A command under its write id.
 *
 * @param id names this write for good: it takes effect once (ExactlyOnce)
 * @param requestDigest SHA-256 over the canonical encoding of the command alone, so that a retry
 *     with other contents is told from a true one
 * @param command what to do
 * @param plan what it brings; absent before admission, and in commands of one key written by
 *     software that knew no plans, which cover that key
 * @param pin under what it was admitted; absent before admission, and where that was epoch 0 and
 *     nothing depends on who asked
 */
public record WriteCommand(
    WriteId id,
    io.holdfast.acceptor.core.Digest requestDigest,
    Command command,
    Optional<Plan> plan,
    Optional<ControlPin> pin) {

  /** One that was admitted under nothing yet. */
  public WriteCommand(
      WriteId id,
      io.holdfast.acceptor.core.Digest requestDigest,
      Command command,
      Optional<Plan> plan) {
    this(id, requestDigest, command, plan, Optional.empty());
  }

  /** The command under this id, with its digest computed. */
  public static WriteCommand of(WriteId id, Command command) {
    return new WriteCommand(id, CommandCodec.requestDigest(command), command, Optional.empty());
  }

  /** The same as admitted, with what it brings. */
  public WriteCommand with(Plan admitted) {
    return new WriteCommand(id, requestDigest, command, Optional.of(admitted), pin);
  }

  /** The same as admitted under an epoch. */
  public WriteCommand with(ControlPin admitted) {
    return pinned(Optional.of(admitted));
  }

  /** The same with this pin, or with none. */
  public WriteCommand pinned(Optional<ControlPin> admitted) {
    return new WriteCommand(id, requestDigest, command, plan, admitted);
  }
}
