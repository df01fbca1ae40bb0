package io.holdfast.mesh.cli;

import io.holdfast.mesh.jmx.JmxRole;
import io.holdfast.mesh.jmx.JmxUsers;
import io.holdfast.mesh.jmx.PasswordHash;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code holdfast jmx user}. */
@Command(
    name = "user",
    description = {
      "Make a line for a users file of JMX: a name, a role, and a salted hash.",
      "The password is asked for, or is the first line of standard input; it is never an "
          + "argument, which others could see, and is kept nowhere. The file must be its "
          + "owner's alone (chmod 600)."
    },
    footer = {
      "",
      "Examples:",
      "  (umask 077; holdfast jmx user operator --role readwrite > jmx.users)",
      "  holdfast jmx user monitor --role readonly < password.txt >> jmx.users"
    })
final class JmxUserVerb implements Verb {

  private static final String ROLES = "readonly or readwrite";

  private final Console console;

  @Mixin private OutputOptions output = new OutputOptions();

  @Parameters(
      paramLabel = "NAME",
      description = "A letter, then up to 31 letters, digits, '.', '_' or '-'.")
  private String name = "";

  @Option(
      names = "--role",
      required = true,
      paramLabel = "ROLE",
      description = "readonly: looks and listens; readwrite: administers the node.")
  private String role = "";

  JmxUserVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (!JmxUsers.isName(name)) {
      return console.fail(
          Exit.USAGE,
          "NAME '%s': allowed is a letter, then up to 31 letters, digits, '.', '_' or '-'"
              .formatted(name));
    }
    if (JmxRole.ofCode(role).isEmpty()) {
      return console.fail(Exit.USAGE, "--role '%s': allowed is %s".formatted(role, ROLES));
    }
    String password = password();
    if (password.isEmpty() || password.length() > PasswordHash.MAX_PASSWORD) {
      return console.fail(
          Exit.USAGE,
          "the password has %d characters: allowed are 1 to %d"
              .formatted(password.length(), PasswordHash.MAX_PASSWORD));
    }
    String line = "%s %s %s".formatted(name, role, PasswordHash.of(password).text());
    if (output.json()) {
      console.json(Answers.object().put("ok", true).put("line", line));
    } else {
      console.out().println(line);
    }
    return Exit.DONE.status();
  }

  @SuppressWarnings("SystemConsoleNull") // Java 17; later, what is no terminal is read all the same
  private String password() {
    java.io.Console terminal = System.console();
    if (terminal != null && console.in() == System.in) {
      char[] typed = terminal.readPassword("Password of %s: ", name);
      String password = typed == null ? "" : new String(typed);
      if (typed != null) {
        Arrays.fill(typed, ' ');
      }
      return password;
    }
    try {
      // What is longer than any password is refused by its length.
      byte[] given = console.in().readNBytes(4 * PasswordHash.MAX_PASSWORD + 4);
      BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(
                  new java.io.ByteArrayInputStream(given), StandardCharsets.UTF_8));
      String first = lines.readLine();
      return first == null ? "" : first;
    } catch (IOException e) {
      throw new UncheckedIOException("standard input cannot be read", e);
    }
  }
}
