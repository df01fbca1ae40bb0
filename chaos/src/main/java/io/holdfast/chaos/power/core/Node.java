package io.holdfast.chaos.power.core;

/** What a name on a {@link Disk} stands for. */
sealed interface Node permits StoredFile, Node.Directory {

  /** A directory; what is in it is found by its name. */
  record Directory() implements Node {}
}
