package io.holdfast.quorum.core;

/**
 * A quorum policy that no mesh can follow; the message names the field, the value and what is
 * allowed.
 */
public final class InvalidPolicy extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  public InvalidPolicy(String message) {
    super(message);
  }
}
