package io.holdfast.sync.core;

import com.google.protobuf.ByteString;
import java.util.List;

/**
 * What a command brings with it, so that applying it reads no store (section 5): what it may read
 * and write, and the values that it may need and that need not be cached everywhere.
 *
 * @param generation the cache's generation in the step of admission that classified the keys
 * @param covers keys and ranges that the command may read or write
 * @param leases leases whose keys it may delete
 * @param shipped values of covered keys
 */
public record Plan(
    long generation, List<KeyRange> covers, List<Long> leases, List<Shipped> shipped) {

  public Plan {
    covers = List.copyOf(covers);
    leases = List.copyOf(leases);
    shipped = List.copyOf(shipped);
  }

  /**
   * A value as it was at admission.
   *
   * @param key whose
   * @param place which version of the key: what is brought is used only where that is still the
   *     newest
   * @param value the value
   */
  public record Shipped(ByteString key, long place, ByteString value) {}
}
