package io.holdfast.chaos.sim;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.control.AccessManifest;
import io.holdfast.config.core.control.Activation;
import io.holdfast.config.core.control.ActivationOutcome;
import io.holdfast.config.core.control.ControlEpoch;
import io.holdfast.config.core.control.ControlState;
import io.holdfast.config.core.control.Evidence;
import io.holdfast.config.core.control.Grant;
import io.holdfast.config.core.control.LimitsManifest;
import io.holdfast.config.core.control.ManifestDocument;
import io.holdfast.config.core.control.ManifestType;
import io.holdfast.config.core.control.PolicyManifest;
import io.holdfast.config.core.control.Pool;
import io.holdfast.config.core.control.PoolsManifest;
import io.holdfast.config.core.control.Principal;
import io.holdfast.config.core.control.SetHash;
import io.holdfast.config.core.control.Verb;
import io.holdfast.quorum.core.ChangeOutcome;
import io.holdfast.quorum.core.ChangeOutcome.Changed;
import io.holdfast.quorum.core.ChangeRefusal;
import io.holdfast.quorum.core.Configuration;
import io.holdfast.quorum.core.Membership;
import io.holdfast.quorum.core.MembershipChange;
import io.holdfast.quorum.core.ProposedChange;
import io.holdfast.sync.core.Command;
import io.holdfast.sync.core.CommandResult;
import io.holdfast.sync.core.ControlPin;
import io.holdfast.sync.core.WriteCommand;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What is active, as plainly as it can be said: every epoch is kept with all of its manifests,
 * hashes are made of their bytes, and prefixes are compared as such.
 */
final class ReferenceControl {

  /** An epoch that was activated. */
  record Epoch(
      ControlEpoch epoch,
      Map<ManifestType, ManifestDocument> documents,
      String by,
      String reason,
      long millis) {

    Epoch {
      documents = Map.copyOf(documents);
    }

    Optional<PolicyManifest> policy() {
      return manifest(ManifestType.POLICY, PolicyManifest.class);
    }

    Optional<LimitsManifest> limits() {
      return manifest(ManifestType.LIMITS, LimitsManifest.class);
    }

    Optional<AccessManifest> access() {
      return manifest(ManifestType.ACCESS, AccessManifest.class);
    }

    List<Pool> pools() {
      return poolsOf(documents);
    }

    private <M> Optional<M> manifest(ManifestType type, Class<M> kind) {
      return Optional.ofNullable(documents.get(type)).map(d -> kind.cast(d.manifest()));
    }

    boolean requiresReady() {
      return policy().map(PolicyManifest::requireReady).orElse(false);
    }

    /** The grants of a principal; empty where there is no such principal. */
    Optional<List<Grant>> grantsOf(String name) {
      return access()
          .flatMap(
              access ->
                  access.principals().stream()
                      .filter(principal -> principal.name().equals(name))
                      .map(Principal::grants)
                      .findFirst());
    }

    /** Whether whoever asked may do this to a key. */
    boolean may(Optional<ControlPin> pin, Verb verb, ByteString key) {
      return holds(pin, grant -> grant.verbs().contains(verb) && key.startsWith(grant.prefix()));
    }

    /** Whether there is a key to which whoever asked may do this. */
    boolean mayAnywhere(Optional<ControlPin> pin, Verb verb) {
      return holds(pin, grant -> grant.verbs().contains(verb));
    }

    /** Whether whoever asked may do everything. */
    boolean isAdministrator(Optional<ControlPin> pin) {
      return holds(pin, grant -> false);
    }

    private boolean holds(Optional<ControlPin> pin, Predicate<Grant> grants) {
      if (access().isEmpty()) {
        return true;
      }
      List<Grant> granted = pin.flatMap(shown -> grantsOf(shown.principal())).orElse(List.of());
      return granted.stream()
          .anyMatch(grant -> grant.verbs().contains(Verb.ADMIN) || grants.test(grant));
    }
  }

  /**
   * All of it at one place of the log.
   *
   * @param epochs all that were activated up to there; the last is active
   * @param evidence the last that each member gave for it
   * @param membership who takes part
   */
  record State(
      List<Epoch> epochs, Map<MemberId, Evidence> evidence, Optional<Membership> membership) {

    State {
      epochs = List.copyOf(epochs);
      evidence = Map.copyOf(evidence);
    }

    Epoch active() {
      return epochs.get(epochs.size() - 1);
    }
  }

  private State state;
  private List<Changed> byPolicy = new ArrayList<>();

  /**
   * @param founded who takes part at first, where that matters
   */
  ReferenceControl(Optional<Membership> founded) {
    ControlState seed = ControlState.seed();
    Epoch first =
        new Epoch(
            ControlEpoch.first(hash(seed.set().documents())),
            seed.set().documents(),
            seed.active().by(),
            seed.active().reason(),
            seed.active().millis());
    this.state = new State(List.of(first), Map.of(), founded);
  }

  State state() {
    return state;
  }

