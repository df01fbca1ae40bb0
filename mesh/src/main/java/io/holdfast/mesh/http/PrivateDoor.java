package io.holdfast.mesh.http;

import io.holdfast.config.core.control.TokenHash;
import io.holdfast.mesh.client.BearerToken;
import io.holdfast.mesh.core.IdleClock;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a front door asks and tells that only one user of a machine may use. Whoever does not show
 * its secret is refused as {@code unauthenticated}, whatever is asked; who shows it is told in
 * {@value #INSTANCE} which start of the node answers, which nobody knows who has only taken over
 * its port. It counts who is in, so that the node can end when it has been unused for long enough:
 * questions after its health are no use. For any thread.
 */
public final class PrivateDoor {

  /** The header of answers that names the start of the node. */
  public static final String INSTANCE = "Holdfast-Instance";

  /** The header of answers that says for how many milliseconds nobody has used the node. */
  public static final String IDLE = "Holdfast-Idle-Millis";

  private static final String SCHEME = "Bearer ";

  /** What became of one who wants in. */
  enum Entry {
    /** Does not show the secret. */
    UNKNOWN,
    /** Came too late: the node ends for lack of use. */
    ENDING,
    /** Asks after the node's health, which is no use of it. */
    VISITOR,
    /** Is in, and has to {@link #leave}. */
    USER
  }

  private final TokenHash secret;
  private final String instance;
  private final IdleClock clock;

  /**
   * @param secret what callers show
   * @param instance names this start of the node
   * @param patience how long it may be unused
   */
  public PrivateDoor(BearerToken secret, String instance, Duration patience) {
    this.secret = TokenHash.ofToken(secret.secret());
    this.instance = instance;
    this.clock = new IdleClock(patience, System.nanoTime());
  }

  String instance() {
    return instance;
  }

  /** It can be found from now on: until then nobody could have used it. */
  public synchronized void opens() {
    if (clock.enter()) {
      clock.leave(System.nanoTime());
    }
  }

  /** For how long nobody has used the node. */
  synchronized Duration idle() {
    return clock.idle(System.nanoTime());
  }

  /** Whether it has been unused for long enough; if so, nobody comes in any more. */
  public synchronized boolean ends() {
    return clock.ends(System.nanoTime());
  }

  Entry enter(@Nullable String authorization, Optional<Route> route) {
    if (authorization == null
        || !authorization.startsWith(SCHEME)
        || !TokenHash.ofToken(authorization.substring(SCHEME.length())).sameAs(secret)) {
      return Entry.UNKNOWN;
    }
    if (route.isPresent() && isOfHealth(route.get())) {
      return Entry.VISITOR;
    }
    synchronized (this) {
      return clock.enter() ? Entry.USER : Entry.ENDING;
    }
  }

  synchronized void leave() {
    clock.leave(System.nanoTime());
  }

  private static boolean isOfHealth(Route route) {
    return switch (route) {
      case LIVEZ, READYZ, HEALTH, STATUS, PICTURE, PICTURES, METRICS -> true;
      default -> false;
    };
  }
}
