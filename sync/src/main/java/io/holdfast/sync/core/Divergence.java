package io.holdfast.sync.core;

import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.NodeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/**
 * That a replica differs from a majority, and with whom it does.
 *
 * @param slot where they were compared
 * @param agreeing a majority of the voters, who agree with each other; sorted
 */
public record Divergence(Slot slot, List<MemberId> agreeing) {

  public Divergence {
    agreeing = List.copyOf(new TreeSet<>(agreeing));
  }

  /** The same, from members in any order. */
  public static Divergence of(Slot slot, Collection<MemberId> agreeing) {
    return new Divergence(slot, List.copyOf(agreeing));
  }

  /** The text of a marker, to be read again by {@link #parse}. */
  public String toText() {
    StringBuilder text = new StringBuilder("slot ").append(slot).append('\n');
    for (MemberId member : agreeing) {
      text.append("member ")
          .append(member.node().value())
          .append(' ')
          .append(Long.toUnsignedString(member.incarnation()))
          .append('\n');
    }
    return text.toString();
  }

  /**
   * Reads a marker.
   *
   * @throws IllegalArgumentException when this is none
   */
  public static Divergence parse(String text) {
    List<String> lines = text.lines().toList();
    if (lines.isEmpty() || !lines.get(0).startsWith("slot ")) {
      throw new IllegalArgumentException("no slot on the first line");
    }
    List<MemberId> members = new ArrayList<>();
    for (String line : lines.subList(1, lines.size())) {
      String[] words = line.split(" ", -1);
      if (words.length != 3 || !words[0].equals("member")) {
        throw new IllegalArgumentException("not a member: " + line);
      }
      members.add(new MemberId(new NodeId(words[1]), Long.parseUnsignedLong(words[2])));
    }
    return new Divergence(new Slot(Long.parseLong(lines.get(0).substring(5))), members);
  }
}
