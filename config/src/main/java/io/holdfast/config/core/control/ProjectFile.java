package io.holdfast.config.core.control;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * What a folder wants reserved: its {@code holdfast.yaml}.
 *
 * @param project what it is for; absent: nothing is said
 * @param task what it is for, closer; absent: nothing is said
 * @param pool of which pool; absent: the one that whoever reads it takes
 * @param base the number that offsets count from
 * @param reservations at most {@link #MAX_RESERVATIONS}, of different tags and variables
 * @param output how what was reserved is told
 */
public record ProjectFile(
    Optional<String> project,
    Optional<String> task,
    Optional<String> pool,
    OptionalLong base,
    List<Entry> reservations,
    Output output) {

  /** What the file is called. */
  public static final String NAME = "holdfast.yaml";

  /** The most numbers that one file reserves. */
  public static final int MAX_RESERVATIONS = 64;

  public ProjectFile {
    reservations = List.copyOf(reservations);
    NameRule.requireAtMost("reservations", reservations.size(), MAX_RESERVATIONS);
    NameRule.requireUnique("tag", reservations.stream().map(Entry::tag).toList());
    NameRule.requireUnique("variable", reservations.stream().map(Entry::env).toList());
  }

  /**
   * A number that is wanted.
   *
   * @param name what it is for, for people
   * @param tag its tag
   * @param exact whether it is this number or none
   * @param number that number, or the one that is preferred; absent: any
   * @param env the variable that holds it
   */
  public record Entry(String name, String tag, boolean exact, OptionalLong number, String env) {

    public Entry {
      if (exact && number.isEmpty()) {
        throw new IllegalArgumentException(name + ": exact, and no number");
      }
    }

    /** The variable of a tag where the file names none: {@code WEB_PORT}. */
    static String envOf(String tag) {
      String upper = tag.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]+", "_");
      String name = upper.isEmpty() ? "PORT" : upper + "_PORT";
      return Character.isDigit(name.charAt(0)) ? "_" + name : name;
    }
  }

  /** How what was reserved is told. */
  public enum Output {
    /** Lines that a shell executes. */
    EXPORTS,
    /** One object. */
    JSON,
    /** Lines of a {@code .env} file. */
    DOTENV;

    /** All codes, for people. */
    static final String ALLOWED =
        Arrays.stream(values()).map(Output::code).collect(Collectors.joining(", "));

    /** As documents have it. */
    public String code() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** The one of that code. */
    public static Optional<Output> ofCode(String code) {
      return Arrays.stream(values()).filter(output -> output.code().equals(code)).findFirst();
    }
  }
}
