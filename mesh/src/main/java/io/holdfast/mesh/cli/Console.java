package io.holdfast.mesh.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** What a verb may touch of the process that it runs in, and what it has said so far. */
public final class Console {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final InputStream in;
  private final PrintStream out;
  private final PrintStream err;
  private final Map<String, String> environment;
  private final boolean interactive;
  private final List<String> complaints = new CopyOnWriteArrayList<>();
  private volatile boolean saidJson;

  /**
   * @param in standard input
   * @param out standard output: results only
   * @param err standard error: progress and complaints, one line each
   * @param environment the environment variables
   * @param interactive whether a person watches: progress is shown only then
   */
  public Console(
      InputStream in,
      PrintStream out,
      PrintStream err,
      Map<String, String> environment,
      boolean interactive) {
    this.in = in;
    this.out = out;
    this.err = err;
    this.environment = Map.copyOf(environment);
    this.interactive = interactive;
  }

  /** Standard input. */
  public InputStream in() {
    return in;
  }

  /** Standard output: results only. */
  public PrintStream out() {
    return out;
  }

  /** Standard error: progress and complaints, one line each. */
  public PrintStream err() {
    return err;
  }

  /** The environment variables. */
  public Map<String, String> environment() {
    return environment;
  }

  /** Whether a person watches: progress is shown only then. */
  public boolean interactive() {
    return interactive;
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
    complaints.add(sentence);
    return exit.status();
  }

  /** The same where the sentence is in the log, and nowhere else in another form. */
  int failed(Exit exit, String sentence) {
    complaints.add(sentence);
    return exit.status();
  }

  /** Says on standard error one of several things that are wrong; {@link #fail} sums them up. */
  public void complain(String line) {
    err.println(line);
    complaints.add(line);
  }

  /**
   * Sees to it that a verb that was asked for JSON and failed has said so in JSON: what it
   * complained of, unless it has printed an object of its own.
   */
  void jsonOfFailure(int status) {
    if (saidJson || status == Exit.DONE.status()) {
      return;
    }
    ObjectNode json = JSON.createObjectNode().put("ok", false).put("status", status);
    int last = complaints.size() - 1;
    json.put("error", last < 0 ? "" : complaints.get(last));
    if (last > 0) {
      ArrayNode details = json.putArray("details");
      complaints.subList(0, last).forEach(details::add);
    }
    json(json);
  }

  /** Asks on standard error whether to do what was said; whether the answer is yes. */
  boolean agrees(String question) {
    err.print((question + " go on? [yes/no] ").stripLeading());
    err.flush();
    try {
      String line =
          new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)).readLine();
      return line != null && line.strip().equalsIgnoreCase("yes");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Prints {@code object} as one line: the last line of a verb that runs with {@code --json}. */
  public void json(JsonNode object) {
    saidJson = true;
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
