package io.holdfast.mesh;

import java.util.function.Consumer;

/** What a node sees of its mesh, again and again. For any thread. */
public interface Pictures {

  /** The newest; before the first was taken, one of a node that has just begun. */
  Picture latest();

  /**
   * Tells each new picture from now on, on a thread of the node that must not be blocked. Whoever
   * is slow to look at one gets the newest next: none are kept.
   *
   * @return closed by whoever has seen enough
   */
  Following follow(Consumer<Picture> listener);

  /** Follows pictures until it is closed. */
  interface Following extends AutoCloseable {
    @Override
    void close();
  }
}
