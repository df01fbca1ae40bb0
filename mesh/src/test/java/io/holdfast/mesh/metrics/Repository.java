package io.holdfast.mesh.metrics;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** The documents beside the sources. */
final class Repository {

  private Repository() {}

  /** Where a file of the repository is; tests run in a module's directory. */
  static Path file(String path) {
    Path root = Path.of("").toAbsolutePath();
    while (root != null && !Files.exists(root.resolve("docs").resolve("OPERATIONS.md"))) {
      root = root.getParent();
    }
    if (root == null) {
      throw new IllegalStateException("no documents above " + Path.of("").toAbsolutePath());
    }
    return root.resolve(path);
  }

  static String read(String path) throws IOException {
    return Files.readString(file(path));
  }

  /** Whether a document has a heading that such a link, with an anchor, leads to. */
  static boolean leadsToASection(String link) throws IOException {
    int hash = link.indexOf('#');
    if (hash < 0 || !Files.exists(file(link.substring(0, hash)))) {
      return false;
    }
    String anchor = link.substring(hash + 1);
    return read(link.substring(0, hash))
        .lines()
        .filter(line -> line.startsWith("#"))
        .map(
            line ->
                line.replaceFirst("^#+ ", "")
                    .toLowerCase(Locale.ROOT)
                    .replaceAll("[^a-z0-9 -]", "")
                    .replace(' ', '-'))
        .anyMatch(anchor::equals);
  }
}
