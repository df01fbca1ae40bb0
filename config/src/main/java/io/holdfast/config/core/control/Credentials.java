package io.holdfast.config.core.control;

import java.util.Optional;

/**
 * What a caller shows of itself.
 *
 * @param token the hash of its bearer token
 * @param certificate the subject of its certificate
 * @param ofNode whether it is a node of the mesh, which asks for the mesh's own sake and is kept
 *     from nothing; no caller from outside ever is
 */
public record Credentials(Optional<TokenHash> token, Optional<String> certificate, boolean ofNode) {

  /** Those of a node. */
  public static final Credentials NODE = new Credentials(Optional.empty(), Optional.empty(), true);

  /** Those of a caller that shows nothing. */
  public static final Credentials NONE = new Credentials(Optional.empty(), Optional.empty(), false);

  /** Those of a caller with this token. */
  public static Credentials of(TokenHash token) {
    return new Credentials(Optional.of(token), Optional.empty(), false);
  }
}
