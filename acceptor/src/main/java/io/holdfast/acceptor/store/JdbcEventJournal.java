package io.holdfast.acceptor.store;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The journal on the tables of akka-persistence-jdbc, by plain JDBC: the stock plug-ins and queries
 * read what this writes, and the other way round.
 *
 * <p>Reads go page by page, bounded in rows and bytes, since H2 otherwise gathers a whole result in
 * memory.
 *
 * <p>H2 takes a MIN or MAX from the end of an index only where there is no WHERE, and reads an
 * index in its own order only, never backwards. So what runs often asks for the first few rows in
 * the order of the primary key, both columns named: then it reads those and no more.
 */
public final class JdbcEventJournal implements EventJournal {

  private static final int READ_PAGE_ROWS = 32;

  /** The events of a page, unless a single one is larger. */
  private static final long READ_PAGE_BYTES = 1L << 20;

  private static final String INSERT =
      """
      INSERT INTO "event_journal" ("deleted", "persistence_id", "sequence_number", "writer", "write_timestamp",
        "adapter_manifest", "event_ser_id", "event_ser_manifest", "event_payload",
        "meta_ser_id", "meta_ser_manifest", "meta_payload") VALUES (?,?,?,?,?,?,?,?,?,?,?,?)""";
  private static final String INSERT_TAG =
      """
      INSERT INTO "event_tag" ("event_id", "tag")
        SELECT "ordering", ? FROM "event_journal" WHERE "persistence_id" = ? AND "sequence_number" = ?""";
  private static final String HIGHEST =
      """
      SELECT MAX("sequence_number") FROM "event_journal" WHERE "persistence_id" = ?""";
  private static final String OLDEST =
      """
      SELECT "sequence_number" FROM "event_journal" WHERE "persistence_id" = ?
      ORDER BY "persistence_id", "sequence_number" LIMIT ?""";
  private static final String DELETE =
      """
      DELETE FROM "event_journal" WHERE "persistence_id" = ? AND "sequence_number" <= ?""";
  private static final String MARK_DELETED =
      """
      UPDATE "event_journal" SET "deleted" = TRUE WHERE "persistence_id" = ? AND "sequence_number" = ?""";
  private static final String READ_RANGE =
      """
      FROM "event_journal"
      WHERE "persistence_id" = ? AND "sequence_number" >= ? AND "sequence_number" <= ? AND "deleted" = FALSE
      ORDER BY "persistence_id", "sequence_number" LIMIT ?""";
  static final String READ_SIZES =
      """
      SELECT "sequence_number", OCTET_LENGTH("event_payload")
      """
          + READ_RANGE;
  static final String READ =
      """
      SELECT "sequence_number", "writer", "write_timestamp", "adapter_manifest",
        "event_ser_id", "event_ser_manifest", "event_payload", "meta_ser_id", "meta_ser_manifest", "meta_payload"
      """
          + READ_RANGE;

  private static final String SNAPSHOT_BOUNDS =
      """
       WHERE "persistence_id" = ? AND "sequence_number" >= ? AND "sequence_number" <= ? AND "created" >= ? AND "created" <= ?""";
  private static final List<String> SNAPSHOT_KEY =
      List.of("\"persistence_id\"", "\"sequence_number\"");
  private static final List<String> SNAPSHOT_VALUES =
      List.of(
          "\"created\"",
          "\"snapshot_ser_id\"",
          "\"snapshot_ser_manifest\"",
          "\"snapshot_payload\"",
          "\"meta_ser_id\"",
          "\"meta_ser_manifest\"",
          "\"meta_payload\"");
  private static final String LATEST_SNAPSHOT =
      """
      SELECT "sequence_number", "created", "snapshot_ser_id", "snapshot_ser_manifest", "snapshot_payload",
        "meta_ser_id", "meta_ser_manifest", "meta_payload" FROM "snapshot\""""
          + SNAPSHOT_BOUNDS
          + " ORDER BY \"sequence_number\" DESC LIMIT 1";
  private static final String DELETE_SNAPSHOTS = "DELETE FROM \"snapshot\"" + SNAPSHOT_BOUNDS;

  private final NodeDatabase database;
  private final Connection writing;
  private final PreparedStatement insert;

  private JdbcEventJournal(NodeDatabase database, Connection writing, PreparedStatement insert) {
    this.database = database;
    this.writing = writing;
    this.insert = insert;
  }

  /**
   * Opens the journal on {@code database} and creates its tables where absent. The database stays
   * the caller's to close.
   */
  public static JdbcEventJournal open(NodeDatabase database) throws SQLException {
    return open(database, database.connect());
  }

