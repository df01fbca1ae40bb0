package io.holdfast.mesh.core;

import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.Now;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.config.core.control.Credentials;
import io.holdfast.mesh.WriteAnswer;
import io.holdfast.mesh.core.Envelope.Forward;
import io.holdfast.mesh.core.PendingRequest.Caller;
import io.holdfast.mesh.core.PendingRequest.Stage;
import io.holdfast.quorum.core.AckReport;
import io.holdfast.quorum.core.BatchEntry.CommandEntry;
import io.holdfast.quorum.core.CoordinatorEffect.Outcome;
import io.holdfast.sync.core.Command;
import io.holdfast.sync.core.CommandCodec;
import io.holdfast.sync.core.CommandOutcome;
import io.holdfast.sync.core.CommandResult;
import io.holdfast.sync.core.ReadQuery;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Takes requests for one group to its leader, here or on another node, and the answers back. One
 * per group and node.
 *
 * <p>Every caller is answered exactly once. A write whose fate is not known is never called a
 * failure: whoever was asked and is lost, or silent for too long, makes it {@code outcome_unknown};
 * only what was certainly not proposed is refused.
 */
public final class RequestRouter {

  /** A request is forwarded to where a leader is said to be, and once more from there. */
  public static final int MAX_HOPS = 2;

  /** A write that came too late for what it brought is prepared again so often. */
  public static final int MAX_READMISSIONS = 3;

  /** Refusals that say something of what is active, which a node that is behind does not know. */
  private static final Set<OutcomeCode> BY_WHAT_IS_ACTIVE =
      EnumSet.of(OutcomeCode.UNAUTHENTICATED, OutcomeCode.DENIED, OutcomeCode.STALE_CONTROL_EPOCH);

  private static final String LOST = "The leader was lost before it answered";
  private static final String SILENT = "The leader did not answer in time";
  private static final String STOPPED = "This node stopped before the verdict was in";

  private final GroupId group;
  private final MemberId self;
  private final RouterLimits limits;
  private Duration forwardTimeout;
  private final PendingRequests pending = new PendingRequests();
  private final SeenTokens seen = new SeenTokens();
  private long nextTicket;
  private Optional<MemberId> leader = Optional.empty();
  private boolean closed;
  private final RouterReplies replies;

  /**
   * @param group the group
   * @param self this node
   * @param limits bounds and waits
   * @param firstTicket where tickets start; drawn anew by every boot, so that an answer to an
   *     earlier boot meets no request of this one
   */
  public RequestRouter(GroupId group, MemberId self, RouterLimits limits, long firstTicket) {
    this.group = group;
    this.self = self;
    this.limits = limits;
    this.forwardTimeout = limits.forwardTimeout();
    this.replies = new RouterReplies(group, limits.maxAnswerBytes());
    this.nextTicket = firstTicket;
  }

  /**
   * Takes one input.
   *
   * @param now its monotonic reading is not before that of any earlier call
   * @return what to do, in order
   */
  public List<RouterEffect> on(RouterInput input, Now now) {
    if (input instanceof RouterInput.Asked asked) {
      onAsked(asked, now);
    } else if (input instanceof RouterInput.Admitted admitted) {
      onAdmitted(admitted);
    } else if (input instanceof RouterInput.Concluded concluded) {
      onConcluded(concluded, now);
    } else if (input instanceof RouterInput.ReadIndexIs index) {
      onReadIndex(index);
    } else if (input instanceof RouterInput.QueryDone read) {
      onQueryDone(read);
    } else if (input instanceof RouterInput.PeerAsked asked) {
      onPeerAsked(asked, now);
    } else if (input instanceof RouterInput.PeerAnsweredWrite answer) {
      onPeerAnswered(answer);
    } else if (input instanceof RouterInput.PeerAnsweredRead answer) {
      onPeerAnswered(answer);
    } else if (input instanceof RouterInput.Tick) {
      onTick(now);
    } else {
      onRare(input, now);
    }
    return replies.drain();
  }

