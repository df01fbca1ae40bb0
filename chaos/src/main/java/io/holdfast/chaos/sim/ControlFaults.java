package io.holdfast.chaos.sim;

import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.control.Activation;
import io.holdfast.config.core.control.ControlEpoch;
import io.holdfast.config.core.control.ControlRecord;
import io.holdfast.config.core.control.ControlState;
import io.holdfast.config.core.control.Evidence;
import io.holdfast.config.core.control.ManifestType;
import io.holdfast.quorum.core.Configuration;
import io.holdfast.sync.core.CacheRules;
import io.holdfast.sync.core.Caller;
import io.holdfast.sync.core.ReplicaDelta;
import io.holdfast.sync.core.ReplicaInput;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What can be wrong with what is active, and with what is decided under it. */
final class ControlFaults {

  private ControlFaults() {}

  static List<SeededFault> all() {
    return List.of(
        SeededFault.of(
                "epoch-check-skipped",
                "Nobody compares what a command was admitted under with what is active where it is"
                    + " executed.",
                "OneEpochPerWrite",
                boot -> new OtherRules(new EpochCheckSkipped()))
            .huntedIn(Profile.CONTROL, 3, 2),
        SeededFault.of(
                "epoch-not-bumped-for-access",
                "An activation that changes nothing but access keeps the number of the epoch.",
                "EpochsInOrder",
                boot -> new OtherRules(new EpochNotBumpedForAccess()))
            .huntedIn(Profile.CONTROL, 3, 2),
        SeededFault.of(
                "stale-evidence-counted",
                "Whatever a member has once given as evidence counts.",
                "StaleEvidenceNeverCounts",
                boot -> new OtherRules(new StaleEvidenceCounted()))
            .huntedIn(Profile.CONTROL, 3, 2),
        SeededFault.of(
                "hash-ignored",
                "Of epochs only the numbers are compared: of pins, of what callers name, and of what"
                    + " activations expect.",
                "EpochsInOrder",
                boot -> new HashIgnored())
            .huntedIn(Profile.CONTROL, 3, 2),
        SeededFault.of(
                "evidence-lost-at-restart",
                "The store keeps what is active without what was given for it, so that a restart"
                    + " forgets that.",
                "ActivationIsWhole",
                boot -> new EvidenceLost())
            .huntedIn(Profile.CONTROL, 3, 2));
  }

  private static final class OtherRules extends Tampering {

    private final CacheRules rules;

    OtherRules(CacheRules rules) {
      this.rules = rules;
    }

    @Override
    CacheRules rules() {
      return rules;
    }
  }

  private static final class EpochCheckSkipped extends CacheRules {
    @Override
    public boolean takesEffect(boolean sameNumber, boolean sameHash) {
      return true;
    }
  }

  private static final class EpochNotBumpedForAccess extends CacheRules {
    @Override
    public ControlState activated(ControlState before, ControlState after) {
      boolean onlyAccess =
          Set.of(ManifestType.values()).stream()
              .filter(type -> type != ManifestType.ACCESS)
              .allMatch(
                  type ->
                      Optional.ofNullable(before.set().documents().get(type))
                          .equals(Optional.ofNullable(after.set().documents().get(type))));
      if (!onlyAccess || before.epoch().number() == 0) {
        return after;
      }
      List<ControlRecord> records = new ArrayList<>(before.records());
      ControlRecord made = after.active();
      ControlEpoch same =
          new ControlEpoch(
              before.epoch().number(), made.set().hash(), before.epoch().previousHash());
      records.set(
          records.size() - 1,
          new ControlRecord(same, made.set(), made.by(), made.reason(), made.millis()));
      return ControlState.restored(records, after.approvals(), after.evidence());
    }
  }

  private static final class StaleEvidenceCounted extends CacheRules {
    @Override
    public boolean isReady(ControlState control, Configuration members, long nowMillis) {
      List<MemberId> given = control.evidence().stream().map(Evidence::member).toList();
      return members.members().stream().filter(given::contains).count() >= members.w();
    }
  }

  private static final class HashIgnored extends Tampering {

    @Override
    CacheRules rules() {
      return new CacheRules() {
        @Override
        public boolean takesEffect(boolean sameNumber, boolean sameHash) {
          return sameNumber;
        }

        @Override
        public Activation.Expected compared(Activation.Expected expected, ControlEpoch active) {
          return new Activation.Expected(expected.number(), active.setHash());
        }
      };
    }

    @Override
    List<ReplicaInput> toReplica(ReplicaInput input) {
      return input instanceof ReplicaInput.Admit admit
          ? List.of(
              new ReplicaInput.Admit(admit.token(), admit.write(), numberOnly(admit.caller())))
          : List.of(input);
    }

    private static Caller numberOnly(Caller caller) {
      return new Caller(
          caller.credentials(),
          caller.pinned().map(pin -> new Caller.Pinned(pin.number(), Optional.empty())));
    }
  }

  private static final class EvidenceLost extends Tampering {

    @Override
    Optional<ReplicaDelta> toStore(ReplicaDelta delta) {
      return Optional.of(
          new ReplicaDelta(
              delta.before(),
              delta.after(),
              delta.changes(),
              delta.touched(),
              delta.firstAddedOrdinal(),
              delta.addedWriteIds(),
              delta.leasesPut(),
              delta.leasesEnded(),
              delta
                  .control()
                  .map(c -> ControlState.restored(c.records(), c.approvals(), List.of())),
              delta.reservations()));
    }
  }
}