  /** The changes of w that activations made since the last call. */
  List<Changed> takeByPolicy() {
    List<Changed> made = byPolicy;
    byPolicy = new ArrayList<>();
    return made;
  }

  /** SHA-256 of the JSON object of all documents, in the order of their codes. */
  static SetHash hash(Map<ManifestType, ManifestDocument> documents) {
    TreeMap<String, String> byCode = new TreeMap<>();
    documents.forEach((type, form) -> byCode.put(type.code(), form.canonical().toStringUtf8()));
    return SetHash.of(
        ByteString.copyFromUtf8(
            byCode.entrySet().stream()
                .map(form -> '"' + form.getKey() + "\":" + form.getValue())
                .collect(Collectors.joining(",", "{", "}"))));
  }

  // ---- What commands have to pass

  /** Why a command has no effect here, if it has none. */
  Optional<CommandResult> refusal(WriteCommand write) {
    ControlEpoch active = state.active().epoch();
    boolean same =
        write
            .pin()
            .map(pin -> pin.number() == active.number() && pin.setHash().equals(active.setHash()))
            .orElse(active.number() == 0);
    if (!same) {
      return Optional.of(new CommandResult.StaleControlEpoch(active));
    }
    boolean waits =
        state.active().requiresReady()
            && waitsForReadiness(write.command())
            && !isReady(write.pin().map(ControlPin::millis).orElse(0L));
    return waits ? Optional.of(new CommandResult.NotReady()) : Optional.empty();
  }

  /** Whether a policy may keep it back: not what mends it, nor what only keeps or ends things. */
  static boolean waitsForReadiness(Command command) {
    return !(command instanceof Command.OnControl
        || command instanceof Command.KeepAlive
        || command instanceof Command.RevokeLease
        || command instanceof Command.Resolve);
  }

  private boolean isReady(long nowMillis) {
    Configuration newest = state.membership().map(Membership::newest).orElse(null);
    if (newest == null) {
      return false;
    }
    ControlEpoch active = state.active().epoch();
    long counting =
        newest.members().stream()
            .map(state.evidence()::get)
            .filter(given -> given != null && counts(given, active, nowMillis))
            .count();
    return counting >= newest.w();
  }

  /** Whether evidence is of an epoch, sound, at most 300 s old, and 30 s ahead at most. */
  static boolean counts(Evidence given, ControlEpoch active, long nowMillis) {
    return given.loaded().number() == active.number()
        && given.loaded().setHash().equals(active.setHash())
        && nowMillis - given.millis() <= 300_000
        && given.millis() - nowMillis <= 30_000
        && List.of(Evidence.Check.values()).stream()
            .allMatch(check -> given.checks().getOrDefault(check, false));
  }

  /** Whether there may be so many keys instead of so many. */
  boolean hasRoom(int before, int after) {
    return after <= before
        || state
            .active()
            .limits()
            .map(LimitsManifest::keys)
            .filter(keys -> keys.isPresent() && after > keys.getAsLong())
            .isEmpty();
  }

  /** Whether whoever asked may write all of these keys. */
  boolean mayWrite(Optional<ControlPin> pin, Collection<ByteString> keys) {
    return (state.active().access().isEmpty()
            || pin.flatMap(shown -> state.active().grantsOf(shown.principal())).isPresent())
        && keys.stream().allMatch(key -> state.active().may(pin, Verb.WRITE, key));
  }

  /** Whether whoever asked may change what a principal has made. */
  boolean mayActFor(Optional<ControlPin> pin, String owner) {
    String caller = pin.map(ControlPin::principal).orElse("");
    Optional<AccessManifest> access = state.active().access();
    if (access.isEmpty() || owner.isEmpty() || caller.isEmpty() || caller.equals(owner)) {
      return true;
    }
    boolean together =
        access.get().owners().stream()
            .anyMatch(each -> each.principals().containsAll(List.of(caller, owner)));
    return together || state.active().isAdministrator(pin);
  }

  // ---- What changes it