  private void onRare(RouterInput input, Now now) {
    if (input instanceof RouterInput.AlreadyDecided decided) {
      onAlreadyDecided(decided);
    } else if (input instanceof RouterInput.NotAdmitted refused) {
      onNotAdmitted(refused, now);
    } else if (input instanceof RouterInput.ReadIndexRefused refused) {
      onReadIndexRefused(refused, now);
    } else if (input instanceof RouterInput.LookedUp lookedUp) {
      onLookedUp(lookedUp);
    } else if (input instanceof RouterInput.ReplicaRefused refused) {
      onReplicaSilent(refused.ticket(), GroupAnswers.codeOf(refused.reason()));
    } else if (input instanceof RouterInput.ReplicaStopped stopped) {
      onReplicaSilent(stopped.ticket(), OutcomeCode.NOT_READY);
    } else if (input instanceof RouterInput.LeaderIs heard) {
      onLeader(heard.leader());
    } else if (input instanceof RouterInput.AckTimeoutIs timeout) {
      forwardTimeout =
          timeout.byPolicy().map(RouterLimits::forwardTimeout).orElse(limits.forwardTimeout());
    } else if (input instanceof RouterInput.PeerAskedUnreadably asked) {
      replies.answer(
          new Caller.Peer(asked.from(), asked.token(), Optional.empty()),
          GroupAnswers.refused(OutcomeCode.INVALID, asked.what(), ""));
    } else if (input instanceof RouterInput.Close) {
      onClose();
    }
  }

  // ---- Requests

  private void onAsked(RouterInput.Asked asked, Now now) {
    Caller client = new Caller.Client(asked.token());
    if (asked.request() instanceof ClientRequest.Write write) {
      long aheadMillis = write.id().timeMillis() - now.wallMillis();
      if (aheadMillis > limits.maxIdAhead().toMillis()) {
        replies.answer(client, datedAhead(write, aheadMillis));
        return;
      }
    }
    OptionalLong leaves =
        asked
            .patience()
            .map(patience -> OptionalLong.of(now.nanosAfter(patience)))
            .orElse(OptionalLong.empty());
    take(client, asked.request(), 0, leaves, now);
    letGo(now);
  }

  private void onPeerAsked(RouterInput.PeerAsked asked, Now now) {
    if (seen.isNew(asked.from(), asked.token())) {
      Caller peer = new Caller.Peer(asked.from(), asked.token(), asked.request().caller().trace());
      take(peer, asked.request(), asked.hops(), OptionalLong.empty(), now);
    } else {
      replies.drop("a forwarded request that came before");
    }
  }

  private WriteAnswer datedAhead(ClientRequest.Write write, long aheadMillis) {
    return GroupAnswers.refused(
        OutcomeCode.INVALID,
        "The write id is dated %d s ahead of this node's clock; at most %d s are allowed."
            .formatted(Duration.ofMillis(aheadMillis).toSeconds(), limits.maxIdAhead().toSeconds()),
        write.id().toString());
  }

  private void take(
      Caller caller, ClientRequest request, int hops, OptionalLong leavesAtNanos, Now now) {
    boolean proposed =
        request instanceof ClientRequest.FindWrite find && pending.isProposed(find.id());
    PendingRequest taken =
        new PendingRequest(
            nextTicket++, caller, request, hops, leavesAtNanos, firstStage(request, proposed));
    Optional<MemberId> elsewhere = leader.filter(member -> mayForward(member, hops));
    if (closed) {
      replies.refuse(taken, OutcomeCode.NOT_READY);
    } else if (elsewhere.isPresent() && !(request instanceof ClientRequest.ReadLocal)) {
      forward(taken, elsewhere.get(), now);
    } else if (pending.here() >= limits.maxHere()) {
      replies.refuse(taken, OutcomeCode.OVERLOADED);
    } else {
      pending.put(taken);
      begin(taken);
    }
  }

  private static Stage firstStage(ClientRequest request, boolean proposed) {
    if (request instanceof ClientRequest.Write) {
      return new Stage.AtAdmission(1);
    }
    return request instanceof ClientRequest.ReadLocal
        ? new Stage.AtReplica(false)
        : new Stage.AtCoordinator(proposed);
  }

  private void begin(PendingRequest taken) {
    if (taken.request() instanceof ClientRequest.Write write) {
      replies.add(new RouterEffect.Admit(taken.ticket(), write.write(), write.caller()));
    } else if (taken.request() instanceof ClientRequest.ReadLocal read) {
      replies.add(
          new RouterEffect.Query(
              taken.ticket(), Slot.ZERO, read.query(), read.caller().credentials()));
    } else {
      replies.add(new RouterEffect.AskReadIndex(taken.ticket()));
    }
  }

