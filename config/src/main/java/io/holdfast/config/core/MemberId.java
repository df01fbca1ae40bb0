package io.holdfast.config.core;

/**
 * One member of a group: a node's name and the incarnation that was made with its data directory. A
 * node whose directory was lost and made anew is another member: it has forgotten its promises and
 * may not speak for the old one.
 *
 * @param node the node's stable name
 * @param incarnation drawn at random when the data directory was made; never 0 for a real member
 */
public record MemberId(NodeId node, long incarnation) implements Comparable<MemberId> {

  @Override
  public int compareTo(MemberId other) {
    int byNode = node.compareTo(other.node);
    return byNode != 0 ? byNode : Long.compareUnsigned(incarnation, other.incarnation);
  }

  @Override
  public String toString() {
    return node.value() + "#" + Long.toHexString(incarnation);
  }
}
