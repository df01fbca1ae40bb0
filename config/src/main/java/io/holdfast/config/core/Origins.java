package io.holdfast.config.core;

import java.util.Collections;
import java.util.Comparator;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the groups of a data directory began with, where that was not nothing: a snapshot that was
 * restored into it. Founders of a mesh must all have begun with the same: a quorum of those that
 * began with nothing would found it without what was restored.
 *
 * @param groups for each group that was restored, what it began with: one line of at most 128
 *     characters, equal exactly where that was the same
 */
public record Origins(SortedMap<GroupId, String> groups) {

  /** Of a directory into which nothing was restored. */
  public static final Origins NONE = new Origins(new TreeMap<>());

  private static final String LINE = "restored ";
  private static final String BETWEEN = " from ";
  private static final int MAX_TEXT = 128;

  public Origins {
    TreeMap<GroupId, String> sorted = new TreeMap<>(Comparator.comparing(GroupId::value));
    sorted.putAll(groups);
    groups = Collections.unmodifiableSortedMap(sorted);
    for (String text : groups.values()) {
      if (text.isBlank() || text.length() > MAX_TEXT || text.lines().count() != 1) {
        throw new IllegalArgumentException("an origin '" + text + "'");
      }
    }
  }

  /** These and one more, or another one of that group. */
  public Origins with(GroupId group, String text) {
    SortedMap<GroupId, String> more = new TreeMap<>(groups);
    more.put(group, text);
    return new Origins(more);
  }

  /** One line for each group; empty text for {@link #NONE}. */
  public String text() {
    return groups.entrySet().stream()
        .map(group -> LINE + group.getKey() + BETWEEN + group.getValue())
        .collect(Collectors.joining("\n"));
  }

  /**
   * Reads what {@link #text} has written, among other lines, which are ignored.
   *
   * @throws IllegalArgumentException where a line is no origin though it begins as one
   */
  public static Origins in(String text) {
    SortedMap<GroupId, String> groups = new TreeMap<>();
    for (String line : text.lines().filter(Origins::isOne).toList()) {
      int end = line.indexOf(BETWEEN);
      if (end < LINE.length()) {
        throw new IllegalArgumentException("an origin without a group");
      }
      groups.put(
          new GroupId(line.substring(LINE.length(), end)), line.substring(end + BETWEEN.length()));
    }
    return new Origins(groups);
  }

  private static boolean isOne(String line) {
    return line.startsWith(LINE);
  }

  /** A fingerprint with these below it, as it is sent. */
  public String below(String fingerprint) {
    return groups.isEmpty() ? fingerprint : fingerprint + "\n" + text();
  }

  /** A fingerprint as it was sent, without the origins below it. */
  public static String above(String sent) {
    return sent.lines().noneMatch(Origins::isOne)
        ? sent
        : sent.lines().filter(line -> !isOne(line)).collect(Collectors.joining("\n"));
  }

  /**
   * Why this node, which has restored something and has not founded its mesh yet, must not found it
   * with another; empty where the groups of both began with the same. A directory into which
   * nothing was restored asks for nothing: it may be that of a new member of a mesh that was
   * restored long ago.
   *
   * @param shared the groups of which both are members
   */
  public Optional<String> refusal(NodeId self, NodeId other, Set<GroupId> shared, Origins theirs) {
    Optional<GroupId> differing =
        Stream.concat(groups.keySet().stream(), theirs.groups.keySet().stream())
            .filter(shared::contains)
            .filter(group -> !Objects.equals(groups.get(group), theirs.groups.get(group)))
            .findFirst();
    if (groups.isEmpty() || differing.isEmpty()) {
      return Optional.empty();
    }
    GroupId first = differing.get();
    return Optional.of(
        "founders began with different states: group %s of %s with %s, of %s with %s: restore the"
                .formatted(first, self, describe(first), other, theirs.describe(first))
            + " same file into the data directory of each founder");
  }

  private String describe(GroupId group) {
    String text = groups.get(group);
    return text == null ? "nothing" : "what was restored from " + text;
  }
}
