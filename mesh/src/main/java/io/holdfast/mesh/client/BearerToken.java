package io.holdfast.mesh.client;

import java.util.regex.Pattern;

/**
 * What a caller shows to be known. It is a secret: it is sent, and told nowhere else.
 *
 * @param secret 1 to 1024 letters, digits and {@code -._~+/=} (RFC 6750)
 */
public record BearerToken(String secret) {

  /** What a token may be, in words. */
  public static final String ALLOWED = "1 to 1024 letters, digits and -._~+/=";

  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9._~+/=-]{1,1024}");

  public BearerToken {
    if (!FORM.matcher(secret).matches()) {
      throw new IllegalArgumentException("what is given is no token: allowed are " + ALLOWED);
    }
  }

  /** The value of an {@code Authorization} header. */
  public String header() {
    return "Bearer " + secret;
  }

  /** Nothing of it. */
  @Override
  public String toString() {
    return "a bearer token";
  }
}
