package io.holdfast.mesh.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * What a verb may touch of the process that it runs in.
 *
 * @param in standard input
 * @param out standard output: results only
 * @param err standard error: progress and complaints, one line each
 * @param environment the environment variables
 * @param interactive whether a person watches: progress is shown only then
 */
public record Console(
    InputStream in,
    PrintStream out,
    PrintStream err,
    Map<String, String> environment,
    boolean interactive) {

  private static final ObjectMapper JSON = new ObjectMapper();

  public Console {
    environment = Map.copyOf(environment);
  }

  /** The console of this process; the launcher says whether it writes to a terminal. */
  public static Console system() {
    return new Console(
        System.in,
        new PrintStream(System.out, true, StandardCharsets.UTF_8),
        new PrintStream(System.err, true, StandardCharsets.UTF_8),
        System.getenv(),
        Boolean.getBoolean("launcher.terminal"));
  }

  /** Says on standard error, in one line, what went wrong and what to do next. */
  public int fail(Exit exit, String sentence) {
    err.println("holdfast: " + sentence);
    return exit.status();
  }

  /** Prints {@code object} as one line: the last line of a verb that runs with {@code --json}. */
  public void json(JsonNode object) {
    out.println(compact(object));
  }

  /** The text of a JSON value in one line. */
  static String compact(JsonNode value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a JSON tree in memory cannot be written", e);
    }
  }
}
