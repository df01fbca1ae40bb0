package io.holdfast.config.core.control;

import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What an activation would change, for whoever is about to approve it. */
public final class ControlDiff {

  /** Who loses access where there was no access manifest. */
  static final String EVERYBODY = "everybody";

  private ControlDiff() {}

  /**
   * A line of plain English for each change, sorted; none exactly where both sets are equal. No
   * line has a whole token hash.
   */
  public static List<String> words(ControlSet before, ControlSet after) {
    SortedSet<String> lines = new TreeSet<>();
    for (ManifestType type : ManifestType.values()) {
      var oldForm = Optional.ofNullable(before.documents().get(type));
      var newForm = Optional.ofNullable(after.documents().get(type));
      if (oldForm.equals(newForm)) {
        continue;
      }
      SortedSet<String> ofType = new TreeSet<>();
      if (oldForm.isEmpty() || newForm.isEmpty()) {
        ofType.add(whole(type, oldForm.isEmpty()));
      }
      switch (type) {
        case POLICY ->
            ofType.addAll(
                SettingsDiff.policy(
                    before.policy().orElse(PolicyManifest.NONE),
                    after.policy().orElse(PolicyManifest.NONE)));
        case LIMITS ->
            ofType.addAll(
                SettingsDiff.limits(
                    before.limits().orElse(LimitsManifest.NONE),
                    after.limits().orElse(LimitsManifest.NONE)));
        case ACCESS ->
            after
                .access()
                .ifPresent(newer -> ofType.addAll(AccessDiff.words(before.access(), newer)));
        case POOLS -> ofType.addAll(PoolsDiff.words(before.pools(), after.pools()));
      }
      if (ofType.isEmpty()) {
        ofType.add("written differently, and means the same");
      }
      ofType.forEach(line -> lines.add(type.code() + ": " + line));
    }
    return List.copyOf(lines);
  }

  private static String whole(ManifestType type, boolean added) {
    String words = added ? "manifest added" : "manifest removed";
    if (type != ManifestType.ACCESS) {
      return words;
    }
    return words
        + (added ? ": nobody may do more than it grants" : ": everybody may do everything");
  }

  /**
   * Names of principals that may do less afterwards: keys that they may read or write no more, a
   * credential that is gone, an owner that they act for no more; and {@code everybody} where there
   * was no access manifest and there is one now.
   */
  public static SortedSet<String> losesAccess(ControlSet before, ControlSet after) {
    SortedSet<String> losing =
        after
            .access()
            .map(
                newer ->
                    before
                        .access()
                        .map(older -> AccessDiff.losing(older, newer))
                        .orElseGet(() -> new TreeSet<>(List.of(EVERYBODY))))
            .orElseGet(TreeSet::new);
    return Collections.unmodifiableSortedSet(losing);
  }

  /** Adds a line where a field has changed. */
  static void field(SortedSet<String> lines, String name, String before, String after) {
    if (!Objects.equals(before, after)) {
      lines.add(name + ": " + before + " -> " + after);
    }
  }

  /** How a value that may be absent is told. */
  static String orNone(Optional<?> value) {
    return value.map(Object::toString).orElse("none");
  }

  /** Names in one line. */
  static String names(SortedSet<String> names) {
    return names.stream().collect(Collectors.joining(", "));
  }
}
