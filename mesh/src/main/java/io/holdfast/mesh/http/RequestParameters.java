package io.holdfast.mesh.http;

import com.google.protobuf.ByteString;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.config.core.control.Credentials;
import io.holdfast.config.core.control.SetHash;
import io.holdfast.config.core.control.TokenHash;
import io.holdfast.mesh.ReadRequest.Consistency;
import io.holdfast.sync.core.Caller;
import io.holdfast.sync.core.KeyRange;
import io.holdfast.sync.core.Place;
import io.holdfast.sync.core.ReadDetail;
import io.holdfast.sync.core.ReadQuery;
import io.holdfast.sync.core.RequestTrace;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
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

  /** The header that names the epoch without which a request has no effect. */
  static final CharSequence IF_CONTROL_EPOCH = HttpHeaders.createOptimized("if-control-epoch");

  /** The one parameter whose empty value says something. */
  private static final String MAY_BE_EMPTY = "tag";

  /** What may be there without a value. */
  private static final Set<String> FLAGS = Set.of("dryRun", "verbose");

  private static final int SHOWN = 64;
  private static final int MAX_TOKEN = 1024;
  private static final Pattern BEARER =
      Pattern.compile("Bearer +([A-Za-z0-9._~+/=-]+)", Pattern.CASE_INSENSITIVE);
  private static final Pattern EPOCH = Pattern.compile("([0-9]{1,18})(?::([0-9a-f]{64}))?");
  private static final int DEFAULT_LIMIT = 1000;
  private static final Pattern REVISION =
      Pattern.compile("\"([1-9][0-9]{0,18})\"|([1-9][0-9]{0,18})");
  private static final Pattern WAIT = Pattern.compile("([0-9]{1,9})(ms|s)|0");
  private static final Pattern UUID_V7 =
      Pattern.compile(
          "[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",
          Pattern.CASE_INSENSITIVE);

  private final HttpServerRequest request;
  private final RequestTrace trace;
  private final HttpLimits limits;
  private final Map<String, ByteString> query = new HashMap<>();
  private Optional<Problem> problem = Optional.empty();

  /**
   * @param allowed the query parameters that this route has
   */
  RequestParameters(Exchange exchange, HttpLimits limits, List<String> allowed) {
    this.request = exchange.request();
    this.trace = exchange.trace();
    this.limits = limits;
    String text = request.query();
    if (text != null && !text.isEmpty()) {
      readQuery(text, allowed);
    }
  }

  /** What is wrong with the request, as far as it was looked at. */
  Optional<Problem> problem() {
    return problem;
  }

  /**
   * The group of that raw name among {@code known}; absent with a problem. A node that waits to be
   * let in knows none yet: then any, since it may turn out to be there.
   */
  Optional<GroupId> group(String raw, List<GroupId> known) {
    if (known.isEmpty()) {
      return groupName(raw);
    }
    String name = name(raw);
    for (GroupId candidate : known) {
      if (candidate.value().equals(name)) {
        return Optional.of(candidate);
      }
    }
    String names = known.stream().map(GroupId::value).collect(Collectors.joining(", "));
    refuse(
        OutcomeCode.UNKNOWN_GROUP,
        "group '" + shortened(name) + "' is not on this node; its groups: " + names);
    return Optional.empty();
  }

  private static String name(String raw) {
    return raw.indexOf('%') < 0
        ? raw
        : PercentEncoding.decode(raw).map(ByteString::toStringUtf8).orElse(raw);
  }

  /** A group that this node need not have; absent with a problem. */
  Optional<GroupId> groupName(String raw) {
    String name = name(raw);
    if (GroupId.isValid(name)) {
      return Optional.of(new GroupId(name));
    }
    invalid("group", name, "allowed are " + GroupId.ALLOWED);
    return Optional.empty();
  }

  /** A node, whether it is known here or not; absent with a problem. */
  Optional<NodeId> node(String raw) {
    String name = name(raw);
    if (NodeId.isValid(name)) {
      return Optional.of(new NodeId(name));
    }
    invalid("node", name, "allowed are " + NodeId.ALLOWED);
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

  /**
   * The id that a request shows for its write, in lower case; empty where it shows no valid one.
   */
  static String shownWriteId(HttpServerRequest request) {
    String text = request.headers().get(IDEMPOTENCY_KEY);
    return text != null && UUID_V7.matcher(text).matches() ? text.toLowerCase(Locale.ROOT) : "";
  }

  /** A write id in lower case; empty with a problem. */
  String writeId(String parameter, String text) {
    if (!UUID_V7.matcher(text).matches()) {
      invalid(parameter, text, "allowed is a UUID of version 7 in its 36 character form");
      return "";
    }
    return text.toLowerCase(Locale.ROOT);
  }

  /**
   * Who asks, and under what. Nothing of a token is kept but its hash, and nothing of it is ever
   * told.
   */
  Caller caller() {
    return new Caller(credentials(), pinned(), Optional.of(trace));
  }

  /** Who asks for something that no epoch is pinned to. */
  Caller reader() {
    String pin = request.headers().get(IF_CONTROL_EPOCH);
    if (pin != null) {
      invalid("If-Control-Epoch", pin, "it goes with writes to a group, and not with this");
    }
    return new Caller(credentials(), Optional.empty(), Optional.of(trace));
  }

  private Credentials credentials() {
    Optional<Credentials> shown = shown(request);
    if (shown.isEmpty()) {
      refuse(
          OutcomeCode.INVALID,
          "Authorization: allowed is Bearer with a token of 1 to "
              + MAX_TOKEN
              + " letters, digits and -._~+/=");
    }
    return shown.orElse(Credentials.NONE);
  }

  /** What a request shows of its client; absent where that is in no form that is taken. */
  static Optional<Credentials> shown(HttpServerRequest request) {
    String text = request.headers().get(HttpHeaders.AUTHORIZATION);
    if (text == null) {
      return Optional.of(Credentials.NONE);
    }
    Matcher bearer = BEARER.matcher(text.trim());
    return bearer.matches() && bearer.group(1).length() <= MAX_TOKEN
        ? Optional.of(Credentials.of(TokenHash.ofToken(bearer.group(1))))
        : Optional.empty();
  }

  private Optional<Caller.Pinned> pinned() {
    String text = request.headers().get(IF_CONTROL_EPOCH);
    if (text == null) {
      return Optional.empty();
    }
    Matcher epoch = EPOCH.matcher(text.trim());
    if (!epoch.matches()) {
      invalid("If-Control-Epoch", text, "allowed is the number of an epoch, as 3 or 3:HASH");
      return Optional.empty();
    }
    return Optional.of(
        new Caller.Pinned(
            Long.parseLong(epoch.group(1)),
            Optional.ofNullable(epoch.group(2)).map(SetHash::parse)));
  }

  /** How long the caller stays. */
  Optional<Duration> patience() {
    String text = text("wait");
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
    String text = text("consistency");
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
    String text = text("group");
    return text.isEmpty() ? Optional.empty() : group(text, known);
  }

  /** The keys of a list or of a deletion; absent: none were named. */
  Optional<KeyRange> range() {
    Optional<ByteString> prefix = bound("prefix");
    Optional<ByteString> from = bound("from");
    Optional<ByteString> to = bound("to");
    if (prefix.isEmpty() && from.isEmpty() && to.isEmpty()) {
      return Optional.empty();
    }
    if (prefix.isPresent() && to.isPresent()) {
      invalid("to", shown(to.get()), "it does not go together with prefix");
      return Optional.empty();
    }
    KeyRange within = prefix.map(KeyRange::prefix).orElse(KeyRange.ALL);
    ByteString first = from.orElse(within.from());
    ByteString end = to.orElse(within.to());
    if (KeyRange.ORDER.compare(first, within.from()) < 0
        || (!end.isEmpty() && KeyRange.ORDER.compare(first, end) >= 0)) {
      invalid(
          "from",
          shown(first),
          prefix.isPresent()
              ? "with prefix, it must begin with that"
              : "it must lie before to, in the order of bytes");
      return Optional.empty();
    }
    return Optional.of(new KeyRange(first, end));
  }

  /** The keys of a watch: one, those with a prefix, or all. */
  KeyRange watched() {
    Optional<ByteString> key = bound("key");
    Optional<ByteString> prefix = bound("prefix");
    if (key.isPresent() && prefix.isPresent()) {
      invalid("prefix", shown(prefix.get()), "it does not go together with key");
    }
    return key.map(KeyRange::key).or(() -> prefix.map(KeyRange::prefix)).orElse(KeyRange.ALL);
  }

  /** The first key after one of the largest size may be named too. */
  private Optional<ByteString> bound(String name) {
    ByteString bytes = query.getOrDefault(name, ByteString.EMPTY);
    if (bytes.size() > limits.maxKeyBytes() + 1) {
      refuse(
          OutcomeCode.TOO_LARGE,
          name + " has " + bytes.size() + " bytes; the limit is " + limits.maxKeyBytes());
      return Optional.empty();
    }
    return bytes.isEmpty() ? Optional.empty() : Optional.of(bytes);
  }

  /** The revision in {@code ?revision=}. */
  OptionalLong revisionParameter() {
    return query.containsKey("revision")
        ? OptionalLong.of(number("revision", text("revision"), 1, Place.MAX_REVISION))
        : OptionalLong.empty();
  }

  /** The lease in {@code ?lease=}; 0 for none. */
  long leaseParameter() {
    return query.containsKey("lease") ? number("lease", text("lease"), 1, Long.MAX_VALUE) : 0;
  }

  /** How many records a list gives at most. */
  int limit() {
    return query.containsKey("limit")
        ? (int) number("limit", text("limit"), 1, ReadQuery.MAX_LIMIT)
        : DEFAULT_LIMIT;
  }

  /** How much of each record a list gives. */
  ReadDetail detail() {
    String text = text("detail");
    for (ReadDetail detail : ReadDetail.values()) {
      if (detail.name().toLowerCase(Locale.ROOT).equals(text)) {
        return detail;
      }
    }
    if (!text.isEmpty()) {
      invalid("detail", text, "allowed are records, keys and count");
    }
    return ReadDetail.RECORDS;
  }

  /** True or false; false where it is not there, true where it is there without a value. */
  boolean flag(String name) {
    String text = text(name);
    if (!text.isEmpty() && !text.equals("true") && !text.equals("false")) {
      invalid(name, text, "allowed are true and false");
    }
    return text.equals("true");
  }

  /** A whole number from min to max; min with a problem. */
  long number(String parameter, String text, long min, long max) {
    if (text.matches("[0-9]{1,19}")) {
      try {
        long value = Long.parseLong(text);
        if (value >= min && value <= max) {
          return value;
        }
      } catch (NumberFormatException beyondLong) {
        // Nineteen digits may be over the largest long: answered below.
      }
    }
    invalid(parameter, text, "allowed is a whole number from " + min + " to " + max);
    return min;
  }

  /** The value of a query parameter as text; absent where it is not there. */
  Optional<String> given(String name) {
    return Optional.ofNullable(query.get(name)).map(ByteString::toStringUtf8);
  }

  /** The value of a query parameter as text; empty where it is not there. */
  String text(String name) {
    return query.getOrDefault(name, ByteString.EMPTY).toStringUtf8();
  }

  /**
   * An unknown or repeated parameter is refused: passed over in silence, a misspelt {@code
   * consistency} would read something else than was asked for.
   */
  private void readQuery(String text, List<String> allowed) {
    for (String part : text.split("&", -1)) {
      int equals = part.indexOf('=');
      String name = equals < 0 ? part : part.substring(0, equals);
      if (!allowed.contains(name) || query.containsKey(name)) {
        invalid(
            "query",
            text,
            "allowed parameters, once each: "
                + (allowed.isEmpty() ? "none" : String.join(", ", allowed)));
        return;
      }
      String bare = FLAGS.contains(name) ? "true" : "";
      String raw = equals < 0 ? bare : part.substring(equals + 1);
      ByteString value = PercentEncoding.decode(raw).orElse(ByteString.EMPTY);
      if (value.isEmpty() && !(name.equals(MAY_BE_EMPTY) && part.endsWith("="))) {
        invalid(name, raw, "allowed is a value in valid percent-encoding");
      }
      query.put(name, value);
    }
  }

  private static String shown(ByteString bytes) {
    return PercentEncoding.encode(bytes);
  }

  void invalid(String parameter, String value, String allowed) {
    refuse(OutcomeCode.INVALID, parameter + " '" + shortened(value) + "': " + allowed);
  }

  /** Says what is wrong with several of them together. */
  void wrong(String detail) {
    refuse(OutcomeCode.INVALID, detail);
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
