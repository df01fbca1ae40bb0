package io.holdfast.chaos.sim;

import io.holdfast.quorum.core.BatchEntry;
import io.holdfast.quorum.core.CoordinatorEffect.Outcome;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A caller is told once what became of its write, and nothing that is not final. */
final class VerdictIsFinal extends Invariant {

  private record Question(@Nullable SimBoot boot, long token) {}

  private final Set<Question> concluded = new HashSet<>();

  @Override
  public void concluded(SimNode at, long token, BatchEntry entry, Outcome outcome) {
    check(
        concluded.add(new Question(at.boot(), token)),
        "%s: a proposal that ended ends again: %s",
        at,
        outcome);
    check(
        !(outcome instanceof Outcome.Undecided undecided) || undecided.verdict().isFinal(),
        "%s: %s",
        at,
        outcome);
  }
}
