package io.holdfast.mesh.cli;

import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.LongStream;

/** Ports of this host that nobody has now, below those that the system gives by itself. */
final class FreeSpan {

  private static final HostProbe PROBE = HostProbe.create();

  private FreeSpan() {}

  /** The first of so many in a row. */
  static long of(int count) {
    for (int i = 0; i < 1000; i++) {
      long first = ThreadLocalRandom.current().nextLong(20_000, 30_000);
      if (PROBE.probe(LongStream.range(first, first + count).boxed().toList()).values().stream()
          .allMatch(HostProbe.Finding::isFree)) {
        return first;
      }
    }
    throw new AssertionError("no " + count + " ports in a row are free");
  }
}
