package io.holdfast.chaos.sim;

import com.google.protobuf.ByteString;
import io.holdfast.sync.core.CacheRules;
import java.util.List;

/** The protocol's rules, on a machine of which a bit may flip. */
final class FlippedResults extends CacheRules {

  private final SimBoot boot;

  FlippedResults(SimBoot boot) {
    this.boot = boot;
  }

  @Override
  public List<ByteString> chained(List<ByteString> results) {
    return boot.chained(results);
  }
}
