package io.holdfast.config.core.control;

import com.google.protobuf.ByteString;
import java.util.Optional;
import java.util.function.Function;

/**
 * Reads manifests. A document whose first character is a brace is JSON (RFC 8259), any other one
 * YAML 1.2; of both, only what they have in common is read. Whatever is not understood is refused:
 * a manifest that says more than it is taken for would be worse than none.
 */
public final class ManifestReader {

  /** The most bytes of a document, as it is written and in canonical form. */
  public static final int MAX_BYTES = 256 << 10;

  /** The version that is read. */
  static final int VERSION = 1;

  private static final ByteString BYTE_ORDER_MARK =
      ByteString.copyFrom(new byte[] {(byte) 0xef, (byte) 0xbb, (byte) 0xbf});

  private ManifestReader() {}

  /**
   * The manifest that this says.
   *
   * @throws UnreadableManifest for anything else
   */
  public static ManifestDocument read(ByteString yamlOrJson) {
    String text = text(yamlOrJson);
    return read(text, text.stripLeading().startsWith("{") ? JsonParts::read : YamlParts::read);
  }

  /**
   * The manifest of which this is the canonical form.
   *
   * @throws UnreadableManifest for any other spelling of it, and for anything else
   */
  public static ManifestDocument readCanonical(ByteString canonical) {
    ManifestDocument document = read(text(canonical), JsonParts::read);
    if (!document.canonical().equals(canonical)) {
      throw UnreadableManifest.at("", 0, "is not in its canonical form (RFC 8785)");
    }
    return document;
  }

  static String text(ByteString bytes) {
    if (bytes.size() > MAX_BYTES) {
      throw UnreadableManifest.at(
          "", 0, "has " + bytes.size() + " bytes: allowed are at most " + MAX_BYTES);
    }
    if (bytes.startsWith(BYTE_ORDER_MARK)) {
      throw UnreadableManifest.at("", 1, "begins with a byte order mark: allowed is none");
    }
    if (!bytes.isValidUtf8()) {
      throw UnreadableManifest.at("", 0, "is no UTF-8: allowed is only that");
    }
    return bytes.toStringUtf8();
  }

  private static ManifestDocument read(String text, Function<String, Optional<Part>> parts) {
    Part root =
        parts
            .apply(text)
            .orElseThrow(() -> UnreadableManifest.at("", 0, "is empty: allowed is a manifest"));
    Manifest manifest = manifest(new Place("", root));
    ByteString canonical = CanonicalForm.of(root);
    if (canonical.size() > MAX_BYTES) {
      throw UnreadableManifest.at(
          "",
          0,
          "has " + canonical.size() + " bytes in canonical form: allowed are at most " + MAX_BYTES);
    }
    return new ManifestDocument(manifest, canonical);
  }

  private static Manifest manifest(Place document) {
    Place version = document.required(DocumentFields.VERSION);
    if (version.whole() > VERSION) { // before anything else, which may be new in it
      throw UnreadableManifest.newer(version.path(), version.part().line(), version.whole());
    }
    if (version.whole() < VERSION) {
      throw version.refused(Integer.toString(VERSION));
    }
    ManifestType type =
        document
            .required(DocumentFields.KIND)
            .text("one of " + ManifestType.ALLOWED, ManifestType::ofCode);
    return switch (type) {
      case POLICY -> PolicyReading.policy(document);
      case LIMITS -> PolicyReading.limits(document);
      case ACCESS -> AccessReading.access(document);
      case POOLS -> PoolsReading.pools(document);
    };
  }
}
