package io.holdfast.sync.store;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.store.SqlDialect;
import io.holdfast.sync.core.Lease;
import io.holdfast.sync.core.ReplicaDelta;
import io.holdfast.sync.core.SnapshotRow;
import io.holdfast.sync.core.StoreCodec;
import io.holdfast.sync.core.UnreadableBytes;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Leases in {@value #BUCKETS} rows, by their number; a flush rewrites the rows of those that it
 * changes. All of them are held in memory as well, since there are few.
 */
final class LeaseRows {

  private static final int BUCKETS = SnapshotRow.LEASE_BUCKETS;

  private final PreparedStatement put;
  private final List<TreeMap<Long, Lease>> buckets = new ArrayList<>(BUCKETS);

  /** Reads those that are there. */
  LeaseRows(Connection connection, SqlDialect dialect) throws SQLException {
    this.put =
        connection.prepareStatement(
            dialect.upsert("lease_bucket", List.of("number"), List.of("leases", "checksum")));
    for (int i = 0; i < BUCKETS; i++) {
      buckets.add(new TreeMap<>());
    }
    try (PreparedStatement query =
            connection.prepareStatement("SELECT number, leases, checksum FROM lease_bucket");
        ResultSet row = query.executeQuery()) {
      while (row.next()) {
        int number = row.getInt(1);
        String what = "the leases of bucket " + number;
        try {
          StoreCodec.decodeLeases(CheckedBytes.of(row, 2, number, what))
              .forEach(lease -> bucketOf(lease.number()).put(lease.number(), lease));
        } catch (UnreadableBytes e) {
          throw new DamagedStore(what, e);
        }
      }
    }
  }

  static int numberOf(long lease) {
    return (int) Long.remainderUnsigned(lease, BUCKETS);
  }

  private Map<Long, Lease> bucketOf(long lease) {
    return buckets.get(numberOf(lease));
  }

  /**
   * Writes what a delta changes.
   *
   * @return how many bytes were written
   */
  long apply(ReplicaDelta delta) throws SQLException {
    BitSet changed = new BitSet(BUCKETS);
    for (Lease lease : delta.leasesPut()) {
      bucketOf(lease.number()).put(lease.number(), lease);
      changed.set(numberOf(lease.number()));
    }
    for (long lease : delta.leasesEnded()) {
      if (bucketOf(lease).remove(lease) != null) {
        changed.set(numberOf(lease));
      }
    }
    long written = 0;
    for (int i = changed.nextSetBit(0); i >= 0; i = changed.nextSetBit(i + 1)) {
      ByteString bytes = StoreCodec.encodeLeases(buckets.get(i).values());
      put.setInt(1, i);
      put.setBytes(2, bytes.toByteArray());
      put.setLong(3, RowChecksum.of(i, bytes));
      put.executeUpdate();
      written += bytes.size();
    }
    return written;
  }

  /** Every lease. */
  List<Lease> all() {
    return buckets.stream().flatMap(b -> b.values().stream()).toList();
  }
}
