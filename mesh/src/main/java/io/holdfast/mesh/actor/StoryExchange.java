package io.holdfast.mesh.actor;

import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.StoriesAnswer;
import io.holdfast.mesh.StoryAnswer;
import io.holdfast.mesh.WriteStory;
import io.holdfast.mesh.core.Envelope.AskStory;
import io.holdfast.mesh.core.Envelope.OfGroup;
import io.holdfast.mesh.core.Envelope.TellStory;
import io.holdfast.mesh.core.GroupAnswers;
import io.holdfast.sync.core.Caller;
import io.holdfast.sync.core.ReplicaEffect.Refusal;
import io.holdfast.sync.core.WriteId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Tells the members of a group what this node has seen of a write, and asks them for what they
 * have. For any thread.
 */
final class StoryExchange {

  /** Who says nothing in this time is silent: somebody waits for the answer. */
  static final Duration PATIENCE = Duration.ofSeconds(2);

  /** So many questions of peers are under way, the others are told that they are too many. */
  private static final int MOST_OF_PEERS = 8;

  /** Tells what this node has seen. */
  interface Teller {
    CompletionStage<StoryAnswer> story(WriteId id, Caller caller);
  }

  /** The way to the peers. */
  interface Sending {
    void send(NodeId to, OfGroup message);
  }

  /**
   * A question that peers may still answer.
   *
   * @param id of the write that was asked for: what is told of another is no answer
   */
  private record Asking(WriteId id, Map<NodeId, CompletableFuture<Optional<StoryAnswer>>> open) {}

  private final GroupId log;
  private final NodeId self;
  private final Teller own;
  private final Sending peers;
  private final Duration patience;
  private final AtomicLong nextToken;
  private final Map<Long, Asking> askings = new ConcurrentHashMap<>();
  private final Turns peersTurns = new Turns(MOST_OF_PEERS);

  /**
   * @param log the group, as peers call it
   * @param firstToken another one than before a restart: late answers are to nobody's question
   */
  StoryExchange(
      GroupId log, NodeId self, Teller own, Sending peers, Duration patience, long firstToken) {
    this.log = log;
    this.self = self;
    this.own = own;
    this.peers = peers;
    this.patience = patience;
    this.nextToken = new AtomicLong(firstToken);
  }

  /**
   * What all members have seen of a write. This node's own replica decides whether it is told at
   * all; each of the others decides for itself.
   *
   * @param others who takes part besides this node
   */
  CompletionStage<StoriesAnswer> ask(WriteId id, Caller caller, Set<NodeId> others) {
    return own.story(id, caller)
        .toCompletableFuture()
        .completeOnTimeout(
            GroupAnswers.noStory(Refusal.TIMED_OUT), patience.toMillis(), TimeUnit.MILLISECONDS)
        .thenCompose(
            mine ->
                mine instanceof StoryAnswer.Refused refused && forbids(refused.code())
                    ? CompletableFuture.completedFuture(
                        new StoriesAnswer.Refused(refused.code(), refused.detail()))
                    : askOthers(id, caller, others)
                        .thenApply(
                            answers -> {
                              answers.put(self, Optional.of(mine));
                              return told(answers);
                            }));
  }

  /** Whether it would not be right to ask anybody else. */
  private static boolean forbids(OutcomeCode code) {
    return code == OutcomeCode.UNAUTHENTICATED
        || code == OutcomeCode.DENIED
        || code == OutcomeCode.UNKNOWN_GROUP;
  }

  private CompletionStage<Map<NodeId, Optional<StoryAnswer>>> askOthers(
      WriteId id, Caller caller, Set<NodeId> others) {
    long token = nextToken.getAndIncrement();
    Map<NodeId, CompletableFuture<Optional<StoryAnswer>>> open = new TreeMap<>();
    for (NodeId peer : others) {
      open.put(peer, new CompletableFuture<>());
    }
    askings.put(token, new Asking(id, open));
    open.keySet()
        .forEach(peer -> peers.send(peer, new AskStory(log, token, id.toString(), caller)));
    return CompletableFuture.allOf(open.values().toArray(CompletableFuture<?>[]::new))
        .completeOnTimeout(null, patience.toMillis(), TimeUnit.MILLISECONDS)
        .thenApply(
            unused -> {
              askings.remove(token);
              Map<NodeId, Optional<StoryAnswer>> answers = new TreeMap<>();
              open.forEach((peer, answer) -> answers.put(peer, answer.getNow(Optional.empty())));
              return answers;
            });
  }

  private static StoriesAnswer told(Map<NodeId, Optional<StoryAnswer>> answers) {
    List<WriteStory> stories = new ArrayList<>();
    Map<NodeId, String> refusals = new TreeMap<>();
    answers.forEach(
        (node, answer) -> {
          if (answer.orElse(null) instanceof StoryAnswer.Told told) {
            stories.add(told.story());
          } else if (answer.orElse(null) instanceof StoryAnswer.Refused refused) {
            refusals.put(node, refused.detail());
          }
        });
    return new StoriesAnswer.Told(new TreeSet<>(answers.keySet()), stories, refusals);
  }

  // ---- What peers say

  /** A peer asks for what this node has seen. */
  void asked(MemberId from, AskStory ask) {
    if (WriteId.refusalOf(ask.writeId()).isPresent()) {
      return; // no node of this software asks so
    }
    var unused =
        peersTurns
            .take(
                () -> own.story(WriteId.parse(ask.writeId()), ask.caller()),
                () -> CompletableFuture.completedFuture(GroupAnswers.noStory(Refusal.OVERLOADED)))
            .thenAccept(answer -> peers.send(from.node(), new TellStory(log, ask.token(), answer)));
  }

  /** A peer tells what it has seen. */
  void told(MemberId from, TellStory tell) {
    Asking asking = askings.get(tell.token());
    CompletableFuture<Optional<StoryAnswer>> open =
        asking == null ? null : asking.open().get(from.node());
    if (asking == null || open == null) {
      return;
    }
    boolean another =
        tell.answer() instanceof StoryAnswer.Told told
            && !told.story().writeId().equals(asking.id().toString());
    if (!another) {
      open.complete(Optional.of(tell.answer()));
    }
  }
}
