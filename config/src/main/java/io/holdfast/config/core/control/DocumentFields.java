package io.holdfast.config.core.control;

import io.holdfast.config.core.NumberKey;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The names of fields: every object of a manifest, and what it may have. */
final class DocumentFields {

  static final String KIND = "kind";
  static final String VERSION = "version";

  static final Set<String> POLICY =
      Set.of(KIND, VERSION, "w", "ackTimeout", "requireReady", "approvals");
  static final Set<String> APPROVALS = Set.of("needed", "approvers");
  static final Set<String> LIMITS =
      Stream.concat(Stream.of(KIND, VERSION), LimitsManifest.ALL.stream().map(NumberKey::path))
          .collect(Collectors.toUnmodifiableSet());
  static final Set<String> ACCESS = Set.of(KIND, VERSION, "principals", "owners");
  static final Set<String> PRINCIPAL = Set.of("name", "tokens", "certificates", "grants");
  static final Set<String> GRANT = Set.of("prefix", "prefixBase64", "verbs");
  static final Set<String> OWNER = Set.of("name", "principals");
  static final Set<String> POOLS = Set.of(KIND, VERSION, "pools");
  static final Set<String> POOL = Set.of("name", "scope", "first", "last", "exclusions", "expiry");
  static final Set<String> SPAN = Set.of("first", "last");

  private DocumentFields() {}
}
