package io.holdfast.mesh.http;

import io.vertx.core.http.HttpMethod;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Every path of the API and the methods that it takes; {@code openapi.json} is held against it. */
enum Route {
  KEY(
      "/v1/groups/{group}/keys/{key}",
      HttpMethod.GET,
      HttpMethod.HEAD,
      HttpMethod.PUT,
      HttpMethod.DELETE),
  GROUPS("/v1/groups", HttpMethod.GET, HttpMethod.HEAD),
  GROUP("/v1/groups/{group}", HttpMethod.GET, HttpMethod.HEAD),
  WRITE("/v1/writes/{id}", HttpMethod.GET, HttpMethod.HEAD),
  STATUS("/v1/status", HttpMethod.GET, HttpMethod.HEAD),
  OPENAPI("/openapi.json", HttpMethod.GET, HttpMethod.HEAD),
  LIVEZ("/livez", HttpMethod.GET, HttpMethod.HEAD);

  private static final String GROUPS_PREFIX = "/v1/groups/";
  private static final String WRITES_PREFIX = "/v1/writes/";
  private static final String KEYS = "/keys/";

  private final String template;
  private final List<HttpMethod> methods;

  Route(String template, HttpMethod... methods) {
    this.template = template;
    this.methods = List.of(methods);
  }

  /** The path with its variables in braces. */
  String template() {
    return template;
  }

  List<HttpMethod> methods() {
    return methods;
  }

  boolean takes(HttpMethod method) {
    return methods.contains(method);
  }

  /** The value of an {@code Allow} header. */
  String allow() {
    return methods.stream().map(HttpMethod::name).collect(Collectors.joining(", "));
  }

  /**
   * A path that belongs to a route.
   *
   * @param route the route
   * @param name the raw group or write id, still percent-encoded; empty for routes without one
   * @param key the raw key, still percent-encoded, which may hold slashes; empty for other routes
   */
  record Match(Route route, String name, String key) {}

  /** The route of a raw, still percent-encoded path. The hot routes are tried first. */
  static Optional<Match> match(String path) {
    if (path.startsWith(GROUPS_PREFIX)) {
      return matchGroup(path);
    }
    if (path.startsWith(WRITES_PREFIX)) {
      String id = path.substring(WRITES_PREFIX.length());
      return id.isEmpty() || id.indexOf('/') >= 0
          ? Optional.empty()
          : Optional.of(new Match(WRITE, id, ""));
    }
    for (Route route : values()) {
      if (route.template.equals(path)) {
        return Optional.of(new Match(route, "", ""));
      }
    }
    return Optional.empty();
  }

  private static Optional<Match> matchGroup(String path) {
    int start = GROUPS_PREFIX.length();
    int end = path.indexOf('/', start);
    if (end < 0) {
      return path.length() == start
          ? Optional.empty()
          : Optional.of(new Match(GROUP, path.substring(start), ""));
    }
    if (end == start || !path.startsWith(KEYS, end)) {
      return Optional.empty();
    }
    return Optional.of(
        new Match(KEY, path.substring(start, end), path.substring(end + KEYS.length())));
  }
}
