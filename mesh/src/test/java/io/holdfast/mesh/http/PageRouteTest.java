package io.holdfast.mesh.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The files of the page, without a browser. */
final class PageRouteTest extends FrontDoorTest {

  private static final Map<String, String> FILES =
      Map.of(
          "/", "text/html; charset=utf-8",
          "/page.css", "text/css; charset=utf-8",
          "/page.js", "text/javascript; charset=utf-8",
          "/page/dom.js", "text/javascript; charset=utf-8",
          "/icon.svg", "image/svg+xml");

  private static String header(HttpResponse<?> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }

  @Test
  void eachFileLetsTheBrowserLoadNothingFromElsewhere() throws Exception {
    for (Map.Entry<String, String> file : FILES.entrySet()) {
      HttpResponse<String> response = get(file.getKey());

      assertThat(response.statusCode()).as(file.getKey()).isEqualTo(200);
      assertThat(header(response, "Content-Type")).isEqualTo(file.getValue());
      assertThat(header(response, "Content-Security-Policy"))
          .contains("default-src 'none'", "script-src 'self'", "style-src 'self'")
          .contains("connect-src 'self'", "img-src 'self'", "base-uri 'none'")
          .contains("form-action 'none'", "frame-ancestors 'none'")
          .doesNotContain("unsafe", "http:", "https:", "data:", "*");
      assertThat(header(response, "X-Content-Type-Options")).isEqualTo("nosniff");
      assertThat(header(response, "Referrer-Policy")).isEqualTo("no-referrer");
      assertThat(header(response, "Cache-Control")).isEqualTo("no-cache");
    }
  }

  @Test
  void fileThatIsKnownByItsTagIsNotSentAgain() throws Exception {
    for (String file : FILES.keySet()) {
      String tag = header(get(file), "ETag");
      assertThat(tag).matches("\"[0-9a-f]{32}\"");
      for (String condition : List.of(tag, "W/" + tag, "\"other\", " + tag, "*")) {
        HttpResponse<String> known = send(to(file).header("If-None-Match", condition));
        assertThat(known.statusCode()).as(file + " " + condition).isEqualTo(304);
        assertThat(known.body()).isEmpty();
        assertThat(header(known, "ETag")).isEqualTo(tag);
      }
      HttpResponse<String> other = send(to(file).header("If-None-Match", "\"other\""));
      assertThat(other.statusCode()).isEqualTo(200);
      assertThat(other.body()).isNotEmpty();
    }
  }

  @Test
  void headersOfAFileAreToldWithoutIt() throws Exception {
    HttpResponse<String> whole = get("/page.js");
    HttpResponse<String> head = send(to("/page.js").method("HEAD", BodyPublishers.noBody()));

    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
    assertThat(header(head, "ETag")).isEqualTo(header(whole, "ETag"));
    assertThat(header(head, "Content-Length")).isEqualTo(header(whole, "Content-Length"));
  }

  @Test
  void refusesWhatAFileDoesNotTake() throws Exception {
    for (String file : FILES.keySet()) {
      HttpResponse<String> refused = put(file, "x");
      assertThat(refused.statusCode()).as(file).isEqualTo(405);
      assertThat(header(refused, "Allow")).isEqualTo("GET, HEAD");
      assertProblem(get(file + "?token=x"), 400, "invalid");
    }
  }

  @Test
  void thereIsNoModuleBesidesThoseOfThePage() throws Exception {
    assertProblem(get("/page/nope.js"), 404, "not_found");
    assertThat(get("/page/nope.js").body()).contains("nope.js", "dom.js");
    assertProblem(get("/page/..%2fpage.css"), 404, "not_found");
    assertProblem(get("/page/"), 404, "not_found");
    assertProblem(get("/page/a/dom.js"), 404, "not_found");
  }

  @Test
  void everyModuleIsImportedAndEveryImportIsThere() throws Exception {
    List<String> imported = new ArrayList<>();
    Pattern imports = Pattern.compile("from \"\\./(?:page/)?([^\"]+)\"");
    List<String> scripts = new ArrayList<>(List.of("/page.js"));
    PageResource.MODULES.forEach(module -> scripts.add("/page/" + module));
    for (String script : scripts) {
      HttpResponse<String> response = get(script);
      assertThat(response.statusCode()).as(script).isEqualTo(200);
      imports
          .matcher(response.body())
          .results()
          .map((MatchResult match) -> match.group(1))
          .forEach(imported::add);
    }

    assertThat(imported).containsAll(PageResource.MODULES);
    assertThat(PageResource.MODULES).containsAll(imported);
  }

  @Test
  void pageOffersToWriteOnlyWhereTheSettingsHaveIt() throws Exception {
    HttpResponse<String> readOnly = get("/");
    assertThat(readOnly.body()).contains("<body>").doesNotContain("data-writes");
    HttpFrontDoor offering =
        HttpFrontDoor.start(
                vertx,
                mesh,
                new HttpLimits("127.0.0.1", 0, 4096, 64, 2048, Duration.ofSeconds(5), 100)
                    .withPageWrites(true))
            .toCompletableFuture()
            .join();
    URI page = URI.create("http://127.0.0.1:" + offering.port() + "/");
    HttpResponse<String> writing = send(HttpRequest.newBuilder(page));

    assertThat(writing.body())
        .isEqualTo(readOnly.body().replace("<body>", "<body data-writes=\"on\">"));
    assertThat(header(writing, "ETag"))
        .matches("\"[0-9a-f]{32}\"")
        .isNotEqualTo(header(readOnly, "ETag"));
    for (String name : List.of("Content-Security-Policy", "Content-Type", "Cache-Control")) {
      assertThat(header(writing, name)).as(name).isEqualTo(header(readOnly, name));
    }
    String known = header(readOnly, "ETag");
    assertThat(send(HttpRequest.newBuilder(page).header("If-None-Match", known)).statusCode())
        .as("a browser that has the other page is sent this one")
        .isEqualTo(200);
  }
}
