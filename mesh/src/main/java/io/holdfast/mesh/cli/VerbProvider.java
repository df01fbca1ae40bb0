package io.holdfast.mesh.cli;

import java.util.List;

/**
 * Adds verbs to the command line. Modules above this one are found through {@link
 * java.util.ServiceLoader}: a provider's jar on the class path is all that it takes.
 */
public interface VerbProvider {

  /**
   * New verbs, each of them with its own subcommands if it has any.
   *
   * @param console what they may read and print to
   */
  List<Verb> verbs(Console console);
}
