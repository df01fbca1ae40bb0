package io.holdfast.mesh.core;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.ReadAnswer;
import io.holdfast.mesh.WriteAnswer;
import io.holdfast.mesh.core.Envelope.Forward;
import io.holdfast.mesh.core.Envelope.Request;
import io.holdfast.quorum.core.CoordinatorEffect.Outcome;
import io.holdfast.sync.core.Caller;
import io.holdfast.sync.core.Command;
import io.holdfast.sync.core.CommandCodec;
import io.holdfast.sync.core.CommandOutcome;
import io.holdfast.sync.core.ReadQuery;
import io.holdfast.sync.core.ReadResult;
import io.holdfast.sync.core.ReplicaEffect.Refusal;
import io.holdfast.sync.core.UnreadableBytes;
import io.holdfast.sync.core.WriteCommand;
import io.holdfast.sync.core.WriteId;
import io.holdfast.sync.core.WriteLookup;
import java.time.Duration;
import java.util.Optional;

/** What a {@link RequestRouter} is told. */
public sealed interface RouterInput {

  /**
   * A client of this node asks; answered exactly once under its token.
   *
   * @param token names the client's request; never used before
   * @param request what it wants
   * @param patience of a write: how long it stays, after which it is told that its write is in
   *     flight; absent: until there is an answer
   */
  record Asked(long token, ClientRequest request, Optional<Duration> patience)
      implements RouterInput {

    public Asked {
      if (patience.isPresent() && !(request instanceof ClientRequest.Write)) {
        throw new IllegalArgumentException("only a write can be in flight, not " + request);
      }
    }
  }

  /**
   * A peer holds a client whose request belongs here, as far as it knows.
   *
   * @param from the peer
   * @param token names the request in the answer
   * @param hops how often it was forwarded, this time included; from 1
   * @param request what the client wants
   */
  record PeerAsked(MemberId from, long token, int hops, ClientRequest request)
      implements RouterInput {}

  /**
   * A peer forwarded what cannot be read.
   *
   * @param from the peer
   * @param token names the request in the answer
   * @param what what it is not, in one sentence
   */
  record PeerAskedUnreadably(MemberId from, long token, String what) implements RouterInput {}

  /** A peer answers a forwarded write or look-up. */
  record PeerAnsweredWrite(MemberId from, long token, WriteAnswer answer) implements RouterInput {}

  /** A peer answers a forwarded read. */
  record PeerAnsweredRead(MemberId from, long token, ReadAnswer answer) implements RouterInput {}

  /** The leader that this node hears, itself included, has changed. */
  record LeaderIs(Optional<MemberId> leader) implements RouterInput {}

  /**
   * How long acknowledgements may take is another time from here.
   *
   * @param byPolicy what the active policy says; absent where the settings say so
   */
  record AckTimeoutIs(Optional<Duration> byPolicy) implements RouterInput {}

  /**
   * Answers {@link RouterEffect.Admit}: it can be proposed.
   *
   * @param entry the command with its plan, encoded
   */
  record Admitted(long ticket, ByteString entry) implements RouterInput {}

  /**
   * Answers {@link RouterEffect.Admit}: it was executed or fenced before.
   *
   * @param outcome the recorded outcome
   */
  record AlreadyDecided(long ticket, CommandOutcome outcome) implements RouterInput {}

  /**
   * Answers {@link RouterEffect.Admit}: it has no effect.
   *
   * @param code why
   * @param detail one sentence for a person
   */
  record NotAdmitted(long ticket, OutcomeCode code, String detail) implements RouterInput {}

  /** Answers {@link RouterEffect.Submit}. */
  record Concluded(long ticket, Outcome outcome) implements RouterInput {}

  /** Answers {@link RouterEffect.AskReadIndex}. */
  record ReadIndexIs(long ticket, Slot readIndex) implements RouterInput {}

  /**
   * Answers {@link RouterEffect.AskReadIndex}.
   *
   * @param code why there is none
   * @param leader who leads, as far as the coordinator knows
   */
  record ReadIndexRefused(long ticket, OutcomeCode code, Optional<MemberId> leader)
      implements RouterInput {}

  /**
   * Answers {@link RouterEffect.Query}.
   *
   * @param result what was read, or why it cannot be for good
   * @param applied the slot as of which the newest revision is meant
   */
  record QueryDone(long ticket, ReadResult result, Slot applied) implements RouterInput {}

  /** Answers {@link RouterEffect.LookUp}. */
  record LookedUp(long ticket, WriteLookup lookup) implements RouterInput {}

  /** Answers {@link RouterEffect.Query} and {@link RouterEffect.LookUp}. */
  record ReplicaRefused(long ticket, Refusal reason) implements RouterInput {}

  /** Answers all that a replica is asked for: it has ended. */
  record ReplicaStopped(long ticket) implements RouterInput {}

  /** Time has passed. */
  record Tick() implements RouterInput {}

  /** The node ends: whoever waits is answered now, and whoever comes later at once. */
  record Close() implements RouterInput {}

  /**
   * Reads what a peer forwarded. Apart from the router's own step, since a command is digested
   * while it is read, and that may take milliseconds.
   */
  static RouterInput read(MemberId from, Forward forward) {
    long token = forward.token();
    int hops = forward.hops() + 1;
    Caller caller = forward.caller();
    Request request = forward.request();
    if (request instanceof Request.Write write) {
      try {
        WriteCommand decoded = CommandCodec.decode(write.command());
        return decoded.command() instanceof Command.Housekeeping
            ? new PeerAskedUnreadably(from, token, "Not a client's command.")
            : new PeerAsked(
                from, token, hops, new ClientRequest.Write(decoded, write.command(), caller));
      } catch (UnreadableBytes malformed) {
        return new PeerAskedUnreadably(from, token, "Not a command.");
      }
    }
    if (request instanceof Request.FindWrite find) {
      return WriteId.refusalOf(find.writeId()).isPresent()
          ? new PeerAskedUnreadably(from, token, "Not a write id.")
          : new PeerAsked(
              from,
              token,
              hops,
              new ClientRequest.FindWrite(WriteId.parse(find.writeId()), caller));
    }
    if (request instanceof Request.Query query) {
      return new PeerAsked(from, token, hops, new ClientRequest.Read(query.query(), caller));
    }
    Request.Read read = (Request.Read) request;
    return read.key().isEmpty()
        ? new PeerAskedUnreadably(from, token, "Not a key.")
        : new PeerAsked(
            from, token, hops, new ClientRequest.Read(ReadQuery.of(read.key()), caller));
  }
}
