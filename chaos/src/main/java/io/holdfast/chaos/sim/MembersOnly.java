package io.holdfast.chaos.sim;

import io.holdfast.config.core.MemberId;

/** Nobody is heard but members, each as itself. */
final class MembersOnly extends Invariant {

  private final SimMesh mesh;

  MembersOnly(SimMesh mesh) {
    this.mesh = mesh;
  }

  @Override
  public void heard(SimNode at, MemberId claimed, MemberId actual) {
    boolean member = mesh.node(actual.node().value()).self().equals(actual);
    check(member && claimed.equals(actual), "%s hears %s and takes it for %s", at, actual, claimed);
  }
}
