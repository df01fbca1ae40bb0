package io.holdfast.sync.core;

import io.holdfast.config.core.Now;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.config.core.control.Access;
import io.holdfast.config.core.control.ActivationOutcome;
import io.holdfast.config.core.control.ControlEpoch;
import io.holdfast.config.core.control.ControlState;
import io.holdfast.config.core.control.Credentials;
import io.holdfast.config.core.control.LimitsManifest;
import io.holdfast.sync.core.reservation.ReservationDecision;
import io.holdfast.sync.core.reservation.ReservationQuery;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Lets requests in under what is active: whether whoever asks may, and whether the limits allow it.
 * A command that was let in carries a pin to exactly that, so that what was decided here comes to
 * nothing once something else is active.
 */
final class ControlGate {

  /** What comes of asking. */
  sealed interface Passage {

    /**
     * It may be proposed.
     *
     * @param pin what it carries; none where that says no more than its absence
     */
    record Open(Optional<ControlPin> pin) implements Passage {}

    /**
     * It may not, and had no effect.
     *
     * @param code why
     * @param detail the same in words, which tell nothing of what is kept from whoever asks
     */
    record Closed(OutcomeCode code, String detail) implements Passage {

      /** Whether not even what came of the command before is for whoever asks. */
      boolean hidesRecord() {
        return code == OutcomeCode.UNAUTHENTICATED || code == OutcomeCode.DENIED;
      }
    }
  }

  private static final Access EVERYBODY = new Access.Granted("");

  private final ReplicatedState state;
  private @Nullable TokenBucket writes;
  private long writesPerSecond;

  ControlGate(ReplicatedState state) {
    this.state = state;
  }

  /** A command wants to be proposed. */
  Passage command(WriteCommand write, Caller caller, Now now) {
    ControlState control = state.control();
    ControlEpoch active = control.epoch();
    Access access =
        control.set().access().isEmpty()
            ? EVERYBODY
            : Access.of(
                control.set(), caller.credentials(), AccessNeeds.of(write.command(), state));
    Optional<Passage.Closed> refusal = refusal(access);
    if (refusal.isPresent()) {
      return refusal.get();
    }
    if (caller.pinned().isPresent() && !caller.pinned().get().is(active)) {
      return stale(active);
    }
    String principal = ((Access.Granted) access).principal();
    long millis = Math.max(0, now.wallMillis());
    if (write.command() instanceof Command.OnControl onControl) {
      return onControl(onControl, principal, millis)
          .<Passage>map(closed -> closed)
          .orElseGet(() -> open(active, principal, millis));
    }
    Optional<Passage.Closed> excess = excess(write.command(), now);
    if (excess.isPresent()) {
      return excess.get();
    }
    // What is done with reservations depends on the time, and on who asks.
    return active.number() == 0 && !(write.command() instanceof Command.OnReservations)
        ? new Passage.Open(Optional.empty())
        : open(active, principal, millis);
  }

  /** What a question about reservations, which is allowed, is answered under, as of now. */
  ReservationDecision.Terms reservations(ReservationQuery query, Credentials shown, Now now) {
    Access access = Access.of(state.control().set(), shown, AccessNeeds.read(query));
    if (!(access instanceof Access.Granted granted)) {
      // Nobody's name is empty but that of nodes, who may do everything.
      throw new IllegalStateException("a question that is not allowed: " + query);
    }
    return ReservationApplication.terms(state, granted.principal(), Math.max(0, now.wallMillis()));
  }

  /** Somebody wants to read; why not. */
  Optional<ReplicaEffect.Refusal> read(List<Access.Need> needs, Credentials shown) {
    Access access = Access.of(state.control().set(), shown, needs);
    if (access instanceof Access.Unknown) {
      return Optional.of(ReplicaEffect.Refusal.UNAUTHENTICATED);
    }
    return access instanceof Access.Denied
        ? Optional.of(ReplicaEffect.Refusal.DENIED)
        : Optional.empty();
  }

  /**
   * What is told of a write to who knows its id, which says nothing of who may know what it read.
   */
  CommandOutcome toldByItsId(CommandOutcome outcome, Credentials shown) {
    return read(AccessNeeds.EVERYTHING, shown).isEmpty() ? outcome : outcome.withoutResults();
  }

  private static Passage open(ControlEpoch active, String principal, long millis) {
    return new Passage.Open(Optional.of(ControlPin.to(active, principal, millis)));
  }

  private static Passage.Closed stale(ControlEpoch active) {
    return new Passage.Closed(OutcomeCode.STALE_CONTROL_EPOCH, "Active is epoch " + active + ".");
  }

  private static Optional<Passage.Closed> refusal(Access access) {
    if (access instanceof Access.Unknown unknown) {
      return Optional.of(new Passage.Closed(OutcomeCode.UNAUTHENTICATED, unknown.reason()));
    } else if (access instanceof Access.Denied denied) {
      return Optional.of(new Passage.Closed(OutcomeCode.DENIED, denied.reason()));
    }
    return Optional.empty();
  }

  /** What is certain to be refused at apply is refused with words here. */
  private Optional<Passage.Closed> onControl(
      Command.OnControl command, String principal, long millis) {
    ControlState control = state.control();
    ActivationOutcome outcome =
        command instanceof Command.Activate activate
            ? ControlApplication.decide(state, activate, principal, millis)
            : control.approve(
                ((Command.Approve) command).expected(),
                ((Command.Approve) command).resulting(),
                principal,
                millis);
    if (outcome instanceof ActivationOutcome.Stale current) {
      return Optional.of(stale(current.current()));
    } else if (outcome instanceof ActivationOutcome.Refused refused) {
      return Optional.of(
          new Passage.Closed(
              OutcomeCode.INVALID, refused.code().code() + ": " + refused.reason() + "."));
    }
    return Optional.empty();
  }

  // ---- Limits

  private Optional<Passage.Closed> excess(Command command, Now now) {
    Optional<LimitsManifest> limits = state.control().set().limits();
    if (limits.isEmpty()) {
      return Optional.empty();
    }
    return CommandSize.of(command)
        .excessOver(limits.get())
        .map(excess -> new Passage.Closed(OutcomeCode.TOO_LARGE, excess))
        .or(() -> tooFast(limits.get(), isUrgent(command), now));
  }

  /** What keeps leases and settles writes is let in, and others wait the longer for it. */
  private static boolean isUrgent(Command command) {
    return command instanceof Command.KeepAlive || command instanceof Command.Resolve;
  }

  private Optional<Passage.Closed> tooFast(LimitsManifest limits, boolean urgent, Now now) {
    OptionalInt perSecond = limits.writesPerSecond();
    if (perSecond.isEmpty()) {
      return Optional.empty();
    }
    TokenBucket bucket = writes;
    if (bucket == null || writesPerSecond != perSecond.getAsInt()) {
      writesPerSecond = perSecond.getAsInt();
      bucket = new TokenBucket(writesPerSecond);
      writes = bucket;
    }
    if (!bucket.isOpen(now) && !urgent) {
      return Optional.of(
          new Passage.Closed(
              OutcomeCode.OVERLOADED,
              "The limits of this group allow %d writes per second."
                  .formatted(perSecond.getAsInt())));
    }
    bucket.take(1);
    return Optional.empty();
  }
}
