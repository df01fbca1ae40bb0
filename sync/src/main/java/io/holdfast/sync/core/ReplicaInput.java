package io.holdfast.sync.core;

import io.holdfast.acceptor.core.AcceptorReply.AcceptedPair;
import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Batch;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.control.Credentials;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;

/** What a {@link ReplicaCore} is told. */
public sealed interface ReplicaInput {

  /**
   * The local acceptor holds this pair durably. Says nothing about whether it is chosen.
   *
   * @param slot the slot
   * @param ballot the ballot it was accepted under
   * @param batch the value
   */
  record LocallyAccepted(Slot slot, Ballot ballot, Batch batch) implements ReplicaInput {}

  /**
   * A leader says what is chosen.
   *
   * @param ballot the leader's ballot
   * @param chosenUpTo every slot up to here is chosen
   * @param leader the leader
   */
  record Watermark(Ballot ballot, Slot chosenUpTo, MemberId leader) implements ReplicaInput {}

  /**
   * A peer wants learned batches.
   *
   * @param from the peer
   * @param fromSlot the first slot it wants
   * @param maxBytes how much it takes
   */
  record FetchRequested(MemberId from, Slot fromSlot, int maxBytes) implements ReplicaInput {}

  /**
   * A peer answers a fetch.
   *
   * @param from the peer
   * @param fromSlot the slot that was asked for
   * @param pairs what the peer has learned from there on
   * @param learnedUpTo the peer has learned every slot up to here
   * @param trimmed the peer no longer has {@code fromSlot} in its log
   */
  record Fetched(
      MemberId from, Slot fromSlot, List<AcceptedPair> pairs, Slot learnedUpTo, boolean trimmed)
      implements ReplicaInput {
    public Fetched {
      pairs = List.copyOf(pairs);
    }
  }

  /**
   * The local acceptor's journal answers a {@link ReplicaEffect.ReadLog}.
   *
   * @param token the token of the effect
   * @param pairs the pairs that the journal holds from the asked slot on, in slot order
   */
  record LogRead(long token, List<AcceptedPair> pairs) implements ReplicaInput {
    public LogRead {
      pairs = List.copyOf(pairs);
    }
  }

  /**
   * The local acceptor's journal holds a {@link ReplicaEffect.RecordChosen} durably.
   *
   * @param slot its slot
   */
  record ChosenRecorded(Slot slot) implements ReplicaInput {}

  /**
   * A candidate must learn this far before it leads.
   *
   * @param upTo the slot
   * @param from a member that has learned it
   */
  record CatchUp(Slot upTo, MemberId from) implements ReplicaInput {}

  /**
   * The members from which missing slots can be fetched, this one among them or not.
   *
   * @param members the members
   */
  record MembersChanged(List<MemberId> members) implements ReplicaInput {
    public MembersChanged {
      members = List.copyOf(members);
    }
  }

  /**
   * The flush in flight is durable.
   *
   * @param durable the applied slot of its delta
   */
  record Flushed(Slot durable) implements ReplicaInput {}

  /**
   * A command wants to be proposed.
   *
   * @param token names the answer
   * @param write the command, without a plan
   */
  record Admit(long token, WriteCommand write, Caller caller) implements ReplicaInput {

    /** For anybody. */
    public Admit(long token, WriteCommand write) {
      this(token, write, Caller.ANYBODY);
    }
  }

  /**
   * The store answers a {@link ReplicaEffect.AskStore}.
   *
   * @param question its number
   * @param answer the answer
   */
  record StoreAnswered(long question, StoreAnswer answer) implements ReplicaInput {}

  /**
   * This node's coordinator leads; said again and again while it does.
   *
   * @param lowestClockMillis the lowest wall clock among at least w members, as of now; absent
   *     while fewer are heard
   */
  record Leads(OptionalLong lowestClockMillis) implements ReplicaInput {}

  /** This node's coordinator does not lead any more. */
  record LeadsNoMore() implements ReplicaInput {}

  /**
   * Reads keys, or reservations, once the read index is applied.
   *
   * @param token names the answer
   * @param readIndex the slot to wait for; {@link Slot#ZERO} reads what is applied now
   * @param query what to read
   */
  record Query(long token, Slot readIndex, ReplicaQuery query, Credentials shown)
      implements ReplicaInput {

    /** For anybody. */
    public Query(long token, Slot readIndex, ReplicaQuery query) {
      this(token, readIndex, query, Credentials.NONE);
    }
  }

  /**
   * Asks for the changes from a place on, as far as they are applied here; waits a while where
   * there is none yet.
   *
   * @param token names the answer
   * @param fromPlace the first place wanted
   * @param keys of which keys
   * @param patience how long to wait
   * @param shown what whoever asks shows of itself
   */
  record NextChanges(
      long token, long fromPlace, KeyRange keys, Duration patience, Credentials shown)
      implements ReplicaInput {

    /** For anybody. */
    public NextChanges(long token, long fromPlace, KeyRange keys, Duration patience) {
      this(token, fromPlace, keys, patience, Credentials.NONE);
    }

    NextChanges from(long place) {
      return new NextChanges(token, place, keys, patience, shown);
    }
  }

  /**
   * Looks a write id up once the read index is applied.
   *
   * @param token names the answer
   * @param readIndex the slot to wait for; {@link Slot#ZERO} looks at what is applied now
   * @param id the write id
   */
  record LookupWrite(long token, Slot readIndex, WriteId id, Credentials shown)
      implements ReplicaInput {

    /** For anybody. */
    public LookupWrite(long token, Slot readIndex, WriteId id) {
      this(token, readIndex, id, Credentials.NONE);
    }
  }

  /**
   * A member says something about a snapshot.
   *
   * @param from the member
   * @param message what it says
   */
  record AboutSnapshot(MemberId from, SnapshotMessage message) implements ReplicaInput {}

  /**
   * The store answers a {@link ReplicaEffect.WorkOnSnapshot}.
   *
   * @param result the answer
   */
  record SnapshotWorked(SnapshotResult result) implements ReplicaInput {}

  /**
   * This replica differs from a majority; said again when more of those are known.
   *
   * @param divergence where, and from whom
   */
  record Diverged(Divergence divergence) implements ReplicaInput {}

  /**
   * A member says how it is; of use to a leader only.
   *
   * @param from the member
   * @param given what it says
   */
  record EvidenceHeard(MemberId from, SyncMessage.EvidenceGiven given) implements ReplicaInput {}

  /**
   * Another replica differs from this one, and nobody knows which one is right; or that is over.
   *
   * @param is whether it is so
   */
  record Undecided(boolean is) implements ReplicaInput {}

  /** Time has passed. */
  record Tick() implements ReplicaInput {}
}
