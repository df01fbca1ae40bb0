package io.holdfast.sync.core;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.control.Access;
import io.holdfast.config.core.control.AccessManifest;
import io.holdfast.config.core.control.Activation;
import io.holdfast.config.core.control.ActivationOutcome;
import io.holdfast.config.core.control.ControlState;
import io.holdfast.config.core.control.Evidence;
import io.holdfast.config.core.control.KeySpan;
import io.holdfast.config.core.control.LimitsManifest;
import io.holdfast.config.core.control.PolicyManifest;
import io.holdfast.config.core.control.Principal;
import io.holdfast.config.core.control.Verb;
import io.holdfast.quorum.core.ChangeOutcome;
import io.holdfast.quorum.core.ChangeRefusal;
import io.holdfast.quorum.core.Configuration;
import io.holdfast.quorum.core.Membership;
import io.holdfast.quorum.core.MembershipChange;
import io.holdfast.quorum.core.ProposedChange;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What is active, at apply (protocol, section 7). The log is the lock: an activation has a slot and
 * a place in it for itself, and whatever stands behind it finds what that has made active. Nothing
 * else is held, by anybody, for any time.
 */
final class ControlApplication {

  private final ReplicatedState state;
  private List<ChangeOutcome.Changed> byPolicy = List.of();

  ControlApplication(ReplicatedState state) {
    this.state = state;
  }

  /** The changes of w that activations made since the last call. */
  List<ChangeOutcome.Changed> takeByPolicy() {
    List<ChangeOutcome.Changed> made = byPolicy;
    byPolicy = List.of();
    return made;
  }

  // ---- What commands of clients have to pass

  /**
   * OneEpochPerWrite: why a command has no effect here. One without a pin was admitted under epoch
   * 0, by software that knew no other or while there was none.
   */
  Optional<CommandResult> refusal(WriteCommand write) {
    ControlState control = state.control();
    boolean sameNumber = write.pin().map(ControlPin::number).orElse(0L) == control.epoch().number();
    boolean sameHash =
        write.pin().map(pin -> pin.setHash().equals(control.epoch().setHash())).orElse(true);
    if (!state.rules().takesEffect(sameNumber, sameHash)) {
      return Optional.of(new CommandResult.StaleControlEpoch(control.epoch()));
    }
    boolean ready =
        needsNoReadiness(write.command())
            || !requiresReady()
            || isReady(write.pin().map(ControlPin::millis).orElse(0L));
    return ready ? Optional.empty() : Optional.of(new CommandResult.NotReady());
  }

  /** What mends it, and what keeps or ends what was there before, which time would end as well. */
  private static boolean needsNoReadiness(Command command) {
    return command instanceof Command.OnControl
        || command instanceof Command.KeepAlive
        || command instanceof Command.RevokeLease
        || command instanceof Command.Resolve;
  }

  private boolean requiresReady() {
    return state.control().set().policy().map(PolicyManifest::requireReady).orElse(false);
  }

  private boolean isReady(long nowMillis) {
    return state
        .membership()
        .map(Membership::newest)
        .filter(members -> state.rules().isReady(state.control(), members, nowMillis))
        .isPresent();
  }

  /** Whether there may be as many keys as there are after these changes. */
  boolean hasRoomFor(List<Change> changes) {
    OptionalLong most =
        state.control().set().limits().map(LimitsManifest::keys).orElse(OptionalLong.empty());
    if (most.isEmpty()) {
      return true;
    }
    long added = 0;
    for (Change change : changes) {
      boolean wasThere = state.index().alive(change.key()).isPresent();
      added += (change.isDelete() ? 0 : 1) - (wasThere ? 1 : 0);
    }
    return added <= 0 || state.index().alive() + added <= most.getAsLong();
  }

  /** Whether whoever asked may write all of these keys. */
  boolean mayWrite(Optional<ControlPin> pin, Collection<ByteString> keys) {
    Optional<AccessManifest> access = state.control().set().access();
    if (access.isEmpty()) {
      return true;
    }
    Optional<Principal> principal = pin.flatMap(known -> access.get().byName(known.principal()));
    return principal.isPresent()
        && keys.stream().allMatch(key -> principal.get().may(Verb.WRITE, KeySpan.single(key)));
  }

  /** Whether whoever asked may do something with what a principal has made. */
  boolean mayActFor(Optional<ControlPin> pin, String owner) {
    String caller = pin.map(ControlPin::principal).orElse("");
    return Access.mayActFor(state.control().set(), caller, owner);
  }

