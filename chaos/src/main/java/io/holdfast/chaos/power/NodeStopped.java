package io.holdfast.chaos.power;

/** A node that stopped, or no longer answers, though the power is on. */
final class NodeStopped extends Exception {

  private static final long serialVersionUID = 1L;

  NodeStopped(String message) {
    super(message);
  }

  NodeStopped(String message, Throwable cause) {
    super(message + ": " + cause, cause);
  }
}
