package io.holdfast.mesh.actor;

import akka.actor.typed.ActorRef;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.MemberId;
import io.holdfast.mesh.ChangesAnswer;
import io.holdfast.mesh.ChangesRequest;
import io.holdfast.mesh.FailureStatus;
import io.holdfast.mesh.ReadAnswer;
import io.holdfast.mesh.StoryAnswer;
import io.holdfast.mesh.WriteAnswer;
import io.holdfast.mesh.WriteStory;
import io.holdfast.mesh.core.ClientRequest;
import io.holdfast.mesh.core.Envelope.Forward;
import io.holdfast.mesh.core.Envelope.ForwardedReadAnswer;
import io.holdfast.mesh.core.Envelope.ForwardedWriteAnswer;
import io.holdfast.mesh.core.GroupAnswers;
import io.holdfast.mesh.core.RequestRouter;
import io.holdfast.mesh.core.RouterEffect;
import io.holdfast.mesh.core.RouterInput;
import io.holdfast.mesh.metrics.GroupMeters;
import io.holdfast.mesh.metrics.ReadStep;
import io.holdfast.mesh.metrics.WriteStep;
import io.holdfast.quorum.actor.CoordinatorActor;
import io.holdfast.quorum.actor.CoordinatorActor.ReadOutcome;
import io.holdfast.quorum.core.AckReport;
import io.holdfast.sync.actor.AdmitReply;
import io.holdfast.sync.actor.CacheOwner;
import io.holdfast.sync.actor.ChangesReply;
import io.holdfast.sync.actor.LookupReply;
import io.holdfast.sync.actor.QueryReply;
import io.holdfast.sync.core.Caller;
import io.holdfast.sync.core.ReplicaEffect.Refusal;
import io.holdfast.sync.core.ReplicaQuery;
import io.holdfast.sync.core.WriteCommand;
import io.holdfast.sync.core.WriteId;
import io.holdfast.sync.core.WriteLookup;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Runs a {@link RequestRouter}: clients' requests for one group and the answers to them. Called
 * from any thread; answers come on the threads of the actors.
 *
 * <p>It is no actor but a lock around the core, for the sake of the hot path. A linearizable read
 * makes three steps of the core, each well below a microsecond; as messages to an actor they would
 * cost three more wake-ups on cores that the coordinator, the acceptor and the replica need, and a
 * request alone on an idle node would wait for each. The lock covers the step and nothing else:
 * effects are carried out after it, so no code of callers or neighbours ever runs under it. Steps
 * of different requests may therefore see their effects interleave, which is harmless: what must
 * follow an effect follows from its answer.
 */
final class GroupService {

  /** Far above what a front door lets watch at a time. */
  private static final int MAX_FOLLOWERS = 10_000;

  private final GroupId group;
  private final RequestRouter router;
  private final Object step = new Object();
  private final NodeParts node;
  private final ActorRef<CoordinatorActor.Command> coordinator;
  private final ActorRef<CacheOwner.Command> replica;
  private final GroupCounters counters;
  private final GroupMeters meters;
  private final FlightRecorder recorder;

  private volatile Optional<MemberId> leader = Optional.empty();
  private final AtomicLong nextToken = new AtomicLong();
  private final Map<Long, CompletableFuture<WriteAnswer>> writers = new ConcurrentHashMap<>();
  private final Map<Long, CompletableFuture<ReadAnswer>> readers = new ConcurrentHashMap<>();

  /** Changes are asked of the replica alone: where it ends, nobody else would answer. */
  private final OpenAnswers followers = new OpenAnswers();

  /**
   * @param group as clients name it
   */
  GroupService(
      GroupId group,
      RequestRouter router,
      NodeParts node,
      ActorRef<CoordinatorActor.Command> coordinator,
      ActorRef<CacheOwner.Command> replica,
      GroupObservations observations) {
    this.group = group;
    this.router = router;
    this.node = node;
    this.coordinator = coordinator;
    this.replica = replica;
    this.counters = observations.counters();
    this.meters = counters.meters();
    this.recorder = observations.recorder();
  }