  private boolean mayForward(MemberId to, int hops) {
    return hops < MAX_HOPS && !to.equals(self);
  }

  private void forward(PendingRequest request, MemberId to, Now now) {
    if (pending.elsewhere() >= limits.maxForwarded()) {
      replies.refuse(request, OutcomeCode.OVERLOADED);
      return;
    }
    pending.put(request.at(new Stage.Elsewhere(to, now.nanosAfter(forwardTimeout))));
    replies.add(
        new RouterEffect.Send(
            to,
            new Forward(
                group,
                request.ticket(),
                request.hops(),
                request.request().toWire(),
                request.request().caller())));
  }

  // ---- What admission says

  private void onAdmitted(RouterInput.Admitted admitted) {
    PendingRequest request = atAdmission(admitted.ticket());
    if (request != null && request.stage() instanceof Stage.AtAdmission at) {
      pending.put(request.at(new Stage.Proposed(at.admissions())));
      replies.add(new RouterEffect.Submit(request.ticket(), new CommandEntry(admitted.entry())));
    }
  }

  private void onAlreadyDecided(RouterInput.AlreadyDecided decided) {
    PendingRequest request = atAdmission(decided.ticket());
    if (request != null) {
      answerDecided(request, decided.outcome(), Optional.empty());
    }
  }

  private void onNotAdmitted(RouterInput.NotAdmitted refused, Now now) {
    PendingRequest request = atAdmission(refused.ticket());
    if (request == null || !(request.stage() instanceof Stage.AtAdmission at)) {
      return;
    }
    Optional<MemberId> elsewhere =
        leader.filter(member -> mayForward(member, request.hops()) && !closed);
    boolean judged = BY_WHAT_IS_ACTIVE.contains(refused.code());
    if (judged && elsewhere.isEmpty() && !at.certain()) {
      // This replica may be behind, also that of a leader that has only begun: what is active is
      // what is active once it has executed all that was chosen by now.
      pending.put(request.at(new Stage.Doubted(at.admissions())));
      replies.add(new RouterEffect.AskReadIndex(request.ticket()));
      return;
    }
    pending.remove(request);
    if ((judged || refused.code() == OutcomeCode.NO_LEADER) && elsewhere.isPresent()) {
      forward(request, elsewhere.get(), now);
    } else {
      replies.answer(
          request.caller(),
          GroupAnswers.refused(refused.code(), refused.detail(), request.request().writeId()));
    }
  }

  private @Nullable PendingRequest atAdmission(long ticket) {
    PendingRequest request = pending.findHere(ticket);
    if (request == null || !(request.stage() instanceof Stage.AtAdmission)) {
      replies.drop("an admission that nobody waits for");
      return null;
    }
    return request;
  }

  // ---- What this node's coordinator says

  private void onConcluded(RouterInput.Concluded concluded, Now now) {
    PendingRequest request = pending.findHere(concluded.ticket());
    if (request == null
        || !(request.request() instanceof ClientRequest.Write write)
        || !(request.stage() instanceof Stage.Proposed proposed)) {
      replies.drop("an outcome that nobody waits for");
      return;
    }
    String writeId = write.writeId();
    Outcome outcome = concluded.outcome();
    if (outcome instanceof Outcome.Committed committed) {
      onCommitted(request, write, proposed.admissions(), committed);
      return;
    }
    pending.remove(request);
    if (outcome instanceof Outcome.Undecided undecided) {
      replies.answer(request.caller(), GroupAnswers.undecided(writeId, undecided));
    } else if (outcome instanceof Outcome.Refused refused) {
      forwardOrRefuse(request, refused.code(), refused.leader(), now);
    }
  }

  /**
   * What is in the log may still have had no effect, for it came after too much else, or after an
   * activation: then what it was admitted with is out of date, and it is admitted anew, under the
   * same id. Whoever named the epoch that it is meant for is told instead.
   */
  private void onCommitted(
      PendingRequest request,
      ClientRequest.Write write,
      int admissions,
      Outcome.Committed committed) {
    CommandOutcome outcome = CommandCodec.decodeOutcome(committed.result());
    boolean outOfDate =
        outcome.result() instanceof CommandResult.HorizonExceeded
            || (outcome.result() instanceof CommandResult.StaleControlEpoch
                && !(write.write().command() instanceof Command.OnControl)
                && write.caller().pinned().isEmpty());
    if (outOfDate && admissions <= MAX_READMISSIONS) {
      pending.put(request.at(new Stage.AtAdmission(admissions + 1)));
      replies.add(new RouterEffect.Admit(request.ticket(), write.write(), write.caller()));
    } else {
      answerDecided(
          request, outcome, outcome.replayed() ? Optional.empty() : Optional.of(committed.acks()));
    }
  }

