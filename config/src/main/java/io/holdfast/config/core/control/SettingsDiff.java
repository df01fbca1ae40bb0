package io.holdfast.config.core.control;

import static io.holdfast.config.core.control.ControlDiff.field;
import static io.holdfast.config.core.control.ControlDiff.orNone;

import io.holdfast.config.core.NumberKey;
import io.holdfast.config.core.control.PolicyManifest.Approvals;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.TreeSet;

/** What has changed of a policy, or of limits. */
final class SettingsDiff {

  private SettingsDiff() {}

  static SortedSet<String> policy(PolicyManifest before, PolicyManifest after) {
    SortedSet<String> lines = new TreeSet<>();
    field(lines, PolicyManifest.W.path(), number(before.w()), number(after.w()));
    field(
        lines,
        "ackTimeout",
        orNone(before.ackTimeout().map(DurationText::of)),
        orNone(after.ackTimeout().map(DurationText::of)));
    field(
        lines,
        "requireReady",
        String.valueOf(before.requireReady()),
        String.valueOf(after.requireReady()));
    field(lines, "approvals", approvals(before.approvals()), approvals(after.approvals()));
    return lines;
  }

  private static String approvals(Optional<Approvals> approvals) {
    return orNone(
        approvals.map(each -> each.needed() + " of " + ControlDiff.names(each.approvers())));
  }

  static SortedSet<String> limits(LimitsManifest before, LimitsManifest after) {
    SortedSet<String> lines = new TreeSet<>();
    number(lines, LimitsManifest.KEY_BYTES, before.keyBytes(), after.keyBytes());
    number(lines, LimitsManifest.VALUE_BYTES, before.valueBytes(), after.valueBytes());
    field(lines, LimitsManifest.KEYS.path(), number(before.keys()), number(after.keys()));
    number(
        lines,
        LimitsManifest.TRANSACTION_OPERATIONS,
        before.transactionOperations(),
        after.transactionOperations());
    number(
        lines, LimitsManifest.WRITES_PER_SECOND, before.writesPerSecond(), after.writesPerSecond());
    return lines;
  }

  private static void number(
      SortedSet<String> lines, NumberKey key, OptionalInt before, OptionalInt after) {
    field(lines, key.path(), number(before), number(after));
  }

  private static String number(OptionalInt value) {
    return value.isPresent() ? Integer.toString(value.getAsInt()) : "none";
  }

  private static String number(OptionalLong value) {
    return value.isPresent() ? Long.toString(value.getAsLong()) : "none";
  }
}