  // ---- What clients of this node want

  /**
   * Decides a write.
   *
   * @param write the command under its id
   * @param caller who asks for it
   * @param patience after which the answer is that it is in flight
   */
  CompletableFuture<WriteAnswer> write(
      WriteCommand write, Caller caller, Optional<Duration> patience) {
    recorder.received(write);
    return ask(writers, ClientRequest.Write.of(write, caller), patience)
        .whenComplete(
            (answer, bug) -> {
              if (answer != null) {
                counters.count(answer.code());
                recorder.answered(write.id(), answer.code());
                failure(answer).ifPresent(counters::failed);
              }
            });
  }

  /** What is remembered of a write whose outcome its client does not know. */
  private Optional<FailureStatus> failure(WriteAnswer answer) {
    return switch (answer.code()) {
      case QUORUM_NOT_MET, LOCAL_WRITE_FAILED, OUTCOME_UNKNOWN ->
          Optional.of(
              new FailureStatus(
                  recorder.nowMillis(),
                  answer.writeId(),
                  answer.code().code(),
                  answer.reason().orElse(""),
                  answer.acks().map(AckReport::got).orElse(0),
                  answer.acks().map(AckReport::w).orElse(0),
                  answer.acks().stream()
                      .flatMap(acks -> acks.members().stream())
                      .filter(member -> member.state() != AckReport.State.ACKED)
                      .map(AckReport.MemberAck::node)
                      .toList()));
      default -> Optional.empty();
    };
  }

  /**
   * What this node has seen of a write, and what its replica has recorded of it now. Whoever may
   * not look it up is not told, and nobody is where the replica cannot say who may.
   */
  CompletionStage<StoryAnswer> story(WriteId id, Caller caller) {
    CompletableFuture<LookupReply> reply = followers.expect();
    replica.tell(new CacheOwner.LookupWrite(Slot.ZERO, id, caller.credentials(), reply));
    return RunEnded.orElse(
        // The replica answers on its own thread, on which nothing else may be done.
        StoryDesk.thenTell(reply, known -> story(id, known)),
        () -> GroupAnswers.noStory(Refusal.TIMED_OUT));
  }

  private StoryAnswer story(WriteId id, LookupReply reply) {
    if (reply instanceof LookupReply.Refused refused) {
      return GroupAnswers.noStory(refused.reason());
    }
    WriteLookup lookup = ((LookupReply.Known) reply).lookup();
    String recorded = GroupAnswers.recorded(lookup);
    OptionalLong slot =
        lookup instanceof WriteLookup.Recorded found
            ? OptionalLong.of(found.outcome().slot().number())
            : OptionalLong.empty();
    return new StoryAnswer.Told(
        new WriteStory(
                id.toString(),
                group.value(),
                node.self().node(),
                recorder.nowMillis(),
                recorded,
                slot,
                recorder.rememberedSinceMillis(),
                node.peerClocks().get(),
                recorder.story(id, slot),
                0)
            .bounded());
  }

  CompletableFuture<ReadAnswer> readLinearizable(ReplicaQuery query, Caller caller) {
    long since = System.nanoTime();
    return ask(readers, new ClientRequest.Read(query, caller), Optional.empty())
        .whenComplete((answer, bug) -> meters.took(ReadStep.TOTAL, System.nanoTime() - since));
  }

  /** What this node has executed. */
  CompletableFuture<ReadAnswer> readLocal(
      ReplicaQuery query, Optional<Duration> staleness, Caller caller) {
    long since = System.nanoTime();
    return ask(readers, new ClientRequest.ReadLocal(query, staleness, caller), Optional.empty())
        .whenComplete((answer, bug) -> meters.took(ReadStep.LOCAL, System.nanoTime() - since));
  }

  /** The next changes of the history as this node has executed it: nothing is to be decided. */
  CompletableFuture<ChangesAnswer> changes(ChangesRequest request) {
    if (followers.count() >= MAX_FOLLOWERS) {
      return CompletableFuture.completedFuture(
          GroupAnswers.noChanges(Optional.of(Refusal.OVERLOADED)));
    }
    CompletableFuture<ChangesReply> reply = followers.expect();
    replica.tell(
        new CacheOwner.NextChanges(
            request.fromPlace(),
            request.keys(),
            request.patience(),
            request.caller().credentials(),
            reply));
    return reply.handle((value, stopped) -> changes(value));
  }