  /** The outcome of what was done before does not bring the details of its result. */
  private void answerDecided(
      PendingRequest request, CommandOutcome outcome, Optional<AckReport> acks) {
    String writeId = request.request().writeId();
    WriteAnswer answer = GroupAnswers.executed(writeId, outcome, acks);
    if (outcome.replayed()
        && outcome.result() instanceof CommandResult.Detailed result
        && !result.hasDetails()
        && result.mayHaveDetails()
        && request.request() instanceof ClientRequest.Write write) {
      pending.put(request.at(new Stage.AtResults(answer)));
      // Who sent the command may know what it read; who settles it by its id need not.
      Credentials shown =
          write.write().command() instanceof Command.Resolve
              ? write.caller().credentials()
              : Credentials.NODE;
      replies.add(new RouterEffect.LookUp(request.ticket(), Slot.ZERO, write.id(), shown));
    } else {
      pending.remove(request);
      replies.answer(request.caller(), answer);
    }
  }

  private void onReadIndex(RouterInput.ReadIndexIs index) {
    PendingRequest request = pending.findHere(index.ticket());
    if (request != null && request.stage() instanceof Stage.Doubted) {
      // What it reads is of no matter; that it is read as of then is.
      replies.add(
          new RouterEffect.Query(
              request.ticket(), index.readIndex(), ReadQuery.POSITION, Credentials.NODE));
      return;
    }
    if (request == null || !(request.stage() instanceof Stage.AtCoordinator asked)) {
      replies.drop("a read index that nobody waits for");
      return;
    }
    pending.put(request.at(new Stage.AtReplica(asked.proposed())));
    replies.add(
        request.request() instanceof ClientRequest.FindWrite find
            ? new RouterEffect.LookUp(
                request.ticket(), index.readIndex(), find.id(), find.caller().credentials())
            : new RouterEffect.Query(
                request.ticket(),
                index.readIndex(),
                ((ClientRequest.Read) request.request()).query(),
                request.request().caller().credentials()));
  }

  private void onReadIndexRefused(RouterInput.ReadIndexRefused refused, Now now) {
    PendingRequest request = pending.findHere(refused.ticket());
    if (request == null) {
      replies.drop("a refused read index that nobody waits for");
      return;
    }
    pending.remove(request);
    forwardOrRefuse(request, refused.code(), refused.leader(), now);
  }

  /** What was refused was not proposed: it may be asked for elsewhere. */
  private void forwardOrRefuse(
      PendingRequest request, OutcomeCode code, Optional<MemberId> hint, Now now) {
    Optional<MemberId> elsewhere = hint.filter(member -> mayForward(member, request.hops()));
    if (code == OutcomeCode.NO_LEADER && elsewhere.isPresent() && !closed) {
      forward(request, elsewhere.get(), now);
    } else {
      replies.refuse(request, code);
    }
  }

  // ---- What this node's replica says

  private void onQueryDone(RouterInput.QueryDone read) {
    PendingRequest doubted = pending.findHere(read.ticket());
    if (doubted != null
        && doubted.stage() instanceof Stage.Doubted at
        && doubted.request() instanceof ClientRequest.Write write) {
      pending.put(doubted.at(new Stage.AtAdmission(at.admissions(), true)));
      replies.add(new RouterEffect.Admit(doubted.ticket(), write.write(), write.caller()));
      return;
    }
    PendingRequest request = takeFromReplica(read.ticket());
    if (request == null) {
      return;
    }
    if (request.request() instanceof ClientRequest.ReadLocal local) {
      replies.answer(request.caller(), GroupAnswers.readLocal(local, read));
    } else if (request.request() instanceof ClientRequest.Read linearizable) {
      replies.answer(request.caller(), GroupAnswers.read(linearizable.query(), read));
    }
  }

