package io.holdfast.sync.core;

import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.control.ControlEpoch;
import io.holdfast.config.core.control.ControlState;
import io.holdfast.quorum.core.Membership;
import java.util.Optional;

/**
 * All of a replica's state except its records, leases, reservations, write ids and cached keys, at
 * one slot.
 *
 * @param terms what decides outcomes
 * @param applied the last slot whose effects are in it
 * @param chainHash h(applied) of section 5; {@link Digest#ZERO} before the first slot
 * @param revision count of state-changing commands so far
 * @param compacted the oldest revision that can be read; 0 while all can
 * @param keyCount how many keys there are
 * @param leaseCount how many leases there are
 * @param firstWriteOrdinal the oldest remembered write, counted over all writes ever
 * @param nextWriteOrdinal how many writes were ever remembered
 * @param horizonMillis unknown write ids dated before this have expired; 0 while none has
 * @param generation how often the cache has rotated
 * @param generationCommands commands applied since it last did
 * @param generationBytes bytes entered into the current generation
 * @param control the active epoch
 * @param membership who takes part; empty before the group is founded, and in a store of software
 *     that did not keep it
 * @param reservationCount how many reservations there are
 * @param exclusionPlaceCount in how many places pools have exclusions beside those of the manifest
 */
public record StateHeader(
    StateTerms terms,
    Slot applied,
    Digest chainHash,
    long revision,
    long compacted,
    long keyCount,
    long leaseCount,
    long firstWriteOrdinal,
    long nextWriteOrdinal,
    long horizonMillis,
    long generation,
    long generationCommands,
    long generationBytes,
    ControlEpoch control,
    Optional<Membership> membership,
    long reservationCount,
    long exclusionPlaceCount) {

  public StateHeader {
    long writes = nextWriteOrdinal - firstWriteOrdinal;
    if (revision < 0
        || compacted < 0
        || compacted > revision
        || keyCount < 0
        || leaseCount < 0
        || reservationCount < 0
        || exclusionPlaceCount < 0
        || firstWriteOrdinal < 0
        || writes < 0
        || writes > 2L * terms.writeIdWindow()
        || horizonMillis < 0
        || generation < 0
        || generationCommands < 0
        || generationBytes < 0) {
      throw new IllegalArgumentException(
          ("revision %d, compacted %d, %d keys, %d leases, %d reservations, %d places with"
                  + " exclusions, write ordinals %d to %d, horizon %d,"
                  + " generation %d with %d commands and %d bytes")
              .formatted(
                  revision,
                  compacted,
                  keyCount,
                  leaseCount,
                  reservationCount,
                  exclusionPlaceCount,
                  firstWriteOrdinal,
                  nextWriteOrdinal,
                  horizonMillis,
                  generation,
                  generationCommands,
                  generationBytes));
    }
    if (applied.equals(Slot.ZERO) && !chainHash.equals(Digest.ZERO)) {
      throw new IllegalArgumentException(
          "chain hash %s, though nothing was executed".formatted(chainHash));
    }
  }

  /** One of epoch 0, in which nobody is known to take part, without reservations. */
  public StateHeader(
      StateTerms terms,
      Slot applied,
      Digest chainHash,
      long revision,
      long compacted,
      long keyCount,
      long leaseCount,
      long firstWriteOrdinal,
      long nextWriteOrdinal,
      long horizonMillis,
      long generation,
      long generationCommands,
      long generationBytes) {
    this(
        terms,
        applied,
        chainHash,
        revision,
        compacted,
        keyCount,
        leaseCount,
        firstWriteOrdinal,
        nextWriteOrdinal,
        horizonMillis,
        generation,
        generationCommands,
        generationBytes,
        ControlState.seed().epoch(),
        Optional.empty(),
        0,
        0);
  }

  /** The same with another chain hash, as where a bit of it has flipped. */
  public StateHeader with(Digest otherChainHash) {
    return with(otherChainHash, control, membership);
  }

  /** The same with another active epoch. */
  public StateHeader with(ControlEpoch active) {
    return with(chainHash, active, membership);
  }

  /** The same with others who take part. */
  public StateHeader with(Membership others) {
    return with(chainHash, control, Optional.of(others));
  }

  /** The same before anybody takes part: for a group that is to be founded anew with this state. */
  public StateHeader withoutMembers() {
    return with(chainHash, control, Optional.empty());
  }

  /** The same with other counts of reservations, and of places with exclusions. */
  public StateHeader withReservations(long reservations, long exclusionPlaces) {
    return with(applied, chainHash, control, membership, reservations, exclusionPlaces);
  }

  private StateHeader with(
      Digest otherChainHash, ControlEpoch active, Optional<Membership> others) {
    return with(applied, otherChainHash, active, others, reservationCount, exclusionPlaceCount);
  }

  /** The same of a replica that stands at another slot. */
  public StateHeader at(Slot slot) {
    return with(slot, chainHash, control, membership, reservationCount, exclusionPlaceCount);
  }

  private StateHeader with(
      Slot slot,
      Digest otherChainHash,
      ControlEpoch active,
      Optional<Membership> others,
      long reservations,
      long exclusionPlaces) {
    return new StateHeader(
        terms,
        slot,
        otherChainHash,
        revision,
        compacted,
        keyCount,
        leaseCount,
        firstWriteOrdinal,
        nextWriteOrdinal,
        horizonMillis,
        generation,
        generationCommands,
        generationBytes,
        active,
        others,
        reservations,
        exclusionPlaces);
  }

  /** Before the first slot. */
  public static StateHeader empty(StateTerms terms) {
    return new StateHeader(terms, Slot.ZERO, Digest.ZERO, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
  }
}
