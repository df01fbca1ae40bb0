package io.holdfast.sync.store;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.store.SqlDialect;
import io.holdfast.sync.core.CommandResult.Detailed;
import io.holdfast.sync.core.ReplicaDelta;
import io.holdfast.sync.core.RestoredState;
import io.holdfast.sync.core.StoreCodec;
import io.holdfast.sync.core.SyncCodec;
import io.holdfast.sync.core.UnreadableBytes;
import io.holdfast.sync.core.WriteIdRecord;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Rows of write ids, up to 1000 each, and the results of transactions, a row each and by ordinal. A
 * flush that adds few ids rewrites the last row while that is short, so that many small flushes do
 * not leave as many small rows.
 */
final class WriteIdRows {

  /** Results that take more bytes are not kept: a replay says that the write was done. */
  static final int MAX_ANSWER_BYTES = 64 << 10;

  private static final int IDS_PER_ROW = 1000;
  private static final int SHORT_ROW_IDS = 128;
  private static final int ROWS_AT_A_TIME = 16;

  /** Rows below the window that a flush takes away beside as many as it adds twice over. */
  private static final int LEAST_DROPPED = 1000;

  /** The last row of write ids. */
  private record LastRow(long firstOrdinal, int count, ByteString bytes) {}

  private final Connection connection;
  private final PreparedStatement putIds;
  private final PreparedStatement dropIds;
  private final PreparedStatement putAnswer;
  private final PreparedStatement dropAnswers;
  private @Nullable LastRow lastRow;

  WriteIdRows(Connection connection, SqlDialect dialect) throws SQLException {
    this.connection = connection;
    this.putIds =
        connection.prepareStatement(
            dialect.upsert(
                "write_ids", List.of("first_ordinal"), List.of("id_count", "ids", "checksum")));
    this.dropIds =
        connection.prepareStatement(
            dialect.deleteSome(
                "write_ids",
                "first_ordinal",
                "first_ordinal < ? AND first_ordinal + id_count <= ?"));
    this.putAnswer = connection.prepareStatement("INSERT INTO answer VALUES (?, ?, ?)");
    this.dropAnswers =
        connection.prepareStatement(dialect.deleteSome("answer", "ordinal", "ordinal < ?"));
  }

  /** The record as the rows of write ids have it: without the details of its result. */
  static WriteIdRecord withoutResults(WriteIdRecord record) {
    return record.result() instanceof Detailed detailed && detailed.hasDetails()
        ? new WriteIdRecord(record.id(), record.requestDigest(), record.slot(), detailed.inShort())
        : record;
  }

  /** What is kept of a record to answer a replay with; empty where there is nothing to keep. */
  static Optional<ByteString> answerOf(WriteIdRecord record) {
    return record.result() instanceof Detailed detailed && detailed.hasDetails()
        ? Optional.of(StoreCodec.encodeAnswer(detailed)).filter(b -> b.size() <= MAX_ANSWER_BYTES)
        : Optional.empty();
  }

  /**
   * Adds a delta's ids and answers, and drops rows below the window.
   *
   * @return how many bytes were written
   */
  long append(ReplicaDelta delta) throws SQLException {
    long written = 0;
    List<WriteIdRecord> added = delta.addedWriteIds();
    for (int taken = 0; taken < added.size(); ) {
      LastRow row = extended(delta.firstAddedOrdinal() + taken, added, taken);
      taken += (int) (row.firstOrdinal() + row.count() - delta.firstAddedOrdinal() - taken);
      putIds.setLong(1, row.firstOrdinal());
      putIds.setInt(2, row.count());
      putIds.setBytes(3, row.bytes().toByteArray());
      putIds.setLong(4, RowChecksum.of(row.firstOrdinal(), row.count(), row.bytes()));
      putIds.executeUpdate();
      written += row.bytes().size();
      lastRow = row;
    }
    long first = delta.after().firstWriteOrdinal();
    for (int i = 0; i < added.size(); i++) {
      long ordinal = delta.firstAddedOrdinal() + i;
      Optional<ByteString> answer = answerOf(added.get(i));
      if (answer.isPresent() && ordinal >= first) {
        written += putAnswer(ordinal, answer.get());
      }
    }
    drop(first, LEAST_DROPPED + 2 * added.size());
    return written;
  }