  /**
   * A journal that is there, to read it: for a database that is open to be read only. What it lacks
   * is not made.
   */
  public static JdbcEventJournal openReadOnly(NodeDatabase database) throws SQLException {
    Connection connection = database.connect();
    try {
      return new JdbcEventJournal(database, connection, connection.prepareStatement(INSERT));
    } catch (SQLException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  /** The same, writing on {@code writing}, which is closed with the journal. */
  static JdbcEventJournal open(NodeDatabase database, Connection writing) throws SQLException {
    try {
      try (Statement statement = writing.createStatement()) {
        statement.execute(schema(database.dialect()));
      }
      writing.setAutoCommit(false);
      return new JdbcEventJournal(database, writing, writing.prepareStatement(INSERT));
    } catch (SQLException | RuntimeException e) {
      writing.close();
      throw e;
    }
  }

  /** The statements that create the tables; re-runnable. */
  static String schema(SqlDialect dialect) {
    String name = dialect.journalTables();
    try (InputStream in = JdbcEventJournal.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is missing from the jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("reading " + name, e);
    }
  }

  @Override
  public void append(List<JournalRow> rows) throws SQLException {
    List<JournalRow> tagged = new ArrayList<>();
    for (JournalRow row : rows) {
      insert.setBoolean(1, row.deleted());
      insert.setString(2, row.persistenceId());
      insert.setLong(3, row.sequenceNumber());
      insert.setString(4, row.writer());
      insert.setLong(5, row.writeTimestamp());
      insert.setString(6, row.adapterManifest());
      setPayload(insert, 7, row.event());
      setPayload(insert, 10, row.metadata());
      insert.addBatch();
      if (!row.tags().isEmpty()) {
        tagged.add(row);
      }
    }
    insert.executeBatch();
    if (!tagged.isEmpty()) {
      appendTags(tagged);
    }
    DurableCommit.of(writing);
  }

  private void appendTags(List<JournalRow> rows) throws SQLException {
    try (PreparedStatement statement = writing.prepareStatement(INSERT_TAG)) {
      for (JournalRow row : rows) {
        for (String tag : row.tags()) {
          statement.setString(1, tag);
          statement.setString(2, row.persistenceId());
          statement.setLong(3, row.sequenceNumber());
          statement.addBatch();
        }
      }
      statement.executeBatch();
    }
  }

  @Override
  public boolean delete(String persistenceId, long toSequenceNumber, int maxRows)
      throws SQLException {
    List<Long> oldest = oldest(persistenceId, maxRows + 1L);
    List<Long> forgotten =
        oldest.stream().takeWhile(number -> number <= toSequenceNumber).limit(maxRows).toList();
    if (forgotten.isEmpty()) {
      DurableCommit.of(writing);
      return false;
    }
    long last = forgotten.get(forgotten.size() - 1);
    boolean hasHighest = forgotten.size() == oldest.size();
    update(DELETE, persistenceId, hasHighest ? last - 1 : last);
    if (hasHighest) {
      update(MARK_DELETED, persistenceId, last);
    }
    DurableCommit.of(writing);
    return !hasHighest && oldest.get(forgotten.size()) <= toSequenceNumber;
  }

  private List<Long> oldest(String persistenceId, long rows) throws SQLException {
    List<Long> numbers = new ArrayList<>();
    try (PreparedStatement statement = writing.prepareStatement(OLDEST)) {
      statement.setString(1, persistenceId);
      statement.setLong(2, rows);
      try (ResultSet result = statement.executeQuery()) {
        while (result.next()) {
          numbers.add(result.getLong(1));
        }
      }
    }
    return numbers;
  }

  private void update(String sql, String persistenceId, long sequenceNumber) throws SQLException {
    try (PreparedStatement statement = writing.prepareStatement(sql)) {
      statement.setString(1, persistenceId);
      statement.setLong(2, sequenceNumber);
      statement.executeUpdate();
    }
  }

  @Override
  public long highestSequenceNumber(String persistenceId) throws SQLException {
    try (Connection reading = database.connectToRead();
        PreparedStatement statement = reading.prepareStatement(HIGHEST)) {
      // Reads every entry of this persistence id, once for each start of its actor.
      statement.setString(1, persistenceId);
      try (ResultSet result = statement.executeQuery()) {
        return result.next() ? result.getLong(1) : 0;
      }
    }
  }

  @Override
  public void read(
      String persistenceId, long from, long to, long limit, Consumer<JournalRow> consumer)
      throws SQLException {
    try (Connection reading = database.connectToRead();
        PreparedStatement sizes = reading.prepareStatement(READ_SIZES);
        PreparedStatement statement = reading.prepareStatement(READ)) {
      long next = from;
      long left = limit;
      while (left > 0 && next <= to) {
        setRange(sizes, persistenceId, next, to, Math.min(left, READ_PAGE_ROWS));
        long last = lastOfPage(sizes);
        if (last == 0) {
          return;
        }
        setRange(statement, persistenceId, next, last, READ_PAGE_ROWS);
        List<JournalRow> page = page(statement, persistenceId);
        page.forEach(consumer);
        left -= page.size();
        next = last + 1;
      }
    }
  }

  private static void setRange(
      PreparedStatement statement, String persistenceId, long from, long to, long rows)
      throws SQLException {
    statement.setString(1, persistenceId);
    statement.setLong(2, from);
    statement.setLong(3, to);
    statement.setLong(4, rows);
  }

  /** The last of the rows that fit in a page, at least the first one; 0 where there is none. */
  private static long lastOfPage(PreparedStatement sizes) throws SQLException {
    long last = 0;
    long bytes = 0;
    try (ResultSet result = sizes.executeQuery()) {
      while (result.next()) {
        bytes += result.getLong(2);
        if (last > 0 && bytes > READ_PAGE_BYTES) {
          break;
        }
        last = result.getLong(1);
      }
    }
    return last;
  }

  private static List<JournalRow> page(PreparedStatement statement, String persistenceId)
      throws SQLException {
    List<JournalRow> page = new ArrayList<>();
    try (ResultSet result = statement.executeQuery()) {
      while (result.next()) {
        page.add(
            new JournalRow(
                persistenceId,
                result.getLong(1),
                false,
                result.getString(2),
                result.getLong(3),
                result.getString(4),
                payload(result, 5),
                metadata(result, 8),
                Set.of()));
      }
    }
    return page;
  }

  @Override
  public void saveSnapshot(SnapshotRow snapshot) throws SQLException {
    try (PreparedStatement statement =
        writing.prepareStatement(
            database.dialect().upsert("\"snapshot\"", SNAPSHOT_KEY, SNAPSHOT_VALUES))) {
      statement.setString(1, snapshot.persistenceId());
      statement.setLong(2, snapshot.sequenceNumber());
      statement.setLong(3, snapshot.created());
      setPayload(statement, 4, snapshot.snapshot());
      setPayload(statement, 7, snapshot.metadata());
      statement.executeUpdate();
    }
    DurableCommit.of(writing);
  }

  @Override
  public Optional<SnapshotRow> latestSnapshot(String persistenceId, SnapshotBounds bounds)
      throws SQLException {
    try (Connection reading = database.connectToRead();
        PreparedStatement statement = reading.prepareStatement(LATEST_SNAPSHOT)) {
      setBounds(statement, persistenceId, bounds);
      try (ResultSet result = statement.executeQuery()) {
        return result.next()
            ? Optional.of(
                new SnapshotRow(
                    persistenceId,
                    result.getLong(1),
                    result.getLong(2),
                    payload(result, 3),
                    metadata(result, 6)))
            : Optional.empty();
      }
    }
  }

  @Override
  public void deleteSnapshots(String persistenceId, SnapshotBounds bounds) throws SQLException {
    try (PreparedStatement statement = writing.prepareStatement(DELETE_SNAPSHOTS)) {
      setBounds(statement, persistenceId, bounds);
      statement.executeUpdate();
    }
    DurableCommit.of(writing);
  }

  private static void setBounds(
      PreparedStatement statement, String persistenceId, SnapshotBounds bounds)
      throws SQLException {
    statement.setString(1, persistenceId);
    statement.setLong(2, bounds.minSequenceNumber());
    statement.setLong(3, bounds.maxSequenceNumber());
    statement.setLong(4, bounds.minCreated());
    statement.setLong(5, bounds.maxCreated());
  }

  @Override
  public void reclaim() throws SQLException {
    boolean unused = database.reclaim();
  }

  @Override
  public void close() throws SQLException {
    writing.close();
  }

  /** Sets serializer, manifest and bytes in three columns from {@code index} on. */
  private static void setPayload(
      PreparedStatement statement, int index, @Nullable SerializedPayload payload)
      throws SQLException {
    if (payload == null) {
      statement.setNull(index, Types.INTEGER);
      statement.setNull(index + 1, Types.VARCHAR);
      statement.setNull(index + 2, Types.VARBINARY);
    } else {
      statement.setInt(index, payload.serializerId());
      statement.setString(index + 1, payload.manifest());
      // As bytes, H2 would take no more than a mebibyte.
      statement.setBinaryStream(
          index + 2, new ByteArrayInputStream(payload.bytes()), payload.size());
    }
  }

  private static SerializedPayload payload(ResultSet result, int index) throws SQLException {
    SerializedPayload payload = metadata(result, index);
    if (payload == null) {
      throw new SQLException("a row without its payload, in a column that is NOT NULL");
    }
    return payload;
  }

  private static @Nullable SerializedPayload metadata(ResultSet result, int index)
      throws SQLException {
    int serializer = result.getInt(index);
    if (result.wasNull()) {
      return null;
    }
    String manifest = result.getString(index + 1);
    try (InputStream in = result.getBinaryStream(index + 2)) {
      return new SerializedPayload(serializer, manifest == null ? "" : manifest, in.readAllBytes());
    } catch (IOException e) {
      throw new SQLException("reading a payload", e);
    }
  }
}
