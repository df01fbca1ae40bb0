package io.holdfast.mesh.actor;

import akka.actor.typed.ActorRef;
import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.ReadAnswer;
import io.holdfast.mesh.WriteAnswer;
import io.holdfast.mesh.core.Envelope.Forward;
import io.holdfast.mesh.core.Envelope.ForwardedReadAnswer;
import io.holdfast.mesh.core.Envelope.ForwardedWriteAnswer;
import io.holdfast.mesh.core.Envelope.Request;
import io.holdfast.quorum.actor.CoordinatorActor;
import io.holdfast.quorum.actor.CoordinatorActor.ReadOutcome;
import io.holdfast.quorum.core.BatchEntry.CommandEntry;
import io.holdfast.quorum.core.CoordinatorEffect.Outcome;
import io.holdfast.sync.actor.CacheOwner;
import io.holdfast.sync.actor.LookupReply;
import io.holdfast.sync.actor.ReadReply;
import io.holdfast.sync.core.CommandCodec;
import io.holdfast.sync.core.UnreadableBytes;
import io.holdfast.sync.core.WriteCommand;
import io.holdfast.sync.core.WriteId;
import io.holdfast.sync.core.WriteLookup;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes clients' requests for one group to its leader: here, or on another node. Called from any
 * thread; answers come on the threads of the actors.
 */
final class GroupService {

  private static final Logger LOG = LoggerFactory.getLogger(GroupService.class);

  /** A request is forwarded to where a leader is said to be, and once more from there. */
  private static final int MAX_HOPS = 2;

  /** Beyond the verdict's deadline, for the way there and back. */
  private static final Duration FORWARD_MARGIN = Duration.ofSeconds(1);

  private record Forwarded<T>(MemberId to, CompletableFuture<T> answer) {}

  private final GroupId group;
  private final MemberId self;
  private final PeerLinks links;
  private final ActorRef<CoordinatorActor.Command> coordinator;
  private final ActorRef<CacheOwner.Command> replica;
  private final GroupCounters counters;
  private final Duration forwardTimeout;
  private final int maxForwarded;
  private final AtomicLong nextToken = new AtomicLong(System.nanoTime());
  private final Map<Long, Forwarded<WriteAnswer>> writes = new ConcurrentHashMap<>();
  private final Map<Long, Forwarded<ReadAnswer>> reads = new ConcurrentHashMap<>();
  private final Set<String> inFlight = ConcurrentHashMap.newKeySet();
  private volatile Optional<MemberId> leader = Optional.empty();

  GroupService(
      GroupId group,
      MemberId self,
      PeerLinks links,
      ActorRef<CoordinatorActor.Command> coordinator,
      ActorRef<CacheOwner.Command> replica,
      GroupCounters counters,
      Duration ackTimeout,
      int maxForwarded) {
    this.group = group;
    this.self = self;
    this.links = links;
    this.coordinator = coordinator;
    this.replica = replica;
    this.counters = counters;
    this.forwardTimeout = ackTimeout.plus(FORWARD_MARGIN);
    this.maxForwarded = maxForwarded;
  }

  /**
   * The leader that this node hears has changed: whoever was asked before will not answer any more.
   */
  void leaderIs(Optional<MemberId> heard) {
    leader = heard;
    writes.values().stream()
        .filter(forwarded -> !heard.equals(Optional.of(forwarded.to())))
        .forEach(forwarded -> forwarded.answer().completeExceptionally(new LeaderLost()));
    reads.values().stream()
        .filter(forwarded -> !heard.equals(Optional.of(forwarded.to())))
        .forEach(forwarded -> forwarded.answer().completeExceptionally(new LeaderLost()));
  }

  // ---- Writes

  CompletableFuture<WriteAnswer> write(WriteCommand command) {
    return write(command.id().toString(), CommandCodec.encode(command), 0)
        .whenComplete(
            (answer, failure) -> {
              if (answer != null) {
                counters.count(answer.code());
              }
            });
  }

  private CompletableFuture<WriteAnswer> write(String writeId, ByteString command, int hops) {
    Optional<MemberId> elsewhere = leaderElsewhere(hops);
    if (elsewhere.isPresent()) {
      return forwardWrite(elsewhere.get(), writeId, new Request.Write(command), hops);
    }
    CompletableFuture<WriteAnswer> answer = new CompletableFuture<>();
    inFlight.add(writeId);
    coordinator.tell(
        new CoordinatorActor.Submit(
            new CommandEntry(command),
            outcome -> {
              inFlight.remove(writeId);
              conclude(outcome, writeId, command, hops, answer);
            }));
    return answer;
  }

