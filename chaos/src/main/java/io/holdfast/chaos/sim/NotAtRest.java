package io.holdfast.chaos.sim;

/** Nothing goes wrong any more, and still the mesh has not come to rest in time. */
final class NotAtRest extends RuntimeException {

  private static final long serialVersionUID = 1L;

  NotAtRest(String facts) {
    super(facts);
  }
}
