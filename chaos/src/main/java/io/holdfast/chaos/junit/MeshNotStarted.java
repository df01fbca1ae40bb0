package io.holdfast.chaos.junit;

/** The mesh of a {@link HoldfastMesh} does not start; the message says what its nodes say. */
public final class MeshNotStarted extends RuntimeException {

  private static final long serialVersionUID = 1L;

  MeshNotStarted(String what, Throwable cause) {
    super(what, cause);
  }
}
