package io.holdfast.config.core;

/** The answer to a greeting. */
public sealed interface Greeted {

  /**
   * The other is who it was. If {@code changed}, {@code updated} must be durable before this answer
   * leaves: the other counts on being remembered.
   *
   * @param updated the ledger with the greeting in it
   * @param changed whether it differs from the one before
   */
  record Welcome(PeerLedger updated, boolean changed) implements Greeted {}

  /**
   * The other may not take part; the ledger stays as it was.
   *
   * @param code why, for machines
   * @param reason why, with what is known here, what was said, and what to do
   */
  record Refused(RefusalCode code, String reason) implements Greeted {}
}
