package io.holdfast.mesh.actor;

/** Told of what ends the node. The first call counts; all return at once. */
interface NodeFailure {

  /** A storage error: nothing is acknowledged any more (StorageFailureIsNotRejection). */
  void storage(Throwable cause);

  /** An invariant does not hold. */
  void bug(Throwable cause);
}
