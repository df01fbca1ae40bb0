package io.holdfast.acceptor.store;

/**
 * The disk, or the database on it, failed or may have failed: what was being written is
 * <em>unknown</em>, not absent, and nothing more may be acknowledged. The process must stop and
 * recover from disk (StorageFailureIsNotRejection). Never retried.
 */
public final class StorageFailure extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * @param message what was being done
   * @param cause what the database or the file system said
   */
  public StorageFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