  private void onLookedUp(RouterInput.LookedUp lookedUp) {
    PendingRequest waiting = pending.findHere(lookedUp.ticket());
    if (waiting != null && waiting.stage() instanceof Stage.AtResults at) {
      pending.remove(waiting);
      replies.answer(waiting.caller(), GroupAnswers.withResults(at.known(), lookedUp.lookup()));
      return;
    }
    PendingRequest request = takeFromReplica(lookedUp.ticket());
    if (request != null
        && request.request() instanceof ClientRequest.FindWrite find
        && request.stage() instanceof Stage.AtReplica asked) {
      boolean inFlight = asked.proposed() || pending.isProposed(find.id());
      replies.answer(
          request.caller(),
          GroupAnswers.lookedUp(find.id().toString(), lookedUp.lookup(), inFlight));
    }
  }

  /** A write that was not admitted was not proposed; one that was executed is known to be so. */
  private void onReplicaSilent(long ticket, OutcomeCode code) {
    PendingRequest waiting = pending.findHere(ticket);
    if (waiting != null && waiting.stage() instanceof Stage.AtResults at) {
      pending.remove(waiting);
      replies.answer(waiting.caller(), at.known());
      return;
    }
    PendingRequest request =
        waiting != null
                && (waiting.stage() instanceof Stage.AtAdmission
                    || waiting.stage() instanceof Stage.Doubted)
            ? waiting
            : takeFromReplica(ticket);
    if (request != null) {
      pending.remove(request);
      replies.refuse(request, code);
    }
  }

  private @Nullable PendingRequest takeFromReplica(long ticket) {
    PendingRequest request = pending.findHere(ticket);
    if (request == null || !(request.stage() instanceof Stage.AtReplica)) {
      replies.drop("a replica's answer that nobody waits for");
      return null;
    }
    pending.remove(request);
    return request;
  }

  // ---- What peers say

  private void onPeerAnswered(RouterInput.PeerAnsweredWrite answered) {
    PendingRequest request = awaited(answered.token(), answered.from());
    if (request == null) {
      return;
    }
    String named = answered.answer().writeId();
    String writeId = request.request().writeId();
    if (writeId.isEmpty() || !(named.isEmpty() || named.equals(writeId))) {
      replies.drop("an answer to something else than was asked");
      return;
    }
    pending.remove(request);
    replies.answer(request.caller(), GroupAnswers.named(answered.answer(), writeId));
  }

  private void onPeerAnswered(RouterInput.PeerAnsweredRead answered) {
    PendingRequest request = awaited(answered.token(), answered.from());
    if (request == null) {
      return;
    }
    if (!(request.request() instanceof ClientRequest.Read)) {
      replies.drop("an answer to something else than was asked");
      return;
    }
    pending.remove(request);
    replies.answer(request.caller(), answered.answer());
  }

  private @Nullable PendingRequest awaited(long token, MemberId from) {
    PendingRequest request = pending.findElsewhere(token);
    if (request == null) {
      replies.drop("an answer that nobody waits for any more");
      return null;
    }
    if (!(request.stage() instanceof Stage.Elsewhere asked) || !asked.to().equals(from)) {
      replies.drop("an answer from another peer than was asked");
      return null;
    }
    return request;
  }

  /** Whoever was asked before and does not lead any more will hardly answer. */
  private void onLeader(Optional<MemberId> heard) {
    leader = heard;
    pending
        .removeElsewhere(asked -> !heard.equals(Optional.of(asked.to())))
        .forEach(request -> replies.lose(request, LOST));
  }

  // ---- Time, and the end

  private void onTick(Now now) {
    pending.removeOverdue(now).forEach(request -> replies.lose(request, SILENT));
    letGo(now);
  }

  private void letGo(Now now) {
    for (PendingRequest left : pending.letGo(now)) {
      replies.answer(left.caller(), GroupAnswers.inFlight(left.request().writeId()));
    }
  }

  private void onClose() {
    closed = true;
    for (PendingRequest request : pending.removeAll()) {
      if (request.stage() instanceof Stage.AtResults at) {
        replies.answer(request.caller(), at.known());
      } else if (request.stage() instanceof Stage.AtAdmission
          || request.stage() instanceof Stage.Doubted) {
        replies.refuse(request, OutcomeCode.NOT_READY);
      } else if (request.request() instanceof ClientRequest.Write) {
        replies.lose(request, STOPPED);
      } else {
        replies.refuse(request, OutcomeCode.NOT_READY);
      }
    }
  }
}
