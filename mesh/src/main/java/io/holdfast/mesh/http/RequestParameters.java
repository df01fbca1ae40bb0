package io.holdfast.mesh.http;

import com.google.protobuf.ByteString;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.ReadRequest.Consistency;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Reads and checks what a request says about itself. Every getter returns a usable value even where
 * the request is wrong; the first thing found wrong is kept for {@link #problem()}, which must be
 * asked before a value is used.
 */
final class RequestParameters {

  /** The header that carries a write's id. */
  static final CharSequence IDEMPOTENCY_KEY = HttpHeaders.createOptimized("idempotency-key");

  private static final int SHOWN = 64;
  private static final Pattern REVISION =
      Pattern.compile("\"([1-9][0-9]{0,18})\"|([1-9][0-9]{0,18})");
  private static final Pattern WAIT = Pattern.compile("([0-9]{1,9})(ms|s)|0");
  private static final Pattern UUID_V7 =
      Pattern.compile(
          "[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",
          Pattern.CASE_INSENSITIVE);

  private final HttpServerRequest request;
  private final HttpLimits limits;
  private Optional<Problem> problem = Optional.empty();

  RequestParameters(HttpServerRequest request, HttpLimits limits) {
    this.request = request;
    this.limits = limits;
  }

  /** What is wrong with the request, as far as it was looked at. */
  Optional<Problem> problem() {
    return problem;
  }

  /** The group of that raw name among {@code known}; absent with a problem. */
  Optional<GroupId> group(String raw, List<GroupId> known) {
    String name =
        raw.indexOf('%') < 0
            ? raw
            : PercentEncoding.decode(raw).map(ByteString::toStringUtf8).orElse(raw);
    for (GroupId candidate : known) {
      if (candidate.value().equals(name)) {
        return Optional.of(candidate);
      }
    }
    String names =
        known.isEmpty()
            ? "none"
            : known.stream().map(GroupId::value).collect(Collectors.joining(", "));
    refuse(
        OutcomeCode.UNKNOWN_GROUP,
        "group '" + shortened(name) + "' is not on this node; its groups: " + names);
    return Optional.empty();
  }

  /** The key's bytes; empty with a problem. */
  ByteString key(String raw) {
    Optional<ByteString> decoded = PercentEncoding.decode(raw);
    if (decoded.isEmpty()) {
      invalid("key", raw, "'%' is followed by two hex digits");
      return ByteString.EMPTY;
    }
    ByteString key = decoded.get();
    if (key.isEmpty()) {
      invalid("key", raw, "a key has 1 to " + limits.maxKeyBytes() + " bytes");
    } else if (key.size() > limits.maxKeyBytes()) {
      refuse(
          OutcomeCode.TOO_LARGE,
          "key has " + key.size() + " bytes; the limit is " + limits.maxKeyBytes() + " bytes");
      return ByteString.EMPTY;
    }
    return key;
  }

  /** What {@code If-Match} and {@code If-None-Match} expect of the key's modRevision. */
  OptionalLong expectedModRevision() {
    MultiMap headers = request.headers();
    String match = headers.get(HttpHeaders.IF_MATCH);
    String noneMatch = headers.get(HttpHeaders.IF_NONE_MATCH);
    if (noneMatch != null) {
      if (match != null) {
        invalid("If-None-Match", noneMatch, "it does not go together with If-Match");
      } else if (!noneMatch.trim().equals("*")) {
        invalid("If-None-Match", noneMatch, "allowed is only *, for a key that must be absent");
      }
      return OptionalLong.of(0);
    }
    return match == null ? OptionalLong.empty() : revision(match);
  }

  private OptionalLong revision(String text) {
    Matcher matcher = REVISION.matcher(text.trim());
    if (matcher.matches()) {
      String quoted = matcher.group(1);
      try {
        return OptionalLong.of(Long.parseLong(quoted != null ? quoted : matcher.group(2)));
      } catch (NumberFormatException beyondLong) {
        // Nineteen digits may pass the pattern and still be over the largest long: answered below.
      }
    }
    invalid("If-Match", text, "allowed is a modRevision from 1, as 17 or \"17\"");
    return OptionalLong.empty();
  }

  /** The id in {@code Idempotency-Key}, in lower case. */
  Optional<String> idempotencyKey() {
    String text = request.headers().get(IDEMPOTENCY_KEY);
    return text == null ? Optional.empty() : Optional.of(writeId("Idempotency-Key", text));
  }

  /** A write id in lower case; empty with a problem. */
  String writeId(String parameter, String text) {
    if (!UUID_V7.matcher(text).matches()) {
      invalid(parameter, text, "allowed is a UUID of version 7 in its 36 character form");
      return "";
    }
    return text.toLowerCase(Locale.ROOT);
  }

  /** How long the caller stays. */
  Optional<Duration> patience() {
    String text = query("wait", "wait");
    if (text.isEmpty()) {
      return Optional.empty();
    }
    Matcher matcher = WAIT.matcher(text);
    if (matcher.matches()) {
      String amount = matcher.group(1);
      Duration wait =
          amount == null
              ? Duration.ZERO
              : "ms".equals(matcher.group(2))
                  ? Duration.ofMillis(Long.parseLong(amount))
                  : Duration.ofSeconds(Long.parseLong(amount));
      if (wait.compareTo(limits.requestTimeout()) <= 0) {
        return Optional.of(wait);
      }
    }
    invalid(
        "wait",
        text,
        "allowed is a duration such as 250ms or 2s, from 0 to "
            + limits.requestTimeout().toMillis()
            + "ms");
    return Optional.empty();
  }

  /** How fresh a read must be; linearizable unless it says otherwise. */
  Consistency consistency() {
    String text = query("consistency", "consistency");
    if (text.equals("local")) {
      return Consistency.LOCAL;
    }
    if (!text.isEmpty() && !text.equals("linearizable")) {
      invalid("consistency", text, "allowed are linearizable and local");
    }
    return Consistency.LINEARIZABLE;
  }

  /** The group in {@code ?group=}. */
  Optional<GroupId> groupParameter(List<GroupId> known) {
    String text = query("group", "group");
    return text.isEmpty() ? Optional.empty() : group(text, known);
  }

  /** Says that this route has no query parameters. */
  void noQuery() {
    if (request.query() != null) {
      query("", "none");
    }
  }

  /**
   * The value of the route's only query parameter; empty where there is no query. An unknown or
   * repeated parameter is refused: passed over in silence, a misspelt {@code consistency} would
   * read something else than was asked for.
   */
  private String query(String name, String allowed) {
    String query = request.query();
    if (query == null || query.isEmpty()) {
      return "";
    }
    int equals = query.indexOf('=');
    String found = equals < 0 ? query : query.substring(0, equals);
    if (query.indexOf('&') >= 0 || !found.equals(name)) {
      invalid("query", query, "allowed parameters, once each: " + allowed);
      return "";
    }
    String raw = equals < 0 ? "" : query.substring(equals + 1);
    String value = PercentEncoding.decode(raw).map(ByteString::toStringUtf8).orElse("");
    if (value.isEmpty()) {
      invalid(name, raw, "allowed is a value in valid percent-encoding");
    }
    return value;
  }

  private void invalid(String parameter, String value, String allowed) {
    refuse(OutcomeCode.INVALID, parameter + " '" + shortened(value) + "': " + allowed);
  }

  private void refuse(OutcomeCode code, String detail) {
    if (problem.isEmpty()) {
      problem = Optional.of(Problem.of(code, detail));
    }
  }

  /** At most {@value #SHOWN} characters of what a stranger sent, none of them a control. */
  static String shortened(String value) {
    String cut = value.length() <= SHOWN ? value : value.substring(0, SHOWN) + "...";
    return cut.replaceAll("\\p{Cntrl}", "?");
  }
}
