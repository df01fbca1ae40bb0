package io.holdfast.mesh.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Tells requests that a page of another site has a browser send, of which whoever looks at that
 * page knows nothing. Browsers say where a request comes from, and other clients say nothing.
 */
final class OtherSite {

  private static final Set<HttpMethod> READS =
      Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

  /** What {@code Sec-Fetch-Site} says of a page of this door, and of an address typed by hand. */
  private static final Set<String> OWN = Set.of("same-origin", "none");

  private OtherSite() {}

  /** Where a request that may change something comes from, if that is another site's page. */
  static Optional<String> of(HttpServerRequest request) {
    if (READS.contains(request.method())) {
      return Optional.empty();
    }
    String origin = request.getHeader(HttpHeaders.ORIGIN);
    String site = request.getHeader("Sec-Fetch-Site");
    if (site != null) {
      return OWN.contains(site.toLowerCase(Locale.ROOT))
          ? Optional.empty()
          : Optional.of(origin == null ? site : origin);
    }
    // Older browsers, and those that came here without encryption, say the origin only.
    return Optional.ofNullable(origin)
        .filter(from -> !authority(from).equalsIgnoreCase(request.getHeader(HttpHeaders.HOST)));
  }

  private static String authority(String origin) {
    int scheme = origin.indexOf("://");
    return scheme < 0 ? origin : origin.substring(scheme + 3);
  }
}