  private void conclude(
      Outcome outcome,
      String writeId,
      ByteString command,
      int hops,
      CompletableFuture<WriteAnswer> answer) {
    if (outcome instanceof Outcome.Committed committed) {
      answer.complete(GroupAnswers.committed(writeId, committed));
    } else if (outcome instanceof Outcome.Undecided undecided) {
      answer.complete(GroupAnswers.undecided(writeId, undecided));
    } else if (outcome instanceof Outcome.Refused refused) {
      Optional<MemberId> other = refused.leader().filter(hint -> mayForward(hint, hops));
      if (refused.code() == OutcomeCode.NO_LEADER && other.isPresent()) {
        relay(
            forwardWrite(other.get(), writeId, new Request.Write(command), hops), answer::complete);
      } else {
        answer.complete(
            GroupAnswers.refused(refused.code(), GroupAnswers.detailOf(refused.code()), writeId));
      }
    }
  }

  private CompletableFuture<WriteAnswer> forwardWrite(
      MemberId to, String writeId, Request request, int hops) {
    return forward(
        to,
        request,
        hops,
        writes,
        failure -> GroupAnswers.outcomeUnknown(writeId),
        () ->
            GroupAnswers.refused(
                OutcomeCode.OVERLOADED, GroupAnswers.detailOf(OutcomeCode.OVERLOADED), writeId));
  }

  // ---- Reads

  CompletableFuture<ReadAnswer> readLinearizable(ByteString key) {
    return readLinearizable(key, 0);
  }

  private CompletableFuture<ReadAnswer> readLinearizable(ByteString key, int hops) {
    Optional<MemberId> elsewhere = leaderElsewhere(hops);
    if (elsewhere.isPresent()) {
      return forwardRead(elsewhere.get(), key, hops);
    }
    CompletableFuture<ReadAnswer> answer = new CompletableFuture<>();
    coordinator.tell(
        new CoordinatorActor.ReadIndex(
            outcome -> {
              if (outcome instanceof ReadOutcome.At at) {
                relay(readAt(at.readIndex(), key, Optional.empty()), answer::complete);
              } else if (outcome instanceof ReadOutcome.Refused refused) {
                Optional<MemberId> other = refused.leader().filter(hint -> mayForward(hint, hops));
                if (refused.code() == OutcomeCode.NO_LEADER && other.isPresent()) {
                  relay(forwardRead(other.get(), key, hops), answer::complete);
                } else {
                  answer.complete(GroupAnswers.refusedRead(refused.code()));
                }
              }
            }));
    return answer;
  }

  private CompletableFuture<ReadAnswer> forwardRead(MemberId to, ByteString key, int hops) {
    return forward(
        to,
        new Request.Read(key),
        hops,
        reads,
        failure -> GroupAnswers.refusedRead(OutcomeCode.NO_LEADER),
        () -> GroupAnswers.refusedRead(OutcomeCode.OVERLOADED));
  }

  /** What this node has executed. */
  CompletableFuture<ReadAnswer> readLocal(ByteString key, Optional<Duration> staleness) {
    return readAt(Slot.ZERO, key, staleness);
  }

  private CompletableFuture<ReadAnswer> readAt(
      Slot readIndex, ByteString key, Optional<Duration> staleness) {
    CompletableFuture<ReadReply> reply = new CompletableFuture<>();
    replica.tell(new CacheOwner.ReadAt(readIndex, key, reply));
    return reply.thenApply(read -> GroupAnswers.read(read, staleness));
  }

  // ---- Look-ups

  CompletableFuture<WriteAnswer> findWrite(String writeId) {
    return findWrite(writeId, 0);
  }

  private CompletableFuture<WriteAnswer> findWrite(String writeId, int hops) {
    Optional<MemberId> elsewhere = leaderElsewhere(hops);
    if (elsewhere.isPresent()) {
      return forwardFind(elsewhere.get(), writeId, hops);
    }
    boolean proposed = inFlight.contains(writeId);
    CompletableFuture<WriteAnswer> answer = new CompletableFuture<>();
    coordinator.tell(
        new CoordinatorActor.ReadIndex(
            outcome -> {
              if (outcome instanceof ReadOutcome.At at) {
                relay(lookUp(at.readIndex(), writeId, proposed), answer::complete);
              } else if (outcome instanceof ReadOutcome.Refused refused) {
                Optional<MemberId> other = refused.leader().filter(hint -> mayForward(hint, hops));
                if (refused.code() == OutcomeCode.NO_LEADER && other.isPresent()) {
                  relay(forwardFind(other.get(), writeId, hops), answer::complete);
                } else {
                  answer.complete(unanswered(refused.code(), writeId));
                }
              }
            }));
    return answer;
  }

  private CompletableFuture<WriteAnswer> forwardFind(MemberId to, String writeId, int hops) {
    return forward(
        to,
        new Request.FindWrite(writeId),
        hops,
        writes,
        failure -> unanswered(OutcomeCode.NO_LEADER, writeId),
        () -> unanswered(OutcomeCode.OVERLOADED, writeId));
  }