  CompletableFuture<WriteAnswer> findWrite(WriteId id, Caller caller) {
    return ask(writers, new ClientRequest.FindWrite(id, caller), Optional.empty());
  }

  private <T> CompletableFuture<T> ask(
      Map<Long, CompletableFuture<T>> callers, ClientRequest request, Optional<Duration> patience) {
    long token = nextToken.getAndIncrement();
    CompletableFuture<T> answer = new CompletableFuture<>();
    callers.put(token, answer);
    take(new RouterInput.Asked(token, request, patience));
    return answer;
  }

  /** The leader that this node hears. */
  Optional<MemberId> leader() {
    return leader;
  }

  // ---- What others say

  /** The leader that this node hears has changed. */
  void leaderIs(Optional<MemberId> heard) {
    leader = heard;
    take(new RouterInput.LeaderIs(heard));
  }

  /** How long acknowledgements may take by the active policy, which need not say. */
  void ackTimeoutIs(Optional<Duration> byPolicy) {
    take(new RouterInput.AckTimeoutIs(byPolicy));
  }

  /** A peer holds a client whose request belongs here. */
  void forwarded(MemberId from, Forward forward) {
    take(RouterInput.read(from, forward));
  }

  void answered(MemberId from, ForwardedWriteAnswer answer) {
    meters.writeCameBack(answer.token());
    take(new RouterInput.PeerAnsweredWrite(from, answer.token(), answer.answer()));
  }

  void answered(MemberId from, ForwardedReadAnswer answer) {
    meters.readCameBack(answer.token());
    take(new RouterInput.PeerAnsweredRead(from, answer.token(), answer.answer()));
  }

  /** Time has passed. */
  void tick() {
    take(new RouterInput.Tick());
  }

  /** Answers whoever waits, and from now on whoever comes, without the actors. */
  void close() {
    take(new RouterInput.Close());
    followers.close();
  }

  // ---- The core

  private void take(RouterInput input) {
    List<RouterEffect> effects;
    try {
      synchronized (step) {
        effects = router.on(input, node.clock().get());
      }
    } catch (RuntimeException bug) {
      // The core's state is not to be trusted any more.
      node.failure().bug(bug);
      return;
    }
    effects.forEach(this::carryOut);
  }

  private void carryOut(RouterEffect effect) {
    if (effect instanceof RouterEffect.Submit submit) {
      long since = System.nanoTime();
      coordinator.tell(
          new CoordinatorActor.Submit(
              submit.entry(),
              outcome -> {
                meters.took(WriteStep.DECIDE, System.nanoTime() - since);
                recorder.concluded(submit.entry().bytes(), outcome);
                take(new RouterInput.Concluded(submit.ticket(), outcome));
              }));
    } else if (effect instanceof RouterEffect.Admit admit) {
      CompletableFuture<AdmitReply> reply = new CompletableFuture<>();
      long since = System.nanoTime();
      var unused =
          reply.whenComplete(
              (value, stopped) -> {
                meters.took(WriteStep.ADMIT, System.nanoTime() - since);
                recorder.admission(admit.write().id(), value);
                take(admitted(admit.ticket(), value));
              });
      replica.tell(new CacheOwner.Admit(admit.write(), admit.caller(), reply));
    } else if (effect instanceof RouterEffect.AskReadIndex ask) {
      long since = System.nanoTime();
      coordinator.tell(
          new CoordinatorActor.ReadIndex(
              outcome -> {
                meters.took(ReadStep.READ_INDEX, System.nanoTime() - since);
                take(indexed(ask.ticket(), outcome));
              }));
    } else if (effect instanceof RouterEffect.Query query) {
      CompletableFuture<QueryReply> reply = new CompletableFuture<>();
      long since = System.nanoTime();
      boolean waits = !query.readIndex().equals(Slot.ZERO); // else it is a local read
      var unused =
          reply.whenComplete(
              (value, stopped) -> {
                if (waits) {
                  meters.took(ReadStep.WAIT_APPLIED, System.nanoTime() - since);
                }
                take(queried(query.ticket(), value));
              });
      replica.tell(new CacheOwner.Query(query.readIndex(), query.query(), query.shown(), reply));
    } else if (effect instanceof RouterEffect.LookUp lookUp) {
      CompletableFuture<LookupReply> reply = new CompletableFuture<>();
      var unused = reply.whenComplete((value, stopped) -> take(lookedUp(lookUp.ticket(), value)));
      replica.tell(
          new CacheOwner.LookupWrite(lookUp.readIndex(), lookUp.id(), lookUp.shown(), reply));
    } else if (effect instanceof RouterEffect.Send send) {
      AnswerLog.tell(send);
      if (send.message() instanceof Forward forward) {
        meters.forwarded(forward.token());
      }
      recorder.sent(send.to(), send.message());
      node.links().send(send.to().node(), send.message());
    } else if (effect instanceof RouterEffect.AnswerWrite answer) {
      complete(writers.remove(answer.token()), answer.answer());
    } else if (effect instanceof RouterEffect.AnswerRead answer) {
      complete(readers.remove(answer.token()), answer.answer());
    } else if (effect instanceof RouterEffect.CountDropped) {
      counters.countDropped();
    }
  }

