package io.holdfast.sync.core;

import com.google.protobuf.ByteString;
import io.holdfast.config.core.control.Activation;
import io.holdfast.config.core.control.ActivationOutcome;
import io.holdfast.config.core.control.ControlState;
import io.holdfast.config.core.control.ManifestDocument;
import io.holdfast.config.core.control.ManifestReader;
import io.holdfast.config.core.control.ManifestType;
import io.holdfast.config.core.control.TokenHash;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Short ways to write manifests in tests. */
public final class Manifests {

  /** The token of principal {@code admin} in {@link #access}. */
  public static final String ADMIN = "admins-secret";

  private Manifests() {}

  public static ManifestDocument read(String json) {
    return ManifestReader.read(ByteString.copyFromUtf8(json));
  }

  /** Limits with this largest value. */
  public static ManifestDocument valueBytes(int most) {
    return read("{\"kind\":\"limits\",\"version\":1,\"valueBytes\":%d}".formatted(most));
  }

  /** Limits with other fields, as JSON. */
  public static ManifestDocument limits(String fields) {
    return read("{\"kind\":\"limits\",\"version\":1,%s}".formatted(fields));
  }

  /** Pools, each as JSON. */
  public static ManifestDocument pools(String... pools) {
    return read(
        "{\"kind\":\"pools\",\"version\":1,\"pools\":[%s]}".formatted(String.join(",", pools)));
  }

  /** A policy with these fields, as JSON. */
  public static ManifestDocument policy(String fields) {
    return read("{\"kind\":\"policy\",\"version\":1,%s}".formatted(fields));
  }

  /** One administrator, and others as JSON: {@code principal("a", "read", "p/")}. */
  public static ManifestDocument access(String... others) {
    StringBuilder principals =
        new StringBuilder(
            "{\"name\":\"admin\",\"tokens\":[\"%s\"],\"grants\":[{\"prefix\":\"\",\"verbs\":[\"admin\"]}]}"
                .formatted(TokenHash.ofToken(ADMIN).text()));
    for (String other : others) {
      principals.append(',').append(other);
    }
    return read("{\"kind\":\"access\",\"version\":1,\"principals\":[%s]}".formatted(principals));
  }

  /** A principal with a token of its own, {@code NAME-secret}, that may do this under a prefix. */
  public static String principal(String name, String verb, String prefix) {
    return ("{\"name\":\"%s\",\"tokens\":[\"%s\"],"
            + "\"grants\":[{\"prefix\":\"%s\",\"verbs\":[\"%s\"]}]}")
        .formatted(name, TokenHash.ofToken(name + "-secret").text(), prefix, verb);
  }

  /** The activation of these instead of what is active. */
  public static Activation activation(ControlState now, ManifestDocument... documents) {
    Map<ManifestType, Optional<ManifestDocument>> changes = new TreeMap<>();
    for (ManifestDocument document : documents) {
      changes.put(document.manifest().type(), Optional.of(document));
    }
    return new Activation(
        Activation.Expected.of(now.epoch()), now.set().with(changes).hash(), changes, "test");
  }

  /** The state once that has taken effect. */
  public static ControlState after(ControlState now, ManifestDocument... documents) {
    return ((ActivationOutcome.Done) now.decide(activation(now, documents), "admin", 1)).after();
  }
}
