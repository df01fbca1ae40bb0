package io.holdfast.quorum.actor;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import io.holdfast.acceptor.actor.FailStop;
import io.holdfast.acceptor.core.AcceptorRequest;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.Now;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.quorum.core.BatchEntry;
import io.holdfast.quorum.core.CoordinatorCore;
import io.holdfast.quorum.core.CoordinatorEffect;
import io.holdfast.quorum.core.CoordinatorEffect.Outcome;
import io.holdfast.quorum.core.CoordinatorInput;
import io.holdfast.quorum.core.CoordinatorView;
import io.holdfast.quorum.core.MembershipChange;
import io.holdfast.quorum.core.MembershipView;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs a {@link CoordinatorCore}. Every caller is answered exactly once, on this actor's thread; an
 * exception of any kind stops it and is told to {@link CoordinatorNeighbours#failed}.
 */
public final class CoordinatorActor extends AbstractBehavior<CoordinatorActor.Command> {

  /** What a coordinator's actor understands. */
  public sealed interface Command {}

  /**
   * An input for the core that nobody waits for.
   *
   * @param input the input
   */
  public record Input(CoordinatorInput input) implements Command {}

  /**
   * A client's entry wants a place in the log.
   *
   * @param entry the entry
   * @param answer gets the outcome; must return at once
   */
  public record Submit(BatchEntry entry, Consumer<Outcome> answer) implements Command {}

  /**
   * A change of membership is asked for.
   *
   * @param change what to change
   * @param expected the number of the configuration that it is to be a change of, if that matters
   * @param answer gets the outcome; must return at once
   */
  public record Change(MembershipChange change, OptionalLong expected, Consumer<Outcome> answer)
      implements Command {}

  /**
   * Asks who takes part.
   *
   * @param answer gets it; must return at once
   */
  public record Members(Consumer<MembershipView> answer) implements Command {}

  /**
   * A linearizable read has arrived.
   *
   * @param answer gets the read index or a refusal; must return at once
   */
  public record ReadIndex(Consumer<ReadOutcome> answer) implements Command {}

  /**
   * Finish what is under way and hand leadership over.
   *
   * @param done runs when that is done
   */
  public record Resign(Runnable done) implements Command {}

  /**
   * Let a named voter lead, where that can be done now; go on as a follower.
   *
   * @param successor who shall lead
   */
  public record HandOver(MemberId successor) implements Command {}

  /**
   * Asks for a view.
   *
   * @param answer gets it; must return at once
   */
  public record View(Consumer<CoordinatorView> answer) implements Command {}

  /**
   * Asks how the replica's chain of hashes stands at a slot.
   *
   * @param slot the slot
   * @param answer gets the last executed slot, and the hash at the one asked for where it is known;
   *     must return at once
   */
  public record ChainAt(Slot slot, BiConsumer<Slot, Optional<Digest>> answer) implements Command {}

  private enum Tick implements Command {
    TICK
  }

  /** What a read is told. */
  public sealed interface ReadOutcome {

    /**
     * Answer once this slot is executed here.
     *
     * @param readIndex the slot
     */
    record At(Slot readIndex) implements ReadOutcome {}

    /**
     * It cannot be answered here.
     *
     * @param code why
     * @param leader who leads, as far as this node knows
     */
    record Refused(OutcomeCode code, Optional<MemberId> leader) implements ReadOutcome {}
  }

  /**
   * Often enough that no wait of the core is longer than it should be by more than a fifth of a
   * heartbeat.
   */
  private static final Duration TICK_INTERVAL = Duration.ofMillis(20);

  private final CoordinatorCore core;
  private final CoordinatorNeighbours neighbours;
  private final Supplier<Now> clock;
  private final Map<Long, Consumer<Outcome>> writers = new HashMap<>();
  private final Map<Long, Consumer<ReadOutcome>> readers = new HashMap<>();
  private long nextToken;

  /** As many as wait in the core's queue. */
  private final Arrivals arrivals = new Arrivals();

  private boolean proposing;
  private Runnable resignDone = () -> {};

  private CoordinatorActor(
      ActorContext<Command> context,
      Function<Now, CoordinatorCore> core,
      CoordinatorNeighbours neighbours,
      Supplier<Now> clock) {
    super(context);
    this.core = core.apply(clock.get());
    this.neighbours = neighbours;
    this.clock = clock;
  }

  /**
   * @param core makes the core at the actor's start
   * @param neighbours whom it tells things
   * @param clock the time
   */
  public static Behavior<Command> create(
      Function<Now, CoordinatorCore> core, CoordinatorNeighbours neighbours, Supplier<Now> clock) {
    return FailStop.around(
        Command.class,
        neighbours::failed,
        Behaviors.withTimers(
            timers -> {
              timers.startTimerWithFixedDelay(Tick.TICK, TICK_INTERVAL);
              return Behaviors.setup(
                  context -> new CoordinatorActor(context, core, neighbours, clock));
            }));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Input.class, message -> step(message.input()))
        .onMessage(Submit.class, this::onSubmit)
        .onMessage(Change.class, this::onChange)
        .onMessage(ReadIndex.class, this::onReadIndex)
        .onMessageEquals(Tick.TICK, this::onTick)
        .onMessage(View.class, this::onView)
        .onMessage(ChainAt.class, this::onChainAt)
        .onMessage(Members.class, this::onMembers)
        .onMessage(Resign.class, this::onResign)
        .onMessage(HandOver.class, ask -> step(new CoordinatorInput.HandOver(ask.successor())))
        .build();
  }

  private Behavior<Command> onSubmit(Submit submit) {
    long token = nextToken++;
    writers.put(token, submit.answer());
    Now now = clock.get();
    arrivals.add(now.monotonicNanos());
    return step(new CoordinatorInput.Propose(token, submit.entry()), now);
  }

  private Behavior<Command> onChange(Change ask) {
    long token = nextToken++;
    writers.put(token, ask.answer());
    Now now = clock.get();
    arrivals.add(now.monotonicNanos());
    return step(new CoordinatorInput.Change(token, ask.change(), ask.expected()), now);
  }

  private Behavior<Command> onReadIndex(ReadIndex read) {
    long token = nextToken++;
    readers.put(token, read.answer());
    return step(new CoordinatorInput.Read(token));
  }

  private Behavior<Command> onChainAt(ChainAt ask) {
    ask.answer().accept(core.executed(), core.chainAt(ask.slot()));
    return this;
  }

  private Behavior<Command> onMembers(Members ask) {
    ask.answer().accept(core.membership(clock.get()));
    return this;
  }

  private Behavior<Command> onView(View ask) {
    ask.answer().accept(core.view(clock.get()));
    return this;
  }

  private Behavior<Command> onResign(Resign resign) {
    resignDone = resign.done();
    return step(new CoordinatorInput.Resign());
  }

  private Behavior<Command> onTick() {
    neighbours.load(core.queued(), core.queuedBytes(), core.callersInFlight());
    return step(new CoordinatorInput.Tick());
  }

  private Behavior<Command> step(CoordinatorInput input) {
    return step(input, clock.get());
  }

  private Behavior<Command> step(CoordinatorInput input, Now now) {
    proposing = false;
    core.on(input, now).forEach(this::carryOut);
    int left = arrivals.size() - core.queued();
    if (left > 0) {
      noteLeft(left, now);
    }
    return this;
  }

  /** The queue is emptied from its front by proposing, and from its back by refusing. */
  private void noteLeft(int left, Now now) {
    if (proposing) {
      neighbours.waited(now.nanosSince(arrivals.oldest()));
      arrivals.dropOldest(left);
    } else {
      arrivals.dropNewest(left);
    }
  }

  private void carryOut(CoordinatorEffect effect) {
    if (effect instanceof CoordinatorEffect.AskAcceptor ask) {
      proposing |= ask.request() instanceof AcceptorRequest.Accept;
      neighbours.ask(ask.to(), ask.request());
    } else if (effect instanceof CoordinatorEffect.Conclude conclude) {
      answer(writers.remove(conclude.token()), conclude.outcome());
    } else if (effect instanceof CoordinatorEffect.ConcludeRead read) {
      answer(readers.remove(read.token()), new ReadOutcome.At(read.readIndex()));
    } else if (effect instanceof CoordinatorEffect.RefuseRead read) {
      answer(readers.remove(read.token()), new ReadOutcome.Refused(read.code(), read.leader()));
    } else if (effect instanceof CoordinatorEffect.Say say) {
      neighbours.say(say.to(), say.message());
    } else if (effect instanceof CoordinatorEffect.TellWatermark watermark) {
      neighbours.watermark(watermark.ballot(), watermark.chosenUpTo());
    } else if (effect instanceof CoordinatorEffect.CatchUp catchUp) {
      neighbours.catchUp(catchUp.upTo(), catchUp.from());
    } else if (effect instanceof CoordinatorEffect.TrimUpTo trim) {
      neighbours.trimUpTo(trim.slot(), trim.atMost());
    } else if (effect instanceof CoordinatorEffect.MembersAre members) {
      neighbours.membersAre(members.voters(), members.members());
    } else if (effect instanceof CoordinatorEffect.Leads leads) {
      neighbours.leads(leads.lowestClockMillis());
    } else if (effect instanceof CoordinatorEffect.LeadsNoMore) {
      neighbours.leadsNoMore();
    } else if (effect instanceof CoordinatorEffect.Diverged diverged) {
      neighbours.diverged(diverged.slot(), diverged.agreeing());
    } else if (effect instanceof CoordinatorEffect.ResignDone) {
      resignDone.run();
    } else {
      note(effect);
    }
  }

  private void note(CoordinatorEffect effect) {
    if (effect instanceof CoordinatorEffect.NoteRole role) {
      neighbours.role(role.role(), role.leader(), role.why());
    } else if (effect instanceof CoordinatorEffect.NoteVerdict verdict) {
      neighbours.verdict(verdict.slot(), verdict.verdict(), verdict.acks());
    } else if (effect instanceof CoordinatorEffect.NoteSkew skew) {
      neighbours.skew(skew.member(), skew.millis());
    } else if (effect instanceof CoordinatorEffect.NoteDrift drift) {
      neighbours.drift(drift.member(), drift.slot(), drift.what());
    } else if (effect instanceof CoordinatorEffect.NoteDivergence noted) {
      neighbours.divergence(noted.divergence());
    } else if (effect instanceof CoordinatorEffect.CountDropped dropped) {
      neighbours.dropped(dropped.reason());
    }
  }

  private static <T> void answer(@Nullable Consumer<T> caller, T answer) {
    if (caller == null) {
      throw new IllegalStateException("a caller was answered twice: " + answer);
    }
    caller.accept(answer);
  }
}
