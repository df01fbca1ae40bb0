package io.holdfast.mesh.client;

import java.time.Duration;
import java.util.List;

/**
 * How a call went.
 *
 * @param attempts requests sent or tried, from 1; polls for a write in flight are not counted
 * @param failures what went wrong before the answer, the last {@value #SHOWN} of them, in order
 * @param elapsed from the call to its result
 */
public record Trail(int attempts, List<Failure> failures, Duration elapsed) {

  /** How many failures are kept. */
  static final int SHOWN = 16;

  public Trail {
    failures = List.copyOf(failures);
  }

  /**
   * An attempt that did not settle the call.
   *
   * @param endpoint where it was sent
   * @param what an outcome code, or what the connection did
   */
  public record Failure(MeshEndpoint endpoint, String what) {
    @Override
    public String toString() {
      return endpoint + ": " + what;
    }
  }
}