  CommandResult execute(
      Slot slot,
      Command.OnControl command,
      Optional<ControlPin> pin,
      ReferenceReservations reservations) {
    ControlEpoch active = state.active().epoch();
    if (!(command instanceof Command.Activate activate)) {
      Activation.Expected expected = ((Command.Approve) command).expected();
      // No policy of a simulation asks for approvals.
      return isActive(expected)
          ? refused(ActivationOutcome.Code.NO_APPROVER)
          : new CommandResult.StaleControlEpoch(active);
    }
    Activation asked = activate.activation();
    if (!isActive(asked.expected())) {
      return new CommandResult.StaleControlEpoch(active);
    }
    Map<ManifestType, ManifestDocument> next = new HashMap<>(state.active().documents());
    asked
        .changes()
        .forEach(
            (type, document) ->
                document.ifPresentOrElse(d -> next.put(type, d), () -> next.remove(type)));
    if (!hash(next).equals(asked.resulting())) {
      return refused(ActivationOutcome.Code.OTHER_SET);
    }
    boolean allowed = poolsOf(next).stream().allMatch(reservations::allows);
    if (!allowed) {
      return refused(ActivationOutcome.Code.POOL_IN_USE);
    }
    ControlEpoch epoch = new ControlEpoch(active.number() + 1, hash(next), active.setHash());
    Epoch made =
        new Epoch(
            epoch,
            next,
            pin.map(ControlPin::principal).orElse(""),
            asked.reason(),
            pin.map(ControlPin::millis).orElse(0L));
    Optional<Membership> members = state.membership();
    int w = made.policy().map(policy -> policy.w().orElse(0)).orElse(0);
    if (members.isPresent() && made.policy().equals(state.active().policy())) {
      // What stays as it was goes as far as there are voters.
      w = Math.min(w, members.get().newest().n());
    }
    if (w > 0 && members.isPresent() && members.get().newest().w() != w) {
      Configuration now = members.get().newest();
      int extra = now.prepareQuorum() - (now.n() - now.w() + 1);
      int prepareQuorum = Math.min(now.n(), Math.max(1, now.n() - w + 1) + extra);
      ChangeOutcome outcome =
          members
              .get()
              .decide(
                  slot,
                  new ProposedChange(
                      new MembershipChange.SetQuorums(w, prepareQuorum), members.get().number()));
      if (!(outcome instanceof Changed changed)) {
        boolean soon = members.get().lastEffect().isAfter(slot);
        return refused(
            soon
                ? ActivationOutcome.Code.CHANGE_IN_PROGRESS
                : ActivationOutcome.Code.QUORUM_REFUSED);
      }
      members = Optional.of(members.get().after(changed));
      byPolicy.add(changed);
    }
    List<Epoch> epochs = new ArrayList<>(state.epochs());
    epochs.add(made);
    state = new State(epochs, Map.of(), members);
    return new CommandResult.Activated(epoch);
  }

  private static List<Pool> poolsOf(Map<ManifestType, ManifestDocument> documents) {
    return Optional.ofNullable(documents.get(ManifestType.POOLS))
        .map(document -> ((PoolsManifest) document.manifest()).pools())
        .orElse(List.of());
  }

  private boolean isActive(Activation.Expected expected) {
    ControlEpoch active = state.active().epoch();
    return expected.number() == active.number() && expected.setHash().equals(active.setHash());
  }

  private static CommandResult refused(ActivationOutcome.Code code) {
    return new CommandResult.ActivationRefused(code);
  }

  /** A member gives evidence. */
  void give(Command.GiveEvidence given, long millis) {
    Optional<Configuration> members = state.membership().map(Membership::newest);
    if (members.isPresent()) {
      Map<MemberId, Evidence> kept = new HashMap<>(state.evidence());
      kept.put(given.member(), Evidence.of(given.member(), given.loaded(), given.checks(), millis));
      kept.keySet().retainAll(members.get().everyone());
      state = new State(state.epochs(), kept, state.membership());
    }
  }

  /** A change of membership that is no command; what comes of it, where that is known. */
  Optional<ChangeOutcome> change(Slot slot, ProposedChange proposed) {
    Optional<Membership> members = state.membership();
    if (members.isEmpty()) {
      return Optional.empty();
    }
    ChangeOutcome outcome = decide(members.get(), slot, proposed);
    if (outcome instanceof Changed changed) {
      members = Optional.of(members.get().after(changed));
    } else if (outcome instanceof ChangeOutcome.Sealed) {
      members = Optional.of(members.get().asSealed());
    }
    state = new State(state.epochs(), state.evidence(), members);
    return Optional.of(outcome);
  }

  /** Where the policy says what w is, no change may say another one. */
  private ChangeOutcome decide(Membership members, Slot slot, ProposedChange proposed) {
    int w = state.active().policy().map(policy -> policy.w().orElse(0)).orElse(0);
    MembershipChange change = proposed.change();
    int n = members.newest().n();
    OptionalInt named;
    MembershipChange governed;
    if (w == 0 || members.sealed()) {
      return members.decide(slot, proposed);
    } else if (change instanceof MembershipChange.Promote promote) {
      w = Math.min(w, n + 1);
      named = promote.w();
      governed = new MembershipChange.Promote(promote.learner(), OptionalInt.of(w));
    } else if (change instanceof MembershipChange.Remove remove) {
      boolean votes = members.newest().members().contains(remove.leaving());
      w = Math.min(w, Math.max(1, votes ? n - 1 : n));
      named = remove.w();
      governed = new MembershipChange.Remove(remove.leaving(), OptionalInt.of(w));
    } else if (change instanceof MembershipChange.SetQuorums quorums) {
      w = Math.min(w, n);
      named = OptionalInt.of(quorums.w());
      governed = change;
    } else {
      return members.decide(slot, proposed);
    }
    return named.isPresent() && named.getAsInt() != w
        ? new ChangeOutcome.Refused(
            new ChangeRefusal(ChangeRefusal.Code.INVALID_QUORUM, "the policy says another w"))
        : members.decide(slot, new ProposedChange(governed, proposed.basis()));
  }
}
