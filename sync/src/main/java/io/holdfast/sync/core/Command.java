package io.holdfast.sync.core;

import com.google.protobuf.ByteString;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.control.Activation;
import io.holdfast.config.core.control.Evidence;
import io.holdfast.config.core.control.SetHash;
import io.holdfast.sync.core.reservation.ReservationRequest;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a client, or the leader for the group, wants done. An expected modRevision of 0 means "the
 * key is absent". Sizes are checked where a command enters, by {@link CommandLimits}.
 */
public sealed interface Command {

  /** A command about one key, which is all that it reads and writes. */
  sealed interface OnKey extends Command {

    /** The key, 1 byte or more. */
    ByteString key();
  }

  /**
   * What the leader proposes of itself. It has a write id like every command, but nobody retries it
   * or asks for it, so its outcome is not remembered.
   */
  sealed interface Housekeeping extends Command {}

  /**
   * Sets a key.
   *
   * @param key the key
   * @param value its new value, possibly empty
   * @param lease the lease to attach it to, 0 for none
   */
  record Put(ByteString key, ByteString value, long lease) implements OnKey {
    public Put {
      requireKey(key);
      requireLease(lease);
    }

    public Put(ByteString key, ByteString value) {
      this(key, value, 0);
    }
  }

  /**
   * Sets a key if nobody has changed it since.
   *
   * @param key the key
   * @param value its new value, possibly empty
   * @param expectedModRevision the modRevision it must have, 0 for absent
   * @param lease the lease to attach it to, 0 for none
   */
  record PutIf(ByteString key, ByteString value, long expectedModRevision, long lease)
      implements OnKey {
    public PutIf {
      requireKey(key);
      requireRevision(expectedModRevision);
      requireLease(lease);
    }

    public PutIf(ByteString key, ByteString value, long expectedModRevision) {
      this(key, value, expectedModRevision, 0);
    }
  }

  /**
   * Deletes a key; deleting an absent one changes nothing.
   *
   * @param key the key
   */
  record Delete(ByteString key) implements OnKey {
    public Delete {
      requireKey(key);
    }
  }

  /**
   * Deletes a key if nobody has changed it since.
   *
   * @param key the key
   * @param expectedModRevision the modRevision it must have, 0 for absent
   */
  record DeleteIf(ByteString key, long expectedModRevision) implements OnKey {
    public DeleteIf {
      requireKey(key);
      requireRevision(expectedModRevision);
    }
  }

  /**
   * Where all conditions hold, does one list of operations, else the other, as one step that takes
   * one revision.
   *
   * @param conditions what must hold; none: the first list is done
   * @param then what to do if all hold
   * @param otherwise what to do if not
   */
  record Transaction(List<Comparison> conditions, List<Operation> then, List<Operation> otherwise)
      implements Command {
    public Transaction {
      conditions = List.copyOf(conditions);
      then = List.copyOf(then);
      otherwise = List.copyOf(otherwise);
    }
  }

  /**
   * Settles the write whose id this command carries: gives its recorded outcome, or has it never
   * take effect.
   */
  record Resolve() implements Command {}

  /**
   * Makes a lease. Its number is the revision that this takes.
   *
   * @param ttlMillis how long it lives without being renewed, 1 or more
   */
  record GrantLease(long ttlMillis) implements Command {
    public GrantLease {
      if (ttlMillis < 1) {
        throw new IllegalArgumentException("ttl " + ttlMillis + " ms: must be 1 or more");
      }
    }
  }

  /**
   * Renews a lease: from here it has its full time again.
   *
   * @param lease its number
   */
  record KeepAlive(long lease) implements Command {
    public KeepAlive {
      requireALease(lease);
    }
  }

  /**
   * Ends a lease and deletes the keys attached to it.
   *
   * @param lease its number
   */
  record RevokeLease(long lease) implements Command {
    public RevokeLease {
      requireALease(lease);
    }
  }

  /**
   * Forgets history: revisions below this one cannot be read or watched any more.
   *
   * @param revision the oldest that can, 1 or more
   */
  record Compact(long revision) implements Command {
    public Compact {
      requireRevision(revision - 1);
    }
  }

  /**
   * Ends a lease whose time is over, unless it was renewed since.
   *
   * @param lease its number
   * @param renewal how often it had been renewed when its time was over
   */
  record ExpireLease(long lease, long renewal) implements Housekeeping {
    public ExpireLease {
      requireALease(lease);
      requireRevision(renewal);
    }
  }

  /**
   * Expires write ids: those dated before this are forgotten.
   *
   * @param millis milliseconds since 1970
   */
  record AdvanceHorizon(long millis) implements Housekeeping {
    public AdvanceHorizon {
      requireRevision(millis);
    }
  }

  /**
   * Forgets history that is older, or more, than the leader keeps: the same as {@link Compact}, of
   * the leader's own accord.
   *
   * @param revision the oldest that can be read then, 1 or more
   */
  record ForgetHistory(long revision) implements Housekeeping {
    public ForgetHistory {
      requireRevision(revision - 1);
    }
  }

  /** A command about what is active, not about keys. */
  sealed interface OnControl extends Command {}

  /**
   * Makes another set of manifests active.
   *
   * @param activation which, instead of which
   */
  record Activate(Activation activation) implements OnControl {}

  /**
   * Agrees to an activation; whoever asks for this is the one who agrees.
   *
   * @param expected the epoch that the activation has to find
   * @param resulting the hash of the set that it has to come to
   */
  record Approve(Activation.Expected expected, SetHash resulting) implements OnControl {}

  /**
   * A member has looked at itself, as its leader was told.
   *
   * @param member who
   * @param loaded the epoch whose set it has loaded
   * @param checks what it looked at, and whether it was so
   */
  record GiveEvidence(
      MemberId member, Activation.Expected loaded, SortedMap<Evidence.Check, Boolean> checks)
      implements Housekeeping {
    public GiveEvidence {
      checks = Collections.unmodifiableSortedMap(new TreeMap<>(checks));
    }
  }

  /**
   * Does something with reservations. It always has a pin: pools, rights and the time that count
   * are those of its admission.
   *
   * @param request what
   */
  record OnReservations(ReservationRequest request) implements Command {}

  /** Refuses an empty key. */
  static void requireKey(ByteString key) {
    if (key.isEmpty()) {
      throw new IllegalArgumentException("key: must have at least 1 byte");
    }
  }

  /** Refuses what is neither a lease's number nor 0 for none. */
  static void requireLease(long lease) {
    if (lease < 0) {
      throw new IllegalArgumentException("lease " + lease + ": must be 0 (none) or more");
    }
  }

  private static void requireALease(long lease) {
    if (lease < 1) {
      throw new IllegalArgumentException("lease " + lease + ": must be 1 or more");
    }
  }

  private static void requireRevision(long revision) {
    if (revision < 0) {
      throw new IllegalArgumentException("number " + revision + ": must be 0 or more");
    }
  }
}
