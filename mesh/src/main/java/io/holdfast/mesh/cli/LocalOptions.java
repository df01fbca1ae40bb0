package io.holdfast.mesh.cli;

import io.holdfast.mesh.client.UserFolder;
import io.holdfast.mesh.client.UserMesh;
import io.holdfast.mesh.client.UserMeshException;
import java.time.Duration;
import picocli.CommandLine.TypeConversionException;

/** What the environment says of the local node. */
final class LocalOptions {

  /** The environment variable that turns it off: {@code off}. */
  static final String VARIABLE = "HOLDFAST_LOCAL";

  /** The environment variable that says after how long without use it ends. */
  static final String IDLE_VARIABLE = "HOLDFAST_LOCAL_IDLE";

  private LocalOptions() {}

  /** The local node cannot be had; told in one line, with this exit status. */
  static final class NoLocalNode extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Exit exit;

    NoLocalNode(Exit exit, String sentence) {
      super(sentence);
      this.exit = exit;
    }

    NoLocalNode(UserMeshException why) {
      this(
          switch (why.kind()) {
            case FOLDER, NOT_STARTED -> Exit.IO;
            case SILENT -> Exit.UNREACHABLE;
          },
          String.valueOf(why.getMessage()));
    }

    Exit exit() {
      return exit;
    }
  }

  /** Whether verbs may use one. */
  static boolean on(Console console) {
    String said = console.environment().getOrDefault(VARIABLE, "on");
    return switch (said.strip()) {
      case "on", "" -> true;
      case "off" -> false;
      default ->
          throw new NoLocalNode(
              Exit.USAGE, VARIABLE + "=" + said + ": allowed are on, the default, and off");
    };
  }

  static UserMesh mesh(Console console) {
    String said = console.environment().getOrDefault(IDLE_VARIABLE, "").strip();
    return new UserMesh(
        UserFolder.of(console.environment()), said.isEmpty() ? UserMesh.DEFAULT_IDLE : idle(said));
  }

  private static Duration idle(String said) {
    try {
      Duration idle = new DurationText().convert(said);
      if (!idle.isZero()) {
        return idle;
      }
    } catch (TypeConversionException notOne) {
      throw new NoLocalNode(Exit.USAGE, IDLE_VARIABLE + ": " + notOne.getMessage());
    }
    throw new NoLocalNode(Exit.USAGE, IDLE_VARIABLE + " must be longer than zero");
  }
}
