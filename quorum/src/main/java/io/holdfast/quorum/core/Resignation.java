package io.holdfast.quorum.core;

import io.holdfast.acceptor.core.Ballot;
import io.holdfast.config.core.MemberId;
import io.holdfast.quorum.core.CoordinatorMessage.Resigned;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * A clean stop: no more work is taken, what callers wait for is finished, and the others need not
 * find out by silence.
 */
final class Resignation {

  private final Standing standing;
  private boolean asked;
  private boolean done;

  Resignation(Standing standing) {
    this.standing = standing;
  }

  void ask() {
    asked = true;
  }

  boolean isAsked() {
    return asked;
  }

  /** Whether it is asked for and no caller waits any more; true once. */
  boolean takeDue() {
    boolean due = asked && !done && standing.writes.callers() == 0 && standing.queue.isEmpty();
    done = done || due;
    return due;
  }

  /**
   * Tells the others that the leader of {@code ballot} stops, and who had better be the next.
   *
   * @param wrong members whose replicas are, who had better not
   */
  void sayFarewell(Ballot ballot, Set<MemberId> wrong, List<CoordinatorEffect> out) {
    sayFarewell(ballot, successor(wrong), out);
  }

  /** The same with a successor that is given. */
  void sayFarewell(Ballot ballot, MemberId successor, List<CoordinatorEffect> out) {
    Resigned farewell = new Resigned(ballot, successor);
    standing.others().forEach(other -> out.add(new CoordinatorEffect.Say(other, farewell)));
  }

  /** The voter that has learned most, of those who may lead: it needs to catch up least. */
  private MemberId successor(Set<MemberId> wrong) {
    return standing.nextConfiguration().members().stream()
        .filter(member -> !member.equals(standing.self) && !wrong.contains(member))
        .max(
            Comparator.comparing((MemberId member) -> standing.peers.state(member).learnedUpTo())
                .thenComparing(Comparator.reverseOrder()))
        .orElse(standing.self);
  }
}
