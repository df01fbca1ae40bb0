package io.holdfast.mesh.cli;

import com.google.protobuf.ByteString;
import io.holdfast.config.core.control.ManifestDocument;
import io.holdfast.config.core.control.ManifestReader;
import io.holdfast.config.core.control.ManifestType;
import io.holdfast.config.core.control.UnreadableManifest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The manifests that a verb is given, read before anybody is asked. */
final class ManifestFiles {

  private static final String TYPES =
      Arrays.stream(ManifestType.values())
          .map(ManifestType::code)
          .collect(Collectors.joining(", "));

  @Parameters(
      arity = "0..*",
      paramLabel = "FILE",
      description = "A manifest in YAML or JSON, one a file; other types stay as they are.")
  private @Nullable List<Path> files;

  @Option(
      names = "--remove",
      paramLabel = "TYPE",
      description = "Have no manifest of this type any more: policy, limits, access, pools.")
  private @Nullable List<String> remove;

  /** What is given cannot be used. */
  static final class Unusable extends Exception {
    private static final long serialVersionUID = 1L;

    private final Exit exit;

    Unusable(Exit exit, String message) {
      super(message, null, false, false);
      this.exit = exit;
    }

    int tell(Console console) {
      return console.fail(exit, String.valueOf(getMessage()));
    }
  }

  /** By type, what shall be active; empty: none of that type any more. */
  Map<ManifestType, Optional<ManifestDocument>> changes() throws Unusable {
    Map<ManifestType, Optional<ManifestDocument>> changes = new EnumMap<>(ManifestType.class);
    Map<ManifestType, String> from = new EnumMap<>(ManifestType.class);
    for (Path file : files == null ? List.<Path>of() : files) {
      ManifestDocument document = read(file);
      String before = from.put(document.type(), file.toString());
      if (before != null) {
        throw wrong(
            "%s and %s are both of kind %s; name one of them"
                .formatted(before, file, document.type().code()));
      }
      changes.put(document.type(), Optional.of(document));
    }
    for (String code : remove == null ? List.<String>of() : remove) {
      ManifestType type =
          ManifestType.ofCode(code)
              .orElseThrow(() -> wrong("--remove '" + code + "': allowed are " + TYPES));
      if (changes.put(type, Optional.empty()) != null) {
        throw wrong("--remove " + code + ": it is named twice, or a FILE has one of that kind");
      }
    }
    if (changes.isEmpty()) {
      throw wrong("a FILE or --remove is needed: nothing would change");
    }
    return changes;
  }

  private static Unusable wrong(String message) {
    return new Unusable(Exit.USAGE, message);
  }

  private static ManifestDocument read(Path file) throws Unusable {
    ByteString bytes;
    try (InputStream in = Files.newInputStream(file)) {
      // One more than is allowed is enough to refuse it.
      bytes = ByteString.copyFrom(in.readNBytes(ManifestReader.MAX_BYTES + 1));
    } catch (IOException e) {
      throw new Unusable(
          Exit.IO, "cannot read the manifest (" + e + "): check that " + file + " can be read");
    }
    try {
      return ManifestReader.read(bytes);
    } catch (UnreadableManifest e) {
      throw wrong(file + ": " + e.getMessage() + "; correct it, nothing was asked of the mesh");
    }
  }
}
