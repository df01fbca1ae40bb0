package io.holdfast.mesh.cli;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The records that the demo loads: facts, shipped with it. Where they are from stands beside them.
 */
final class DemoRecords {

  private static final String RESOURCE = "/demo/facts.jsonl";

  private DemoRecords() {}

  /**
   * All records, in the order of the file.
   *
   * @throws IOException when the file is missing or a line of it is no record: a broken build
   */
  static List<RecordFile.Good> read() throws IOException {
    InputStream in = DemoRecords.class.getResourceAsStream(RESOURCE);
    if (in == null) {
      throw new FileNotFoundException("resource " + RESOURCE);
    }
    List<RecordFile.Good> records = new ArrayList<>();
    try (RecordFile file = RecordFile.of(in, false)) {
      for (Optional<RecordFile.Entry> next = file.next(); next.isPresent(); next = file.next()) {
        if (!(next.get() instanceof RecordFile.Good good)) {
          throw new IOException("resource " + RESOURCE + " is damaged: " + next.get());
        }
        records.add(good);
      }
    }
    return records;
  }
}
