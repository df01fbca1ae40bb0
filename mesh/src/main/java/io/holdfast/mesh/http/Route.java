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
  KEYS("/v1/groups/{group}/keys", HttpMethod.GET, HttpMethod.DELETE),
  TRANSACTION("/v1/groups/{group}/txn", HttpMethod.POST),
  WATCH("/v1/groups/{group}/watch", HttpMethod.GET),
  SNAPSHOT("/v1/groups/{group}/snapshot", HttpMethod.GET),
  LEASES("/v1/groups/{group}/leases", HttpMethod.POST),
  LEASE("/v1/groups/{group}/leases/{lease}", HttpMethod.DELETE),
  KEEP_ALIVE("/v1/groups/{group}/leases/{lease}/keep-alive", HttpMethod.POST),
  COMPACT("/v1/groups/{group}/compact", HttpMethod.POST),
  RESOLVE("/v1/groups/{group}/writes/{id}/resolve", HttpMethod.POST),
  CHAIN("/v1/groups/{group}/chain/{slot}", HttpMethod.GET, HttpMethod.HEAD),
  MEMBERS("/v1/groups/{group}/members", HttpMethod.GET, HttpMethod.HEAD, HttpMethod.POST),
  REPLICA("/v1/groups/{group}/replica", HttpMethod.POST),
  CONTROL("/v1/groups/{group}/control", HttpMethod.GET, HttpMethod.HEAD, HttpMethod.POST),
  CONTROL_PLAN("/v1/groups/{group}/control/plan", HttpMethod.POST),
  CONTROL_APPROVALS("/v1/groups/{group}/control/approvals", HttpMethod.POST),
  CONTROL_READINESS("/v1/groups/{group}/control/readiness", HttpMethod.GET, HttpMethod.HEAD),
  CONTROL_HISTORY("/v1/groups/{group}/control/history", HttpMethod.GET, HttpMethod.HEAD),
  CONTROL_EPOCH("/v1/groups/{group}/control/history/{number}", HttpMethod.GET, HttpMethod.HEAD),
  RESERVATIONS("/v1/groups/{group}/reservations", HttpMethod.GET, HttpMethod.HEAD, HttpMethod.POST),
  RESERVATION_POOLS("/v1/groups/{group}/reservations/pools", HttpMethod.GET, HttpMethod.HEAD),
  WHY("/v1/groups/{group}/why", HttpMethod.GET, HttpMethod.HEAD),
  STORY("/v1/groups/{group}/writes/{id}/story", HttpMethod.GET, HttpMethod.HEAD),
  GROUPS("/v1/groups", HttpMethod.GET, HttpMethod.HEAD),
  GROUP("/v1/groups/{group}", HttpMethod.GET, HttpMethod.HEAD, HttpMethod.PUT, HttpMethod.DELETE),
  DIRECTORY("/v1/directory", HttpMethod.GET, HttpMethod.HEAD),
  NODE("/v1/nodes/{node}", HttpMethod.PUT),
  WRITE("/v1/writes/{id}", HttpMethod.GET, HttpMethod.HEAD),
  PICTURE("/v1/picture", HttpMethod.GET, HttpMethod.HEAD),
  PICTURES("/v1/pictures", HttpMethod.GET),
  STATUS("/v1/status", HttpMethod.GET, HttpMethod.HEAD),
  PAGE("/", HttpMethod.GET, HttpMethod.HEAD),
  PAGE_STYLE("/page.css", HttpMethod.GET, HttpMethod.HEAD),
  PAGE_SCRIPT("/page.js", HttpMethod.GET, HttpMethod.HEAD),
  PAGE_ICON("/icon.svg", HttpMethod.GET, HttpMethod.HEAD),
  PAGE_MODULE("/page/{module}", HttpMethod.GET, HttpMethod.HEAD),
  OPENAPI("/openapi.json", HttpMethod.GET, HttpMethod.HEAD),
  LIVEZ("/livez", HttpMethod.GET, HttpMethod.HEAD),
  READYZ("/readyz", HttpMethod.GET, HttpMethod.HEAD),
  HEALTH("/health", HttpMethod.GET, HttpMethod.HEAD),
  METRICS("/metrics", HttpMethod.GET, HttpMethod.HEAD);

  private static final String GROUPS_PREFIX = "/v1/groups/";
  private static final String WRITES_PREFIX = "/v1/writes/";
  private static final String NODES_PREFIX = "/v1/nodes/";
  private static final String MODULES_PREFIX = "/page/";
  private static final String KEYS_PREFIX = "/keys/";

  /** What may follow a group, but for keys, which may hold slashes. */
  private static final List<Route> BELOW_GROUP =
      List.of(
          KEYS,
          TRANSACTION,
          WATCH,
          SNAPSHOT,
          LEASES,
          LEASE,
          KEEP_ALIVE,
          COMPACT,
          RESOLVE,
          CHAIN,
          MEMBERS,
          REPLICA,
          CONTROL,
          CONTROL_PLAN,
          CONTROL_APPROVALS,
          CONTROL_READINESS,
          CONTROL_HISTORY,
          CONTROL_EPOCH,
          RESERVATIONS,
          RESERVATION_POOLS,
          WHY,
          STORY);

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

  /** Whether its path names a group. */
  boolean isOfGroup() {
    return template.startsWith(GROUPS_PREFIX);
  }

  /** The value of an {@code Allow} header. */
  String allow() {
    return methods.stream().map(HttpMethod::name).collect(Collectors.joining(", "));
  }

  /**
   * A path that belongs to a route.
   *
   * @param route the route
   * @param name the raw group, node, write id or module, still percent-encoded; empty for routes
   *     without one
   * @param item the raw key, still percent-encoded, which may hold slashes, or the lease, slot,
   *     epoch or write id within a group; empty for other routes
   */
  record Match(Route route, String name, String item) {}

  /** The route of a raw, still percent-encoded path. The hot routes are tried first. */
  static Optional<Match> match(String path) {
    if (path.startsWith(GROUPS_PREFIX)) {
      return matchGroup(path);
    }
    if (path.startsWith(WRITES_PREFIX)) {
      return matchOne(WRITE, path.substring(WRITES_PREFIX.length()));
    }
    if (path.startsWith(NODES_PREFIX)) {
      return matchOne(NODE, path.substring(NODES_PREFIX.length()));
    }
    if (path.startsWith(MODULES_PREFIX)) {
      return matchOne(PAGE_MODULE, path.substring(MODULES_PREFIX.length()));
    }
    for (Route route : values()) {
      if (route.template.equals(path)) {
        return Optional.of(new Match(route, "", ""));
      }
    }
    return Optional.empty();
  }

  private static Optional<Match> matchOne(Route route, String name) {
    return name.isEmpty() || name.indexOf('/') >= 0
        ? Optional.empty()
        : Optional.of(new Match(route, name, ""));
  }

  private static Optional<Match> matchGroup(String path) {
    int start = GROUPS_PREFIX.length();
    int end = path.indexOf('/', start);
    if (end < 0) {
      return path.length() == start
          ? Optional.empty()
          : Optional.of(new Match(GROUP, path.substring(start), ""));
    }
    if (end == start) {
      return Optional.empty();
    }
    String group = path.substring(start, end);
    if (path.startsWith(KEYS_PREFIX, end)) {
      return Optional.of(new Match(KEY, group, path.substring(end + KEYS_PREFIX.length())));
    }
    String below = path.substring(end);
    for (Route route : BELOW_GROUP) {
      Optional<Match> match = route.matchBelow(group, below);
      if (match.isPresent()) {
        return match;
      }
    }
    return Optional.empty();
  }

  /** Below the group a template has one variable at most, a whole step of the path. */
  private Optional<Match> matchBelow(String group, String below) {
    String pattern = template.substring((GROUPS_PREFIX + "{group}").length());
    int open = pattern.indexOf('{');
    if (open < 0) {
      return pattern.equals(below) ? Optional.of(new Match(this, group, "")) : Optional.empty();
    }
    String tail = pattern.substring(pattern.indexOf('}') + 1);
    if (!below.startsWith(pattern.substring(0, open))
        || !below.endsWith(tail)
        || below.length() <= open + tail.length()) {
      return Optional.empty();
    }
    String item = below.substring(open, below.length() - tail.length());
    return item.indexOf('/') >= 0 ? Optional.empty() : Optional.of(new Match(this, group, item));
  }
}
