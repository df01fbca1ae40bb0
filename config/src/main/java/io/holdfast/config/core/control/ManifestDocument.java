package io.holdfast.config.core.control;

import com.google.protobuf.ByteString;

/**
 * A manifest and its one spelling. {@link ManifestReader} makes them: whoever makes one by hand has
 * to see to it that the bytes are those of the manifest.
 *
 * @param manifest what the document means
 * @param canonical the document by RFC 8785: as it was written, without defaults filled in, {@code
 *     kind} and {@code version} included; at most {@link ManifestReader#MAX_BYTES}
 */
public record ManifestDocument(Manifest manifest, ByteString canonical) {

  public ManifestDocument {
    if (canonical.size() > ManifestReader.MAX_BYTES) {
      throw new IllegalArgumentException(
          "a manifest of "
              + canonical.size()
              + " bytes in canonical form: allowed are at most "
              + ManifestReader.MAX_BYTES);
    }
  }

  /** What it is about. */
  public ManifestType type() {
    return manifest.type();
  }
}