  /** The row that takes the ids from an ordinal on: the last one as long as it is short. */
  private LastRow extended(long ordinal, List<WriteIdRecord> added, int from) {
    LastRow last = lastRow;
    boolean extend =
        last != null
            && last.count() < SHORT_ROW_IDS
            && last.firstOrdinal() + last.count() == ordinal;
    LastRow base = extend && last != null ? last : new LastRow(ordinal, 0, ByteString.EMPTY);
    int count = Math.min(IDS_PER_ROW - base.count(), added.size() - from);
    List<WriteIdRecord> taken =
        added.subList(from, from + count).stream().map(WriteIdRows::withoutResults).toList();
    // Protobuf: the encodings of two messages in a row are the encoding of both lists in a row.
    return new LastRow(
        base.firstOrdinal(),
        base.count() + count,
        base.bytes().concat(SyncCodec.encodeWriteIds(taken)));
  }

  private int putAnswer(long ordinal, ByteString bytes) throws SQLException {
    putAnswer.setLong(1, ordinal);
    putAnswer.setBytes(2, bytes.toByteArray());
    putAnswer.setLong(3, RowChecksum.of(ordinal, bytes));
    putAnswer.executeUpdate();
    return bytes.size();
  }

  private void drop(long first, int atMost) throws SQLException {
    dropIds.setLong(1, first);
    dropIds.setLong(2, first);
    dropIds.setInt(3, atMost);
    dropIds.executeUpdate();
    dropAnswers.setLong(1, first);
    dropAnswers.setInt(2, atMost);
    dropAnswers.executeUpdate();
  }

  /** An answer, through a reader's statement. */
  static Optional<Detailed> readAnswer(PreparedStatement query, long ordinal) throws SQLException {
    query.setLong(1, ordinal);
    String what = "the answer of write " + ordinal;
    try (ResultSet row = query.executeQuery()) {
      return row.next()
          ? Optional.of(StoreCodec.decodeAnswer(CheckedBytes.of(row, 1, ordinal, what)))
          : Optional.empty();
    } catch (UnreadableBytes e) {
      throw new DamagedStore(what, e);
    }
  }

  /** Gives the ids from an ordinal on to a state that is being restored. */
  void load(long firstOrdinal, RestoredState.Builder builder) throws SQLException {
    long next = firstOrdinal;
    // Rows that are all below the window may still be there; none is longer than this.
    long after = firstOrdinal - IDS_PER_ROW;
    List<StoredIds> rows = List.of();
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT first_ordinal, id_count, ids, checksum FROM write_ids WHERE first_ordinal > ?"
                + " ORDER BY first_ordinal FETCH FIRST "
                + ROWS_AT_A_TIME
                + " ROWS ONLY")) {
      do {
        rows = read(query, after);
        for (StoredIds row : rows) {
          after = row.first();
          long end = row.first() + row.records().size();
          if (end <= firstOrdinal) {
            continue;
          }
          if (row.first() > next || end <= next) {
            throw new DamagedStore("write ids from " + row.first() + " where " + next + " is next");
          }
          row.records()
              .subList((int) (next - row.first()), row.records().size())
              .forEach(builder::writeId);
          next = end;
        }
      } while (!rows.isEmpty());
    }
  }

  private record StoredIds(long first, List<WriteIdRecord> records) {}

  private static List<StoredIds> read(PreparedStatement query, long after) throws SQLException {
    query.setLong(1, after);
    List<StoredIds> rows = new ArrayList<>(ROWS_AT_A_TIME);
    try (ResultSet row = query.executeQuery()) {
      while (row.next()) {
        long first = row.getLong(1);
        int count = row.getInt(2);
        ByteString bytes = ByteString.copyFrom(row.getBytes(3));
        List<WriteIdRecord> records =
            RowChecksum.of(first, count, bytes) == row.getLong(4)
                ? SyncCodec.decodeWriteIds(bytes)
                : List.of();
        if (records.isEmpty() || records.size() != count) {
          throw new DamagedStore("checksum of the write ids from " + first);
        }
        rows.add(new StoredIds(first, records));
      }
    }
    return rows;
  }
}
