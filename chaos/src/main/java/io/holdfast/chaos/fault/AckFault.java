package io.holdfast.chaos.fault;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What is done to the acknowledgements that this node's acceptor sends to a peer.
 *
 * @param kind what
 * @param amount milliseconds of a delay, copies, or how many are gathered; 0 where none is needed
 */
public record AckFault(Kind kind, int amount) {

  /** Kinds of faults. */
  public enum Kind {
    /** Sent after {@code amount} milliseconds. */
    DELAY(1, 60_000),
    /** Sent, and sent again {@code amount} times. */
    DUPLICATE(1, 100),
    /** They name another batch than what is stored. */
    DIGEST(0, 0),
    /** They name another history than what was executed. */
    CHAIN(0, 0),
    /** Sent, and once more in the name of a node that is none of the mesh's. */
    STRANGER(0, 0),
    /** Sent, and once more in the name of each other member, in an incarnation it never had. */
    INCARNATION(0, 0),
    /** Sent, and once more in the name of each other member, in a boot it never had. */
    BOOT(0, 0),
    /** The last one that was sent before is sent again in their place. */
    STALE(0, 0),
    /** {@code amount} are gathered, or those of 300 ms, and sent in the opposite order. */
    REORDER(2, 100);

    private final int least;
    private final int most;

    Kind(int least, int most) {
      this.least = least;
      this.most = most;
    }

    /** As the port has it. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    static Optional<Kind> of(String word) {
      return Arrays.stream(values()).filter(kind -> kind.word().equals(word)).findFirst();
    }
  }

  /** How long acknowledgements are gathered at most, to be sent in another order. */
  static final Duration GATHERED = Duration.ofMillis(300);

  /** What is allowed, in words. */
  static final String ALLOWED =
      Arrays.stream(Kind.values())
          .map(
              kind ->
                  kind.most == 0 ? kind.word() : kind.word() + " " + kind.least + ".." + kind.most)
          .collect(Collectors.joining(", "));

  public AckFault {
    if (amount < kind.least || amount > kind.most) {
      throw new IllegalArgumentException(
          "%s %d: allowed is %s".formatted(kind.word(), amount, ALLOWED));
    }
  }

  /** A fault that needs no amount. */
  public static AckFault of(Kind kind) {
    return new AckFault(kind, 0);
  }

  /** Later, by so much. */
  public static AckFault delay(Duration by) {
    return new AckFault(Kind.DELAY, Math.toIntExact(by.toMillis()));
  }

  /** As the port has it. */
  public String words() {
    return kind.most == 0 ? kind.word() : kind.word() + " " + amount;
  }
}
