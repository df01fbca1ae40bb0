package io.holdfast.mesh.cli;

import java.util.List;
import java.util.concurrent.Callable;

/**
 * A verb of the command line: an object whose class carries picocli's {@code @Command} with the
 * verb's name, and that returns an exit status as {@link Exit} defines it. Exceptions that leave
 * {@link #call()} are told in one line: an {@code UncheckedIOException} or {@code IOException} as
 * {@link Exit#IO}, all else as {@link Exit#INTERNAL}.
 */
public interface Verb extends Callable<Integer> {

  /** New verbs below this one, as {@code check} is below {@code chaos}; none unless overridden. */
  default List<Verb> subverbs() {
    return List.of();
  }
}
