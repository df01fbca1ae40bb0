package io.holdfast.chaos.sim;

import com.google.protobuf.ByteString;
import io.holdfast.config.core.control.Credentials;
import io.holdfast.config.core.control.ManifestDocument;
import io.holdfast.config.core.control.ManifestReader;
import io.holdfast.config.core.control.TokenHash;
import io.holdfast.sync.core.Caller;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** Who the clients of a run are, and the manifests that operators activate among them. */
final class ControlSets {

  /** One who may do everything, in every set. */
  static final Credentials ADMIN = credentials("admin");

  /** Two who may do different things. */
  static final List<Credentials> PRINCIPALS = List.of(credentials("one"), credentials("two"));

  /** One of whom no set knows. */
  static final Credentials UNKNOWN = credentials("nobody");

  private static final int MOST_VALUE_BYTES = 250;
  private static final int MOST_KEYS = 60;
  private static final int MOST_NUMBERS = 8;

  /** Under which one may reserve numbers. */
  private static final String RESERVATIONS = ".holdfast/reservations/";

  private ControlSets() {}

  private static Credentials credentials(String name) {
    return Credentials.of(token(name));
  }

  private static TokenHash token(String name) {
    return TokenHash.ofToken("token-of-" + name);
  }

  /** Who a client is all the time; either may write something in every set. */
  static Caller ownerOf(String client, long seed) {
    int number = (int) Math.floorMod(client.hashCode() + seed, 2L);
    return new Caller(PRINCIPALS.get(number), Optional.empty());
  }

  // ---- Access

  /** Any of the sets of grants, or none. */
  static Optional<ManifestDocument> access(SplittableRandom random) {
    return switch (random.nextInt(7)) {
      case 0, 1 -> Optional.of(divided("one", "two"));
      case 2, 3 -> Optional.of(divided("two", "one"));
      case 4 -> Optional.of(fine("one", "two"));
      case 5 -> Optional.of(fine("two", "one"));
      default -> Optional.empty();
    };
  }

  /** One has single keys and leases, the other one ranges and accounts. */
  private static ManifestDocument divided(String one, String other) {
    return access(
        List.of(),
        principal(
            one,
            grant("k", "read", "write"),
            grant("leased-", "read", "write"),
            grant("account-", "read"),
            grant("range-", "read"),
            grant(RESERVATIONS, "read", "write")),
        principal(
            other,
            grant("k", "read"),
            grant(RESERVATIONS + "few", "read", "write"),
            grant("account-", "read", "write"),
            grant("range-", "read", "write")));
  }

  /** Both have some of everything, and act for each other; anybody may read single keys. */
  private static ManifestDocument fine(String one, String other) {
    return access(
        List.of("{\"name\":\"team\",\"principals\":[\"%s\",\"%s\"]}".formatted(one, other)),
        principal(
            one,
            grant("k", "read"),
            grant("k0", "write"),
            grant("k1", "write"),
            grant("range-0", "read", "write"),
            grant("account-", "read", "write"),
            grant(RESERVATIONS, "read", "write")),
        principal(
            other,
            grant("", "read"),
            grant(RESERVATIONS, "write"),
            grant("k2", "write"),
            grant("k3", "write"),
            grant("leased-", "write"),
            grant("range-1", "write"),
            grant("account-", "write")),
        "{\"name\":\"anonymous\",\"grants\":[" + grant("k", "read") + "]}");
  }

  private static ManifestDocument access(List<String> owners, String... principals) {
    return read(
        "{\"kind\":\"access\",\"version\":1,\"principals\":["
            + principal("admin", grant("", "admin"))
            + ","
            + String.join(",", principals)
            + "],\"owners\":["
            + String.join(",", owners)
            + "]}");
  }

  private static String principal(String name, String... grants) {
    return "{\"name\":\"%s\",\"tokens\":[\"%s\"],\"grants\":[%s]}"
        .formatted(name, token(name).text(), String.join(",", grants));
  }

  private static String grant(String prefix, String... verbs) {
    return "{\"prefix\":\"%s\",\"verbs\":[\"%s\"]}".formatted(prefix, String.join("\",\"", verbs));
  }

  // ---- Pools

  /** Two small pools, most often of these scopes, and not always the same numbers. */
  static ManifestDocument pools(SplittableRandom random) {
    boolean swapped = random.nextInt(8) == 0;
    return read(
        "{\"kind\":\"pools\",\"version\":1,\"pools\":["
            + pool("few", swapped ? "mesh" : "host", random)
            + ","
            + pool("wide", swapped ? "host" : "mesh", random)
            + "]}");
  }

  private static String pool(String name, String scope, SplittableRandom random) {
    int last = 3 + random.nextInt(MOST_NUMBERS - 3);
    String exclusions = random.nextInt(3) == 0 ? ",\"exclusions\":[{\"first\":2,\"last\":3}]" : "";
    String expiry = random.nextInt(3) > 0 ? ",\"expiry\":\"1m\"" : "";
    return "{\"name\":\"%s\",\"scope\":\"%s\",\"first\":1,\"last\":%d%s%s}"
        .formatted(name, scope, last, exclusions, expiry);
  }

  // ---- Others

  /** Some limits, or none. */
  static Optional<ManifestDocument> limits(SplittableRandom random) {
    return switch (random.nextInt(4)) {
      case 0 -> Optional.of(limit("valueBytes", 20 + random.nextInt(MOST_VALUE_BYTES)));
      case 1 -> Optional.of(limit("keys", random.nextInt(MOST_KEYS)));
      case 2 -> Optional.of(limit("writesPerSecond", 4 + random.nextInt(20)));
      default -> Optional.empty();
    };
  }

  private static ManifestDocument limit(String name, int most) {
    return read("{\"kind\":\"limits\",\"version\":1,\"%s\":%d}".formatted(name, most));
  }

  /**
   * A policy, or none.
   *
   * @param n how many there are to accept
   */
  static Optional<ManifestDocument> policy(int n, SplittableRandom random) {
    String w = random.nextBoolean() ? ",\"w\":" + (1 + random.nextInt(n)) : "";
    String timeout =
        random.nextInt(3) == 0
            ? ",\"ackTimeout\":\"%dms\"".formatted(200 + random.nextInt(4_000))
            : "";
    String ready = random.nextInt(5) < 3 ? ",\"requireReady\":true" : "";
    return random.nextInt(5) == 0
        ? Optional.empty()
        : Optional.of(read("{\"kind\":\"policy\",\"version\":1" + w + timeout + ready + "}"));
  }

  private static ManifestDocument read(String json) {
    return ManifestReader.read(ByteString.copyFromUtf8(json));
  }
}
