package io.holdfast.chaos.sim;

import io.holdfast.config.core.MemberId;
import io.holdfast.quorum.core.BatchEntry.ConfigurationEntry;
import io.holdfast.quorum.core.Configuration;
import io.holdfast.quorum.core.MembershipChange;
import io.holdfast.quorum.core.MembershipChange.AddLearner;
import io.holdfast.quorum.core.MembershipChange.Promote;
import io.holdfast.quorum.core.MembershipChange.Remove;
import io.holdfast.quorum.core.MembershipChange.Replace;
import io.holdfast.quorum.core.MembershipChange.SetQuorums;
import io.holdfast.quorum.core.MembershipCodec;
import io.holdfast.quorum.core.ProposedChange;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalInt;
import java.util.SplittableRandom;

/** Asks for one change of membership, or for two at once, sensible or not. */
final class MembershipOperator {

  private final SimMesh mesh;
  private final ChosenLog chosen;
  private final SplittableRandom random;

  MembershipOperator(SimMesh mesh, ChosenLog chosen, SplittableRandom random) {
    this.mesh = mesh;
    this.chosen = chosen;
    this.random = random;
  }

  void ask(SimGroup leader) {
    Configuration current = chosen.newest();
    MembershipChange change = draw(current);
    mesh.note("***", "asks for " + change);
    if (random.nextInt(5) > 0) {
      leader.change(change);
      return;
    }
    // Past the leader's check, and with another right behind that takes it for made: what one
    // leader has checked may be executed when another has changed something else.
    long basis = chosen.membership(chosen.contiguous()).number();
    propose(leader, change, basis);
    propose(leader, draw(current), basis + random.nextInt(2));
  }

  private static void propose(SimGroup leader, MembershipChange change, long basis) {
    leader.propose(
        new ConfigurationEntry(MembershipCodec.encode(new ProposedChange(change, basis))));
  }

  private MembershipChange draw(Configuration current) {
    List<MemberId> outside = new ArrayList<>();
    mesh.nodes.forEach(node -> outside.add(node.self()));
    outside.removeAll(current.everyone());
    int kind = random.nextInt(10);
    if (!current.learners().isEmpty() && kind < 5) {
      MemberId learner = any(current.learners());
      return kind < 2
          ? new Promote(learner, OptionalInt.empty())
          : kind < 4
              ? new Replace(any(current.members()), learner)
              : new Remove(learner, OptionalInt.empty());
    }
    if (!outside.isEmpty() && kind < 7) {
      return new AddLearner(any(outside));
    }
    if (kind < 9) {
      return new Remove(any(current.members()), OptionalInt.empty());
    }
    int n = current.n();
    int w = 1 + random.nextInt(n);
    int least = n - w + 1;
    return new SetQuorums(w, least + random.nextInt(n - least + 1));
  }

  private MemberId any(Collection<MemberId> some) {
    return List.copyOf(some).get(random.nextInt(some.size()));
  }
}
