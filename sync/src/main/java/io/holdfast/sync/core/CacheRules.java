package io.holdfast.sync.core;

import com.google.protobuf.ByteString;
import io.holdfast.config.core.control.Activation;
import io.holdfast.config.core.control.ControlEpoch;
import io.holdfast.config.core.control.ControlState;
import io.holdfast.quorum.core.Configuration;
import io.holdfast.sync.core.reservation.ReservationRules;
import java.util.List;

/**
 * The rules by which commands are applied to a cache of two generations (section 5), and changes to
 * a membership, what a seal ends, and what is active, each in one line. Every replica of a group
 * goes by {@link #PROTOCOL}; a simulation breaks one of them at a time, to show that this would be
 * noticed.
 */
public class CacheRules {

  /** Those of the protocol. */
  public static final CacheRules PROTOCOL = new CacheRules();

  /** For those that break one. */
  protected CacheRules() {}

  /**
   * AtMostOneRotation: whether a plan still holds.
   *
   * @param planned the generation in which its keys were classified
   * @param generation the one in which it is applied
   */
  public boolean holds(long planned, long generation) {
    return generation - planned < 2;
  }

  /**
   * ConfigurationBySlot: whether a change of membership is refused while the one before does not
   * govern yet. What the state holds of configurations has room for no more.
   */
  public boolean changesOneAtATime() {
    return true;
  }

  /**
   * DeterministicApply: the encoded results of a slot, as they enter the chain of hashes.
   *
   * @param results those of its commands, and of its changes of membership after them
   */
  public List<ByteString> chained(List<ByteString> results) {
    return results;
  }

  /**
   * NothingAfterSeal: whether a command is executed.
   *
   * @param sealed whether the group was sealed before it
   */
  public boolean executes(boolean sealed) {
    return !sealed;
  }

  /**
   * OneEpochPerWrite: whether a command takes effect.
   *
   * @param sameNumber whether the epoch that is active has the number of the one that it was
   *     admitted under
   * @param sameHash whether it has the hash of that one's set
   */
  public boolean takesEffect(boolean sameNumber, boolean sameHash) {
    return sameNumber && sameHash;
  }

  /**
   * EpochsInOrder: what is compared with the active epoch of what an activation expects.
   *
   * @param expected what it says that it expects
   * @param active what is active
   */
  public Activation.Expected compared(Activation.Expected expected, ControlEpoch active) {
    return expected;
  }

  /**
   * EpochsInOrder: what is active after an activation, every one of which takes the next number.
   *
   * @param before what was active
   * @param after what is to be
   */
  public ControlState activated(ControlState before, ControlState after) {
    return after;
  }

  /**
   * StaleEvidenceNeverCounts: whether a group is ready.
   *
   * @param control what is active, and what was given for it
   * @param members its newest configuration
   * @param nowMillis milliseconds since 1970
   */
  public boolean isReady(ControlState control, Configuration members, long nowMillis) {
    return control.isReady(members.members(), members.w(), nowMillis);
  }

  /** Those of reservations. */
  public ReservationRules reservations() {
    return ReservationRules.PROTOCOL;
  }

  /** FreshBeatsShipped: whether a cached value or tombstone is taken where another is shipped. */
  public boolean cachedBeatsShipped() {
    return true;
  }

  /**
   * CoveredOnly: whether a command may read or write a key, a range or a lease.
   *
   * @param covered whether its plan covers that
   */
  public boolean permits(boolean covered) {
    return covered;
  }

  /**
   * Whether the keys that a command names enter the current generation: whatever comes of it, but
   * not where its plan no longer holds. What that brings may be out of date, and would be taken for
   * the newest.
   */
  public boolean touches(boolean holds) {
    return holds;
  }

  /**
   * EvictionOnlyByRotation: whether the cache rotates at the end of a slot.
   *
   * @param commands applied since it last did
   * @param bytes entered into the current generation since then
   */
  public boolean rotates(StateTerms terms, long commands, long bytes) {
    return commands >= terms.rotationCommands() || bytes >= terms.rotationBytes();
  }
}
