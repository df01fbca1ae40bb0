package io.holdfast.mesh.cli;

import io.holdfast.mesh.client.BearerToken;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Who a verb calls as. What is read here is sent, and printed nowhere. */
final class TokenOptions {

  /** The environment variable that holds the token. */
  static final String VARIABLE = "HOLDFAST_TOKEN";

  private static final int MAX_FILE_BYTES = 4096;
  private static final Set<PosixFilePermission> OTHERS =
      EnumSet.of(
          PosixFilePermission.GROUP_READ,
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE);

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description =
          "The bearer token to show, where a group is served to those only who are known. Default:"
              + " $HOLDFAST_TOKEN.")
  private @Nullable Path file;

  private boolean warned;

  /** What was given is no token. */
  static final class WrongToken extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    WrongToken(String message) {
      super(message);
    }
  }

  /**
   * The token; absent where none is given.
   *
   * @throws WrongToken when what is there is none
   * @throws UncheckedIOException when the file cannot be read
   */
  Optional<BearerToken> read(Console console) {
    Path named = file;
    if (named == null) {
      String text = console.environment().getOrDefault(VARIABLE, "").strip();
      return text.isEmpty() ? Optional.empty() : Optional.of(token(VARIABLE, text));
    }
    try (InputStream in = Files.newInputStream(named)) {
      String text = new String(in.readNBytes(MAX_FILE_BYTES), StandardCharsets.UTF_8).strip();
      warn(console, named);
      return Optional.of(token("--token-file " + named, text));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "--token-file " + named + " cannot be read: name a file that can be", e);
    }
  }

  private static BearerToken token(String where, String text) {
    try {
      return new BearerToken(text);
    } catch (IllegalArgumentException e) {
      throw new WrongToken(where + ": " + e.getMessage() + "; 'holdfast control token' makes one");
    }
  }

  private void warn(Console console, Path named) throws IOException {
    if (warned || !Files.getFileStore(named).supportsFileAttributeView("posix")) {
      return;
    }
    Set<PosixFilePermission> open = EnumSet.copyOf(OTHERS);
    open.retainAll(Files.getPosixFilePermissions(named));
    if (!open.isEmpty()) {
      warned = true;
      console
          .err()
          .println(
              "holdfast: warning: "
                  + named
                  + " can be read by others than its owner; next: chmod 600 "
                  + named);
    }
  }
}
