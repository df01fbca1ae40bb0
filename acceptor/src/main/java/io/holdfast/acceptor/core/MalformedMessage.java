package io.holdfast.acceptor.core;

/**
 * Bytes or a wire message that do not mean anything: damaged, incomplete, or of a later version.
 */
public final class MalformedMessage extends Exception {

  private static final long serialVersionUID = 1L;

  /**
   * @param message what was wrong, with the field's name and its value
   */
  public MalformedMessage(String message) {
    super(message);
  }

  /**
   * @param message what was wrong
   * @param cause the parser's complaint
   */
  public MalformedMessage(String message, Throwable cause) {
    super(message, cause);
  }
}
