package io.holdfast.acceptor.store;

import io.holdfast.config.core.PostgresqlSettings;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/** What a PostgreSQL server must be for an acceptor's promises to survive in it. */
final class PostgresqlTerms {

  /** The oldest that is supported by its makers as this is written. */
  private static final int OLDEST_VERSION = 130_000;

  /** Each with the value that it must have, and what becomes of data otherwise. */
  private static final Map<String, List<String>> REQUIRED =
      Map.of(
          "fsync", List.of("on", "a commit is lost with the power"),
          "full_page_writes", List.of("on", "a page that was half written stays so"),
          "synchronous_commit", List.of("on", "a commit is told before it is on disk"),
          "data_sync_retry", List.of("off", "a commit that failed is told to have succeeded"),
          "zero_damaged_pages", List.of("off", "a damaged page is taken for an empty one"),
          "ignore_checksum_failure", List.of("off", "a damaged page is read as if it were whole"),
          "transaction_read_only", List.of("off", "nothing can be stored"));

  private PostgresqlTerms() {}

  /**
   * Looks at the server behind a session that is set up as all of a node's are.
   *
   * @throws DatabaseRefused where a node must not keep its data there
   */
  static void require(Connection session, PostgresqlSettings settings) throws SQLException {
    long version = Long.parseLong(show(session, "server_version_num"));
    if (version < OLDEST_VERSION) {
      throw refused(
          settings,
          "is PostgreSQL " + show(session, "server_version"),
          "version 13 or later",
          "choose another server");
    }
    requireDurable(session, settings);
    requireCreate(session, settings);
  }

  /**
   * That the server still keeps what it is told: some of its settings change without a restart.
   *
   * @throws DatabaseRefused where it does not
   */
  static void requireDurable(Connection session, PostgresqlSettings settings) throws SQLException {
    for (Map.Entry<String, List<String>> term : REQUIRED.entrySet()) {
      String found = show(session, term.getKey());
      String wanted = term.getValue().get(0);
      if (!found.equals(wanted)) {
        throw refused(
            settings,
            "has %s = %s, with which %s".formatted(term.getKey(), found, term.getValue().get(1)),
            term.getKey() + " = " + wanted,
            "set it in postgresql.conf, and nowhere else (ALTER SYSTEM, ALTER DATABASE, ALTER"
                + " ROLE), and restart the server; see docs/POSTGRESQL.md");
      }
    }
  }

  private static void requireCreate(Connection session, PostgresqlSettings settings)
      throws SQLException {
    try (PreparedStatement query =
            session.prepareStatement(
                "SELECT has_database_privilege(current_database(), 'CREATE'), current_database()");
        ResultSet row = query.executeQuery()) {
      if (row.next() && !row.getBoolean(1)) {
        throw refused(
            settings,
            "does not let user %s make schemas".formatted(settings.user()),
            "the privilege CREATE on the database",
            "GRANT CREATE ON DATABASE \"%s\" TO \"%s\""
                .formatted(row.getString(2), settings.user()));
      }
    }
  }

  private static DatabaseRefused refused(
      PostgresqlSettings settings, String found, String expected, String next) {
    return new DatabaseRefused(
        "%s = %s: the server %s; expected: %s; next: %s"
            .formatted(PostgresqlSettings.URL, settings.url(), found, expected, next));
  }

  private static String show(Connection session, String setting) throws SQLException {
    try (PreparedStatement query =
        session.prepareStatement("SELECT pg_catalog.current_setting(?, true)")) {
      query.setString(1, setting);
      try (ResultSet row = query.executeQuery()) {
        String found = row.next() ? row.getString(1) : null;
        return found == null ? "" : found;
      }
    }
  }
}
