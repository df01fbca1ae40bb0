package io.holdfast.mesh.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** A verb that works step by step does not go on; it says why, and ends. */
final class Stop extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient Telling telling;

  /** How it is said. */
  interface Telling {
    /** Says why; the exit status. */
    int tell(Console console, MeshOptions mesh, String name);
  }

  private Stop(String message, Telling telling) {
    super(message, null, false, false);
    this.telling = telling;
  }

  /**
   * It has failed so.
   *
   * @param code the stable reason
   * @param sentence why, and what to do
   */
  static Stop because(Exit exit, String code, String sentence) {
    return because(exit, code, sentence, Answers.object());
  }

  /**
   * It has failed so.
   *
   * @param more what else its JSON holds
   */
  static Stop because(Exit exit, String code, String sentence, ObjectNode more) {
    return new Stop(
        sentence,
        (console, mesh, name) -> new Failure(exit, code, sentence).tell(console, mesh, name, more));
  }

  /** It has failed, and something else says how. */
  static Stop told(String message, Telling telling) {
    return new Stop(message, telling);
  }

  /**
   * Says why.
   *
   * @param name of the verb, as it is run
   * @return the exit status
   */
  int tell(Console console, MeshOptions mesh, String name) {
    return telling.tell(console, mesh, name);
  }
}
