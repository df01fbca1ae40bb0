package io.holdfast.config.core.control;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The manifests that hold together, at most one of each type. Two sets are equal if their canonical
 * forms are.
 */
public final class ControlSet {

  /** The most bytes of all canonical forms together. */
  public static final int MAX_BYTES = 512 << 10;

  private static final Comparator<ManifestType> BY_CODE = Comparator.comparing(ManifestType::code);

  /** No manifests: everybody may do everything that settings allow. */
  public static final ControlSet EMPTY = new ControlSet(Map.of());

  private final SortedMap<ManifestType, ManifestDocument> documents;
  private final SortedMap<ManifestType, ByteString> canonical;
  private final int bytes;
  private final SetHash hash;

  // Looked at for every command.
  private final Optional<PolicyManifest> policy;
  private final Optional<LimitsManifest> limits;
  private final Optional<AccessManifest> access;
  private final Optional<PoolsManifest> pools;

  private ControlSet(Map<ManifestType, ManifestDocument> documents) {
    SortedMap<ManifestType, ManifestDocument> sorted = new TreeMap<>(BY_CODE);
    sorted.putAll(documents);
    SortedMap<ManifestType, ByteString> forms = new TreeMap<>(BY_CODE);
    sorted.forEach(
        (type, document) -> {
          if (document.type() != type) {
            throw new IllegalArgumentException(
                "%s: a manifest of kind %s: allowed is %s"
                    .formatted(type.code(), document.type().code(), type.code()));
          }
          forms.put(type, document.canonical());
        });
    this.documents = Collections.unmodifiableSortedMap(sorted);
    this.canonical = Collections.unmodifiableSortedMap(forms);
    this.bytes = forms.values().stream().mapToInt(ByteString::size).sum();
    if (bytes > MAX_BYTES) {
      throw new IllegalArgumentException(
          "manifests of %d bytes together: allowed are at most %d".formatted(bytes, MAX_BYTES));
    }
    this.hash = SetHash.of(form(canonical));
    this.policy = manifest(sorted, ManifestType.POLICY, PolicyManifest.class);
    this.limits = manifest(sorted, ManifestType.LIMITS, LimitsManifest.class);
    this.access = manifest(sorted, ManifestType.ACCESS, AccessManifest.class);
    this.pools = manifest(sorted, ManifestType.POOLS, PoolsManifest.class);
  }

  /**
   * The set of these.
   *
   * @throws IllegalArgumentException for more than {@link #MAX_BYTES}, or a manifest under another
   *     type than its own
   */
  public static ControlSet of(Map<ManifestType, ManifestDocument> documents) {
    return documents.isEmpty() ? EMPTY : new ControlSet(documents);
  }

  /**
   * The set of these canonical forms.
   *
   * @throws UnreadableManifest where one is none
   * @throws IllegalArgumentException as {@link #of}
   */
  public static ControlSet ofCanonical(Map<ManifestType, ByteString> canonical) {
    SortedMap<ManifestType, ManifestDocument> documents = new TreeMap<>(BY_CODE);
    canonical.forEach((type, form) -> documents.put(type, ManifestReader.readCanonical(form)));
    return of(documents);
  }

  /** The same with other manifests of some types; an empty one takes that type away. */
  public ControlSet with(Map<ManifestType, Optional<ManifestDocument>> changes) {
    SortedMap<ManifestType, ManifestDocument> changed = new TreeMap<>(documents);
    changes.forEach(
        (type, document) ->
            document.ifPresentOrElse(
                added -> changed.put(type, added), () -> changed.remove(type)));
    return of(changed);
  }

  /** How writes are acknowledged. */
  public Optional<PolicyManifest> policy() {
    return policy;
  }

  /** How large and how many things may be. */
  public Optional<LimitsManifest> limits() {
    return limits;
  }

  /** Who may do what; empty: everybody may do everything. */
  public Optional<AccessManifest> access() {
    return access;
  }

  /** What may be reserved. */
  public Optional<PoolsManifest> pools() {
    return pools;
  }

  private static <M extends Manifest> Optional<M> manifest(
      Map<ManifestType, ManifestDocument> documents, ManifestType type, Class<M> kind) {
    return Optional.ofNullable(documents.get(type)).map(ManifestDocument::manifest).map(kind::cast);
  }

  /** All of them, sorted by code. */
  public Map<ManifestType, ManifestDocument> documents() {
    return documents;
  }

  /** The canonical forms, sorted by code. */
  public Map<ManifestType, ByteString> canonical() {
    return canonical;
  }

  /** SHA-256 of the canonical JSON object that maps codes of types to documents. */
  public SetHash hash() {
    return hash;
  }

  /** Bytes of all canonical forms. */
  public int bytes() {
    return bytes;
  }

  /** Why these manifests do not go together; empty if they do. */
  public Optional<String> flaw() {
    Optional<PolicyManifest.Approvals> approvals = policy().flatMap(PolicyManifest::approvals);
    Optional<AccessManifest> access = access();
    if (approvals.isEmpty()) {
      return Optional.empty();
    }
    if (access.isEmpty()) {
      return Optional.of(
          "policy: approvals: nobody can approve where no access manifest says who is who");
    }
    AccessManifest known = access.orElseThrow();
    PolicyManifest.Approvals wanted = approvals.orElseThrow();
    long able =
        wanted.approvers().stream()
            .flatMap(name -> known.byName(name).stream())
            .filter(principal -> !principal.tokens().isEmpty())
            .count();
    List<String> unknown = new ArrayList<>();
    for (String approver : approvals.orElseThrow().approvers()) {
      if (known.byName(approver).isEmpty()) {
        unknown.add(approver);
      }
    }
    if (unknown.isEmpty() && able < wanted.needed()) {
      return Optional.of(
          "policy: approvals.needed: %d, and %d of the approvers have a token"
              .formatted(wanted.needed(), able));
    }
    return unknown.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "policy: approvals.approvers: %s: allowed are principals of the access manifest"
                .formatted(String.join(", ", unknown)));
  }

  /** RFC 8785 of the whole: each part is canonical, and the keys are ASCII and sorted. */
  private static ByteString form(SortedMap<ManifestType, ByteString> canonical) {
    ByteString form = ByteString.copyFromUtf8("{");
    String separator = "";
    for (Map.Entry<ManifestType, ByteString> part : canonical.entrySet()) {
      form =
          form.concat(ByteString.copyFromUtf8(separator + '"' + part.getKey().code() + "\":"))
              .concat(part.getValue());
      separator = ",";
    }
    return form.concat(ByteString.copyFromUtf8("}"));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ControlSet set && canonical.equals(set.canonical);
  }

  @Override
  public int hashCode() {
    return canonical.hashCode();
  }

  /** For people: what is in it, and what it is called by. */
  @Override
  public String toString() {
    return documents.keySet().stream().map(ManifestType::code).toList() + " " + hash.shortHex();
  }
}
