package io.holdfast.mesh;

/** A node cannot start; the message names what could not be had, and where. */
public final class NodeStartException extends Exception {

  private static final long serialVersionUID = 1L;

  public NodeStartException(String message, Throwable cause) {
    super(message, cause);
  }
}
