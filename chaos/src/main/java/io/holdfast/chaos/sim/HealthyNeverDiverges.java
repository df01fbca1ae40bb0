package io.holdfast.chaos.sim;

/** Only a replica of which a bit has flipped is found to differ from a majority. */
final class HealthyNeverDiverges extends Invariant {

  @Override
  public void diverged(SimNode at) {
    check(at.flipped(), "%s is found to differ, though it holds what the log means", at);
  }
}
