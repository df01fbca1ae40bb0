package io.holdfast.chaos.sim;

import io.holdfast.acceptor.core.AcceptorRequest;
import io.holdfast.config.core.MemberId;
import io.holdfast.quorum.core.Configuration;

/** Nobody is heard but members, each as itself; and nobody is asked for a vote who has none. */
final class MembersOnly extends Invariant {

  private final SimMesh mesh;
  private final ChosenLog chosen;

  MembersOnly(SimMesh mesh, ChosenLog chosen) {
    this.mesh = mesh;
    this.chosen = chosen;
  }

  @Override
  public void requested(SimNode at, MemberId to, AcceptorRequest request) {
    if (request instanceof AcceptorRequest.Accept accept
        && accept.slot().isAtMost(chosen.known())) {
      Configuration configuration = chosen.configurationOf(accept.slot());
      check(
          configuration.contains(to),
          "%s asks %s to vote in slot %s, where these do: %s",
          at,
          to,
          accept.slot(),
          configuration);
    }
  }

  @Override
  public void heard(SimNode at, MemberId claimed, MemberId actual) {
    boolean member = mesh.node(actual.node().value()).self().equals(actual);
    check(member && claimed.equals(actual), "%s hears %s and takes it for %s", at, actual, claimed);
  }
}
