package io.holdfast.mesh.core.health;

import io.holdfast.config.core.NodeId;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What is known of a node's part in a group.
 *
 * @param node which
 * @param own whether these are its own words, said to whoever asks now
 * @param answers whether it was heard lately by somebody who tells
 * @param serves whether its acceptor votes: its parts of the group run
 * @param equality how its replica compares with the others
 * @param ageMillis how old its words are; -1 for a node that never said anything
 * @param hears whom it hears, by words that are fresh; absent where nobody knows
 * @param role as in {@link io.holdfast.mesh.GroupStatus#role}; empty where nobody knows
 * @param leader whom it hears lead
 * @param promised its acceptor's promise, as text; {@code -} for none
 * @param highest the highest ballot that it has seen, as text; {@code -} for none
 * @param reasons why it does not answer or what is wrong with it, sentences
 */
public record Witness(
    NodeId node,
    boolean own,
    boolean answers,
    boolean serves,
    Equality equality,
    long ageMillis,
    Optional<Set<NodeId>> hears,
    String role,
    Optional<NodeId> leader,
    String promised,
    String highest,
    List<String> reasons) {

  /** How a replica compares with the others. */
  public enum Equality {
    /** It is not known to differ. */
    EQUAL("equal"),
    /** It differs from a majority: it votes, and neither acknowledges nor leads. */
    DIVERGED("diverged"),
    /** It differs, and no majority says who is right: it leads without writing. */
    UNDECIDED("undecided");

    private final String code;

    Equality(String code) {
      this.code = code;
    }

    /** Its stable name, lower case. */
    public String code() {
      return code;
    }

    /** The one of that name; {@link #EQUAL} for a name that is not known here. */
    public static Equality of(String code) {
      for (Equality one : values()) {
        if (one.code.equals(code)) {
          return one;
        }
      }
      return EQUAL;
    }

    @Override
    public String toString() {
      return code;
    }
  }

  public Witness {
    hears = hears.map(Set::copyOf);
    reasons = List.copyOf(reasons);
  }

  /** A node of which nobody knows anything. */
  public static Witness unknown(NodeId node, String reason) {
    return new Witness(
        node,
        false,
        false,
        false,
        Equality.EQUAL,
        -1,
        Optional.empty(),
        "",
        Optional.empty(),
        "-",
        "-",
        List.of(reason));
  }

  /** Whether its acceptor answers now. */
  public boolean votes() {
    return answers && serves;
  }

  /** Whether it says of itself that it leads. */
  public boolean leads() {
    return votes() && role.equals("leading");
  }

  /** The same where it is known from elsewhere whether it is heard, and how it compares. */
  Witness with(boolean heard, Equality compared) {
    return new Witness(
        node, own, heard, serves, compared, ageMillis, hears, role, leader, promised, highest,
        reasons);
  }
}
