package io.holdfast.acceptor.store;

/** A node must not keep its data so; the message says why, in words for the operator. */
public final class DatabaseRefused extends RuntimeException {

  private static final long serialVersionUID = 1L;

  DatabaseRefused(String message) {
    super(message);
  }

  DatabaseRefused(String message, Throwable cause) {
    super(message, cause);
  }
}