  private <T> void complete(@Nullable CompletableFuture<T> caller, T answer) {
    if (caller == null) {
      node.failure().bug(new IllegalStateException("a caller was answered twice: " + answer));
    } else {
      caller.complete(answer);
    }
  }

  private static RouterInput indexed(long ticket, ReadOutcome outcome) {
    if (outcome instanceof ReadOutcome.At at) {
      return new RouterInput.ReadIndexIs(ticket, at.readIndex());
    }
    ReadOutcome.Refused refused = (ReadOutcome.Refused) outcome;
    return new RouterInput.ReadIndexRefused(ticket, refused.code(), refused.leader());
  }

  /** Without a reply the replica has stopped. */
  private static RouterInput admitted(long ticket, @Nullable AdmitReply reply) {
    if (reply instanceof AdmitReply.Admitted admitted) {
      return new RouterInput.Admitted(ticket, admitted.entry());
    }
    if (reply instanceof AdmitReply.Recorded recorded) {
      return new RouterInput.AlreadyDecided(ticket, recorded.outcome());
    }
    return reply instanceof AdmitReply.Refused refused
        ? new RouterInput.NotAdmitted(ticket, refused.code(), refused.detail())
        : new RouterInput.ReplicaStopped(ticket);
  }

  private static ChangesAnswer changes(@Nullable ChangesReply reply) {
    if (reply instanceof ChangesReply.Next next) {
      return new ChangesAnswer.Next(next.changes(), next.nextPlace(), next.revision());
    }
    if (reply instanceof ChangesReply.Compacted compacted) {
      return new ChangesAnswer.Compacted(compacted.oldest());
    }
    return GroupAnswers.noChanges(
        reply instanceof ChangesReply.Refused refused
            ? Optional.of(refused.reason())
            : Optional.empty());
  }

  private static RouterInput queried(long ticket, @Nullable QueryReply reply) {
    if (reply instanceof QueryReply.Answered answered) {
      return new RouterInput.QueryDone(ticket, answered.result(), answered.applied());
    }
    return reply instanceof QueryReply.Refused refused
        ? new RouterInput.ReplicaRefused(ticket, refused.reason())
        : new RouterInput.ReplicaStopped(ticket);
  }

  private static RouterInput lookedUp(long ticket, @Nullable LookupReply reply) {
    if (reply instanceof LookupReply.Known known) {
      return new RouterInput.LookedUp(ticket, known.lookup());
    }
    return reply instanceof LookupReply.Refused refused
        ? new RouterInput.ReplicaRefused(ticket, refused.reason())
        : new RouterInput.ReplicaStopped(ticket);
  }
}
