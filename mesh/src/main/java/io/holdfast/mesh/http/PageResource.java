package io.holdfast.mesh.http;

import io.holdfast.config.core.OutcomeCode;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code /} and what it is made of: the page on which a node shows its mesh. The files hold nothing
 * of the mesh: the page asks for that as any client does.
 */
final class PageResource {

  /** What {@code page.js} imports. */
  static final List<String> MODULES =
      List.of(
          "api.js",
          "control.js",
          "dom.js",
          "editing.js",
          "format.js",
          "gates.js",
          "groups.js",
          "happenings.js",
          "keyforms.js",
          "keys.js",
          "links.js",
          "nodes.js",
          "plot.js",
          "reservations.js",
          "stream.js",
          "verdicts.js",
          "why.js");

  /**
   * Nothing but this page's own files, nothing within another page, and no text that becomes
   * markup: keys and values are whatever somebody wrote.
   */
  static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self';"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
          + " require-trusted-types-for 'script'; trusted-types 'none'";

  private final HttpLimits limits;
  private final PageFile index;
  private final PageFile style = PageFile.read("page.css");
  private final PageFile script = PageFile.read("page.js");
  private final PageFile icon = PageFile.read("icon.svg");
  private final Map<String, PageFile> modules = new LinkedHashMap<>();

  PageResource(HttpLimits limits) {
    this.limits = limits;
    PageFile readOnly = PageFile.read("index.html");
    // What the page's scripts go by: whether they offer to write.
    index = limits.pageWrites() ? readOnly.with("<body>", "<body data-writes=\"on\">") : readOnly;
    MODULES.forEach(name -> modules.put(name, PageFile.read(name)));
  }

  void handle(Exchange exchange, Route.Match match) {
    RequestParameters parameters = new RequestParameters(exchange, limits, List.of());
    Optional<Problem> problem = parameters.problem();
    if (problem.isPresent()) {
      exchange.refuse(problem.get());
      return;
    }
    Optional<PageFile> file =
        switch (match.route()) {
          case PAGE -> Optional.of(index);
          case PAGE_STYLE -> Optional.of(style);
          case PAGE_SCRIPT -> Optional.of(script);
          case PAGE_ICON -> Optional.of(icon);
          case PAGE_MODULE -> Optional.ofNullable(modules.get(match.name()));
          default -> throw new IllegalStateException(match.route() + " is handled elsewhere");
        };
    if (file.isEmpty()) {
      exchange.refuse(
          Problem.of(
              OutcomeCode.NOT_FOUND,
              "the page has no module '"
                  + RequestParameters.shortened(match.name())
                  + "'; it has "
                  + String.join(", ", MODULES)));
    } else {
      send(exchange, file.get());
    }
  }

  private static void send(Exchange exchange, PageFile file) {
    HttpServerResponse response = exchange.response();
    response
        .putHeader(HttpHeaders.ETAG, file.tag())
        // It may be kept, and is asked for again each time: a node may have been upgraded.
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache")
        .putHeader("Content-Security-Policy", POLICY)
        .putHeader("Cross-Origin-Resource-Policy", "same-origin")
        .putHeader("Cross-Origin-Opener-Policy", "same-origin")
        .putHeader("Referrer-Policy", "no-referrer")
        .putHeader("X-Content-Type-Options", "nosniff");
    String condition = exchange.request().getHeader(HttpHeaders.IF_NONE_MATCH);
    if (condition != null && file.isNamedBy(condition)) {
      exchange.answer(304, file.type(), Buffer.buffer());
    } else {
      exchange.answer(200, file.type(), file.content());
    }
  }
}
