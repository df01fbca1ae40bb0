package io.holdfast.mesh.cli;

import io.holdfast.mesh.client.LocalMesh;
import java.util.List;
import java.util.function.Consumer;

/**
 * Adds steps to the demo, played when its records are loaded and a killed node is back. Chapters of
 * modules above this one are found through {@link java.util.ServiceLoader}.
 */
public interface DemoChapter {

  /** More arguments of {@code holdfast node}, for every node of the demo. */
  List<String> nodeArguments();

  /**
   * Plays on a running mesh, and leaves it running and well. What goes wrong is a step that did not
   * hold, not an exception.
   *
   * @param mesh the demo's nodes; not to be closed
   * @param told hears of each step when it is done
   */
  void play(LocalMesh mesh, Consumer<DemoStep> told);
}
