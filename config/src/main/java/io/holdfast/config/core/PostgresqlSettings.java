package io.holdfast.config.core;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The PostgreSQL server in which a node keeps its journal and its record stores ({@code
 * holdfast.store = postgresql}).
 *
 * @param url {@code jdbc:postgresql://HOST[:PORT]/DATABASE}, as {@link #isUrl} allows
 * @param user the role that it connects as
 * @param password of that role; empty where the server asks for none. Never shown
 * @param schemaPrefix what the names of the node's schemas begin with
 * @param connectTimeout how long a connection, and at the start the node's lock, is waited for
 * @param socketTimeout how long a statement may take before the server is taken for lost
 */
public record PostgresqlSettings(
    String url,
    String user,
    String password,
    String schemaPrefix,
    Duration connectTimeout,
    Duration socketTimeout) {

  /** Key of {@link #url}. */
  public static final String URL = "holdfast.postgresql.url";

  /** Key of {@link #user}. */
  public static final String USER = "holdfast.postgresql.user";

  /** Key of {@link #password}, given as it is. */
  public static final String PASSWORD = "holdfast.postgresql.password";

  /** Key of {@link #password}, given as the first line of a file. */
  public static final String PASSWORD_FILE = "holdfast.postgresql.password-file";

  /** Key of {@link #schemaPrefix}. */
  public static final String SCHEMA_PREFIX = "holdfast.postgresql.schema-prefix";

  /** Key of {@link #connectTimeout}. */
  public static final NumberKey CONNECT_TIMEOUT =
      NumberKey.duration(
          "holdfast.postgresql.connect-timeout", Duration.ofSeconds(1), Duration.ofMinutes(5));

  /** Key of {@link #socketTimeout}. */
  public static final NumberKey SOCKET_TIMEOUT =
      NumberKey.duration(
          "holdfast.postgresql.socket-timeout", Duration.ofSeconds(1), Duration.ofMinutes(10));

  static final List<NumberKey> KEYS = List.of(CONNECT_TIMEOUT, SOCKET_TIMEOUT);

  /** What a URL may be, in words. */
  public static final String URL_ALLOWED =
      "jdbc:postgresql://HOST[:PORT]/DATABASE of one server, and of parameters"
          + " sslmode, sslrootcert, sslcert, sslkey, channelBinding, gssEncMode (user and password"
          + " have keys of their own)";

  /** What a prefix may be, in words. */
  public static final String PREFIX_ALLOWED =
      "a lower-case letter, then up to 23 lower-case letters, digits or '_'";

  /** What a user may be, in words. */
  public static final String USER_ALLOWED = "the name of a role, up to 63 characters";

  private static final Pattern URL_FORM =
      Pattern.compile(
          "jdbc:postgresql://(?:\\[[0-9A-Fa-f:.]+\\]|[A-Za-z0-9._-]+)(?::([0-9]{1,5}))?"
              + "/[A-Za-z0-9_.%-]+(?:\\?([^\\s]*))?");
  private static final Pattern PARAMETER =
      Pattern.compile("(?:sslmode|sslrootcert|sslcert|sslkey|channelBinding|gssEncMode)=[^&\\s]*");
  private static final Pattern PREFIX_FORM = Pattern.compile("[a-z][a-z0-9_]{0,23}");
  private static final int LONGEST_USER = 63;
  private static final int LAST_PORT = 65_535;

  /** Every part of a key, variable or URL after which a value may be a secret. */
  private static final Pattern SECRET_PARAMETER =
      Pattern.compile(
          "([?&;][^=&;]*(?:pass|pwd|secret|token)[^=&;]*=)[^&;]*", Pattern.CASE_INSENSITIVE);

  /**
   * All that may be a user and a password, whatever separates them: mistyped, they may hold what
   * ends an authority elsewhere.
   */
  private static final Pattern SECRET_AUTHORITY =
      Pattern.compile("(//|\\bjdbc:[a-z]*:?/?(?!/)).*@", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  public PostgresqlSettings {
    require(isUrl(url), URL, withoutSecrets(url), URL_ALLOWED);
    require(isUser(user), USER, user, USER_ALLOWED);
    require(isPrefix(schemaPrefix), SCHEMA_PREFIX, schemaPrefix, PREFIX_ALLOWED);
    CONNECT_TIMEOUT.require(connectTimeout);
    SOCKET_TIMEOUT.require(socketTimeout);
  }

  private static void require(boolean holds, String key, String value, String allowed) {
    if (!holds) {
      throw new IllegalArgumentException(key + " = " + value + ": allowed is " + allowed);
    }
  }

  /**
   * Whether a URL names one server and one database, and carries nothing that is a secret or would
   * weaken what a commit means: several servers may be primaries of different histories.
   */
  public static boolean isUrl(String url) {
    Matcher form = URL_FORM.matcher(url);
    if (!form.matches()) {
      return false;
    }
    String port = form.group(1);
    if (port != null && (Integer.parseInt(port) < 1 || Integer.parseInt(port) > LAST_PORT)) {
      return false;
    }
    String parameters = form.group(2);
    return parameters == null
        || parameters.isEmpty()
        || List.of(parameters.split("&", -1)).stream()
            .allMatch(parameter -> PARAMETER.matcher(parameter).matches());
  }

  /** Whether it can be the name of a role. */
  public static boolean isUser(String user) {
    return !user.isBlank()
        && user.length() <= LONGEST_USER
        && user.chars().noneMatch(Character::isISOControl);
  }

  /** Whether names of schemas may begin with it. */
  public static boolean isPrefix(String prefix) {
    return PREFIX_FORM.matcher(prefix).matches();
  }

  /** A URL as it may be shown: what was written into it and may be a secret is left out. */
  public static String withoutSecrets(String url) {
    String shown = SECRET_AUTHORITY.matcher(url).replaceAll("$1***@");
    return SECRET_PARAMETER.matcher(shown).replaceAll("$1***");
  }

  /** Whether the value of a key or environment variable must not be shown. */
  public static boolean isSecret(String name) {
    String plain = name.toLowerCase(Locale.ROOT).replace('_', '.').replace('-', '.');
    return plain.startsWith("holdfast.postgresql.")
        && !plain.startsWith("holdfast.postgresql.url")
        && !plain.equals("holdfast.postgresql.user")
        && !plain.equals("holdfast.postgresql.password.file")
        && !plain.equals("holdfast.postgresql.schema.prefix")
        && !plain.endsWith(".timeout");
  }

  @Override
  public String toString() {
    return "PostgresqlSettings[" + url + ", user " + user + ", prefix " + schemaPrefix + "]";
  }
}