  private static WriteAnswer unanswered(OutcomeCode code, String writeId) {
    return GroupAnswers.refused(code, GroupAnswers.detailOf(code), writeId);
  }

  private CompletableFuture<WriteAnswer> lookUp(Slot readIndex, String writeId, boolean proposed) {
    CompletableFuture<LookupReply> reply = new CompletableFuture<>();
    replica.tell(new CacheOwner.LookupWrite(readIndex, WriteId.parse(writeId), reply));
    return reply.thenApply(known -> lookedUp(known, writeId, proposed));
  }

  private WriteAnswer lookedUp(LookupReply reply, String writeId, boolean proposed) {
    if (!(reply instanceof LookupReply.Known known)) {
      return unanswered(OutcomeCode.NOT_READY, writeId);
    }
    if (known.lookup() instanceof WriteLookup.Recorded recorded) {
      return GroupAnswers.executed(writeId, recorded.outcome(), Optional.empty());
    }
    if (known.lookup() instanceof WriteLookup.Expired) {
      return GroupAnswers.refused(
          OutcomeCode.WRITE_ID_EXPIRED,
          "This write id is older than what the group remembers.",
          writeId);
    }
    return proposed || inFlight.contains(writeId)
        ? GroupAnswers.inFlight(writeId)
        : GroupAnswers.refused(
            OutcomeCode.NOT_FOUND, "No write with this id has been executed so far.", writeId);
  }

  // ---- Forwarding

  private Optional<MemberId> leaderElsewhere(int hops) {
    return leader.filter(hint -> mayForward(hint, hops));
  }

  private boolean mayForward(MemberId hint, int hops) {
    return hops < MAX_HOPS && !hint.equals(self);
  }

  private <T> CompletableFuture<T> forward(
      MemberId to,
      Request request,
      int hops,
      Map<Long, Forwarded<T>> pending,
      Function<Throwable, T> lost,
      Supplier<T> overloaded) {
    if (pending.size() >= maxForwarded) {
      return CompletableFuture.completedFuture(overloaded.get());
    }
    long token = nextToken.getAndIncrement();
    CompletableFuture<T> answer = new CompletableFuture<>();
    pending.put(token, new Forwarded<>(to, answer));
    links.send(to.node(), new Forward(group, token, hops, request));
    return answer
        .orTimeout(forwardTimeout.toMillis(), TimeUnit.MILLISECONDS)
        .whenComplete((done, failure) -> pending.remove(token))
        .exceptionally(lost);
  }

  /** A peer holds a client whose request belongs here. */
  void forwarded(MemberId from, Forward forward) {
    long token = forward.token();
    int hops = forward.hops() + 1;
    Request request = forward.request();
    if (request instanceof Request.Write write) {
      String writeId;
      try {
        writeId = CommandCodec.decode(write.command()).id().toString();
      } catch (UnreadableBytes malformed) {
        answer(from, token, GroupAnswers.refused(OutcomeCode.INVALID, "Not a command.", ""));
        return;
      }
      relay(write(writeId, write.command(), hops), answer -> answer(from, token, answer));
    } else if (request instanceof Request.FindWrite find) {
      if (WriteId.refusalOf(find.writeId()).isPresent()) {
        answer(from, token, GroupAnswers.refused(OutcomeCode.INVALID, "Not a write id.", ""));
        return;
      }
      relay(findWrite(find.writeId(), hops), answer -> answer(from, token, answer));
    } else if (request instanceof Request.Read read) {
      relay(
          readLinearizable(read.key(), hops),
          answer -> links.send(from.node(), new ForwardedReadAnswer(group, token, answer)));
    }
  }

  private void answer(MemberId to, long token, WriteAnswer answer) {
    links.send(to.node(), new ForwardedWriteAnswer(group, token, answer));
  }

  void answered(MemberId from, ForwardedWriteAnswer answer) {
    Forwarded<WriteAnswer> forwarded = writes.get(answer.token());
    if (forwarded != null && forwarded.to().equals(from)) {
      forwarded.answer().complete(answer.answer());
    }
  }

  void answered(MemberId from, ForwardedReadAnswer answer) {
    Forwarded<ReadAnswer> forwarded = reads.get(answer.token());
    if (forwarded != null && forwarded.to().equals(from)) {
      forwarded.answer().complete(answer.answer());
    }
  }

  private static <T> void relay(CompletableFuture<T> answer, Consumer<T> to) {
    var unused =
        answer.whenComplete(
            (value, failure) -> {
              if (failure == null) {
                to.accept(value);
              } else {
                LOG.error("a request was not answered", failure);
              }
            });
  }

  /** The node that was asked is no longer heard as the leader. */
  private static final class LeaderLost extends RuntimeException {
    private static final long serialVersionUID = 1L;

    LeaderLost() {
      super("the leader that was asked is not heard any more", null, false, false);
    }
  }
}
