package io.holdfast.config.core.control;

import io.holdfast.config.core.NumberKey;
import io.holdfast.config.core.control.PolicyManifest.Approvals;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** How documents say a policy and limits. */
final class PolicyReading {

  private PolicyReading() {}

  static PolicyManifest policy(Place document) {
    document.requireFields(DocumentFields.POLICY);
    OptionalInt w = optionalInt(document, PolicyManifest.W);
    Optional<Duration> ackTimeout =
        document
            .optional("ackTimeout")
            .map(
                place ->
                    duration(
                        place,
                        PolicyManifest.SHORTEST_ACK_TIMEOUT,
                        PolicyManifest.LONGEST_ACK_TIMEOUT));
    boolean requireReady = document.optional("requireReady").map(Place::flag).orElse(false);
    Optional<Approvals> approvals = document.optional("approvals").map(PolicyReading::approvals);
    return document.value(() -> new PolicyManifest(w, ackTimeout, requireReady, approvals));
  }

  private static Approvals approvals(Place place) {
    place.requireFields(DocumentFields.APPROVALS);
    long needed =
        place.required("needed").whole(NumberKey.count("needed", 1, Approvals.MAX_APPROVERS));
    var approvers = place.required("approvers").set(Approvals.MAX_APPROVERS, Place::name);
    return place.value(() -> new Approvals((int) needed, approvers));
  }

  static LimitsManifest limits(Place document) {
    document.requireFields(DocumentFields.LIMITS);
    return document.value(
        () ->
            new LimitsManifest(
                optionalInt(document, LimitsManifest.KEY_BYTES),
                optionalInt(document, LimitsManifest.VALUE_BYTES),
                document
                    .optional(LimitsManifest.KEYS.path())
                    .map(place -> OptionalLong.of(place.whole(LimitsManifest.KEYS)))
                    .orElse(OptionalLong.empty()),
                optionalInt(document, LimitsManifest.TRANSACTION_OPERATIONS),
                optionalInt(document, LimitsManifest.WRITES_PER_SECOND)));
  }

  /** A duration of a range. */
  static Duration duration(Place place, Duration min, Duration max) {
    String allowed =
        "a whole number and ms, s, m, h or d, together " + DurationText.allowed(min, max);
    return place.text(
        allowed,
        text -> DurationText.parse(text).filter(each -> DurationText.isWithin(each, min, max)));
  }

  private static OptionalInt optionalInt(Place document, NumberKey range) {
    return document
        .optional(range.path())
        .map(place -> OptionalInt.of(Math.toIntExact(place.whole(range))))
        .orElse(OptionalInt.empty());
  }
}
