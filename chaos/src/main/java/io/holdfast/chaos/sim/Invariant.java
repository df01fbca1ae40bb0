package io.holdfast.chaos.sim;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import io.holdfast.config.core.InvariantViolation;
import org.jspecify.annotations.Nullable;

/**
 * One named rule of {@code docs/INVARIANTS.md}, watched from outside: by what nodes do, and by what
 * is on their disks. The class has the rule's name.
 */
abstract class Invariant implements Observer {

  final String name() {
    return getClass().getSimpleName();
  }

  @FormatMethod
  final void check(boolean holds, @FormatString String facts, @Nullable Object... values) {
    if (!holds) {
      throw new InvariantViolation(name(), String.format(facts, values));
    }
  }
}
