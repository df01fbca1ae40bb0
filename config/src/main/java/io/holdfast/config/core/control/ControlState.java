package io.holdfast.config.core.control;

import io.holdfast.config.core.MemberId;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What is active in a group, and was (protocol, section 7): a function of the group's log. The log
 * is the lock: whatever stands behind an activation is decided under what that has activated.
 *
 * <p>Immutable. Memory is bounded: of what was active before, the last {@value #MAX_RECORDS} epochs
 * are kept, or fewer where their sets are large.
 */
public final class ControlState {

  /** Epochs that are kept, the active one included. */
  public static final int MAX_RECORDS = 32;

  /** What the sets of all epochs that are kept have together, but for the active one. */
  public static final int MAX_HISTORY_BYTES = 4 << 20;

  private final SortedMap<Long, ControlRecord> records;
  private final SortedMap<String, Approval> approvals;
  private final SortedMap<MemberId, Evidence> evidence;

  private ControlState(
      Map<Long, ControlRecord> records,
      Map<String, Approval> approvals,
      Map<MemberId, Evidence> evidence) {
    this.records = Collections.unmodifiableSortedMap(new TreeMap<>(records));
    this.approvals = Collections.unmodifiableSortedMap(new TreeMap<>(approvals));
    this.evidence = Collections.unmodifiableSortedMap(new TreeMap<>(evidence));
  }

  /** That of every new group. */
  public static ControlState seed() {
    ControlRecord first =
        new ControlRecord(
            ControlEpoch.first(ControlSeed.SET.hash()), ControlSeed.SET, "", "the seed", 0);
    return new ControlState(Map.of(0L, first), Map.of(), Map.of());
  }

  /**
   * That which was kept.
   *
   * @param records epochs that follow each other; none for that of a new group
   * @param approvals the last of each approver
   * @param evidence the last of each member
   * @throws IllegalArgumentException when epochs are missing between them
   */
  public static ControlState restored(
      Collection<ControlRecord> records,
      Collection<Approval> approvals,
      Collection<Evidence> evidence) {
    TreeMap<Long, ControlRecord> kept = new TreeMap<>();
    records.forEach(record -> kept.put(record.epoch().number(), record));
    if (kept.isEmpty()) {
      kept.putAll(seed().records);
    }
    long expected = kept.firstKey();
    for (long number : kept.keySet()) {
      if (number != expected++) {
        throw new IllegalArgumentException("epoch %d after %d".formatted(number, expected - 2));
      }
    }
    return new ControlState(
        kept,
        approvals.stream().collect(Collectors.toMap(Approval::by, a -> a)),
        evidence.stream().collect(Collectors.toMap(Evidence::member, e -> e)));
  }

  // ---- What is active

  /** The active epoch. */
  public ControlEpoch epoch() {
    return active().epoch();
  }

  /** The active set. */
  public ControlSet set() {
    return active().set();
  }

  /** The active epoch with what is known of it. */
  public ControlRecord active() {
    return Objects.requireNonNull(records.get(records.lastKey()));
  }

  /** The epochs that are kept, the oldest first; the last is active. */
  public Collection<ControlRecord> records() {
    return records.values();
  }

  /** An epoch that is kept. */
  public Optional<ControlRecord> record(long number) {
    return Optional.ofNullable(records.get(number));
  }

  /** The last approval of each approver. */
  public Collection<Approval> approvals() {
    return approvals.values();
  }

  /** The last evidence of each member. */
  public Collection<Evidence> evidence() {
    return evidence.values();
  }

  // ---- What changes it

  /**
   * What becomes of an activation. Every change of what is active is one, and takes the next
   * number.
   *
   * @param by the principal that asks for it; empty where nobody says who
   * @param nowMillis milliseconds since 1970, by the leader that took it
   */
  public ActivationOutcome decide(Activation activation, String by, long nowMillis) {
    if (!activation.expected().is(epoch())) {
      return new ActivationOutcome.Stale(epoch());
    }
    ControlSet next;
    try {
      next = set().with(activation.changes());
    } catch (IllegalArgumentException e) {
      return refused(ActivationOutcome.Code.INVALID_SET, String.valueOf(e.getMessage()));
    }
    if (!next.hash().equals(activation.resulting())) {
      return refused(
          ActivationOutcome.Code.OTHER_SET,
          "this would make the set %s active, and %s was asked for"
              .formatted(next.hash(), activation.resulting()));
    }
    Optional<String> flaw = next.flaw();
    if (flaw.isPresent()) {
      return refused(ActivationOutcome.Code.INVALID_SET, flaw.get());
    }
    return missingApprovals(activation, nowMillis)
        .<ActivationOutcome>map(missing -> refused(ActivationOutcome.Code.NOT_APPROVED, missing))
        .orElseGet(
            () ->
                new ActivationOutcome.Done(
                    after(
                        new ControlRecord(
                            epoch().next(next.hash()), next, by, activation.reason(), nowMillis))));
  }

  private static ActivationOutcome.Refused refused(ActivationOutcome.Code code, String reason) {
    return new ActivationOutcome.Refused(code, reason);
  }

  /** Which approvals an activation lacks, in words; the policy that is active asks for them. */
  private Optional<String> missingApprovals(Activation activation, long nowMillis) {
    return set()
        .policy()
        .flatMap(PolicyManifest::approvals)
        .flatMap(
            wanted -> {
              List<String> given =
                  approvalsOf(activation.expected(), activation.resulting(), nowMillis);
              return given.size() >= wanted.needed()
                  ? Optional.empty()
                  : Optional.of(
                      "%d of %d approvals are there, of %s; those of %s count"
                          .formatted(given.size(), wanted.needed(), given, wanted.approvers()));
            });
  }

  /** Who has approved exactly this, of those whom the policy names; what is too old left out. */
  public List<String> approvalsOf(Activation.Expected expected, SetHash resulting, long nowMillis) {
    return approvals.values().stream()
        .filter(approval -> approval.counts(expected, resulting, nowMillis))
        .map(Approval::by)
        .filter(by -> isApprover(by))
        .toList();
  }

  private boolean isApprover(String principal) {
    return set()
        .policy()
        .flatMap(PolicyManifest::approvals)
        .filter(wanted -> wanted.approvers().contains(principal))
        .isPresent();
  }

  private ControlState after(ControlRecord next) {
    TreeMap<Long, ControlRecord> kept = new TreeMap<>(records);
    kept.put(next.epoch().number(), next);
    long bytes = records.values().stream().mapToLong(record -> record.set().bytes()).sum();
    while (kept.size() > 2 && (kept.size() > MAX_RECORDS || bytes > MAX_HISTORY_BYTES)) {
      bytes -= kept.pollFirstEntry().getValue().set().bytes();
    }
    return new ControlState(kept, Map.of(), Map.of());
  }

  /**
   * What becomes of an approval.
   *
   * @param by the principal that approves
   * @param nowMillis milliseconds since 1970, by the leader that took it
   */
  public ActivationOutcome approve(
      Activation.Expected expected, SetHash resulting, String by, long nowMillis) {
    if (!expected.is(epoch())) {
      return new ActivationOutcome.Stale(epoch());
    }
    if (!isApprover(by)) {
      return refused(
          ActivationOutcome.Code.NO_APPROVER,
          "the policy does not name %s among those who approve"
              .formatted(by.isEmpty() ? "whoever gives no name" : by));
    }
    TreeMap<String, Approval> given = new TreeMap<>(approvals);
    given.put(by, new Approval(expected, resulting, by, nowMillis));
    return new ActivationOutcome.Done(new ControlState(records, given, evidence));
  }

  /**
   * A member gives evidence. Whatever it is of is kept, so that it can be told why it does not
   * count; nobody has more than one piece.
   *
   * @param members who takes part: what others gave is forgotten
   */
  public ControlState with(Evidence given, Collection<MemberId> members) {
    TreeMap<MemberId, Evidence> kept = new TreeMap<>(evidence);
    kept.put(given.member(), given);
    kept.keySet().retainAll(members);
    return new ControlState(records, approvals, kept);
  }

  // ---- Readiness

  /**
   * Whether the group is ready: w of its voters have given fresh and sound evidence for exactly the
   * active epoch.
   *
   * @param voters who counts
   * @param w how many it takes
   * @param nowMillis milliseconds since 1970
   */
  public boolean isReady(Collection<MemberId> voters, int w, long nowMillis) {
    int sound = 0;
    for (MemberId voter : voters) {
      Evidence given = evidence.get(voter);
      if (given != null && given.isFresh(epoch(), nowMillis) && given.isSound()) {
        sound++;
      }
    }
    return sound >= w;
  }

  /** What a voter's evidence comes to. */
  public ReadinessGate gate(MemberId voter, long nowMillis) {
    return ReadinessGate.of(voter, Optional.ofNullable(evidence.get(voter)), epoch(), nowMillis);
  }

  @Override
  public boolean equals(@org.jspecify.annotations.Nullable Object other) {
    return other instanceof ControlState that
        && records.equals(that.records)
        && approvals.equals(that.approvals)
        && evidence.equals(that.evidence);
  }

  @Override
  public int hashCode() {
    return Objects.hash(records, approvals, evidence);
  }

  @Override
  public String toString() {
    return "control " + epoch();
  }
}
