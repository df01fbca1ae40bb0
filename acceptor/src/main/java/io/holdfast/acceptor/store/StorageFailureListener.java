package io.holdfast.acceptor.store;

/** Is told, once, that the storage failed; a node stops its process then. */
@FunctionalInterface
public interface StorageFailureListener {

  /**
   * Called at most once per journal, on the thread that found the failure, before any writer learns
   * of it. Must not block on the journal.
   */
  void onStorageFailure(StorageFailure failure);
}