  // ---- What changes it

  /** Executes a command about what is active. */
  CommandResult execute(Slot slot, Command.OnControl command, Optional<ControlPin> pin) {
    String by = pin.map(ControlPin::principal).orElse("");
    long millis = pin.map(ControlPin::millis).orElse(0L);
    ControlState before = state.control();
    if (command instanceof Command.Approve approve) {
      ActivationOutcome outcome =
          before.approve(approve.expected(), approve.resulting(), by, millis);
      return result(outcome, after -> approved(after, approve, millis));
    }
    ActivationOutcome outcome = decide(state, (Command.Activate) command, by, millis);
    return result(outcome, after -> activated(slot, state.rules().activated(before, after)));
  }

  /** What becomes of an activation, here or in the eyes of whoever lets it in. */
  static ActivationOutcome decide(
      ReplicatedState state, Command.Activate command, String by, long millis) {
    ControlState control = state.control();
    Activation asked = command.activation();
    Activation.Expected compared = state.rules().compared(asked.expected(), control.epoch());
    return state
        .reservations()
        .inUse()
        .check(
            control.decide(
                new Activation(compared, asked.resulting(), asked.changes(), asked.reason()),
                by,
                millis));
  }

  private interface Effect {
    CommandResult of(ControlState after);
  }

  private static CommandResult result(ActivationOutcome outcome, Effect effect) {
    if (outcome instanceof ActivationOutcome.Stale stale) {
      return new CommandResult.StaleControlEpoch(stale.current());
    } else if (outcome instanceof ActivationOutcome.Refused refused) {
      return new CommandResult.ActivationRefused(refused.code());
    }
    return effect.of(((ActivationOutcome.Done) outcome).after());
  }

  private CommandResult approved(ControlState after, Command.Approve approve, long millis) {
    state.take(after);
    return new CommandResult.Approved(
        after.approvalsOf(approve.expected(), approve.resulting(), millis).size());
  }

  private CommandResult activated(Slot slot, ControlState after) {
    Optional<ActivationOutcome.Code> refusal =
        state.membership().flatMap(members -> changeQuorums(slot, members, after));
    if (refusal.isPresent()) {
      return new CommandResult.ActivationRefused(refusal.get());
    }
    state.take(after);
    return new CommandResult.Activated(after.epoch());
  }

  /** Changes w where the set asks for another one than there is; why it cannot. */
  private Optional<ActivationOutcome.Code> changeQuorums(
      Slot slot, Membership members, ControlState after) {
    OptionalInt w = wanted(members.newest(), after);
    if (w.isEmpty() || members.newest().w() == w.getAsInt()) {
      return Optional.empty();
    }
    ChangeOutcome outcome = members.decide(slot, quorums(members, w.getAsInt()));
    if (outcome instanceof ChangeOutcome.Changed changed) {
      state.take(members.after(changed));
      byPolicy = new ArrayList<>(byPolicy);
      byPolicy.add(changed);
      return Optional.empty();
    }
    boolean soon =
        outcome instanceof ChangeOutcome.Refused refused
            && refused.refusal().code() == ChangeRefusal.Code.CHANGE_IN_PROGRESS;
    return Optional.of(
        soon ? ActivationOutcome.Code.CHANGE_IN_PROGRESS : ActivationOutcome.Code.QUORUM_REFUSED);
  }

  /** The w that a set asks for; a policy that stays as it is goes as far as there are voters. */
  private OptionalInt wanted(Configuration members, ControlState after) {
    Optional<PolicyManifest> policy = after.set().policy();
    OptionalInt w = policy.map(PolicyManifest::w).orElse(OptionalInt.empty());
    return w.isPresent() && policy.equals(state.control().set().policy())
        ? OptionalInt.of(Math.min(w.getAsInt(), members.n()))
        : w;
  }

  private static ProposedChange quorums(Membership members, int w) {
    Configuration now = members.newest();
    return new ProposedChange(
        new MembershipChange.SetQuorums(w, PolicyQuorums.prepareQuorum(now, now.n(), w)),
        members.number());
  }

  /** A member has given evidence; that of others is not kept. */
  void take(Command.GiveEvidence given, long millis) {
    state
        .membership()
        .map(Membership::newest)
        .ifPresent(
            members ->
                state.take(
                    state
                        .control()
                        .with(
                            new Evidence(given.member(), given.loaded(), given.checks(), millis),
                            members.everyone())));
  }
}
