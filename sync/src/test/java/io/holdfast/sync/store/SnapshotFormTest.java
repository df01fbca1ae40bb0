package io.holdfast.sync.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.holdfast.sync.core.CommandResult.TransactionDone;
import io.holdfast.sync.core.OperationResult;
import io.holdfast.sync.core.Place;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Members of different versions send each other snapshots: the form is what it was. */
class SnapshotFormTest {

  private static List<ByteString> wholeAndResumed() {
    InMemoryReplicaStore store = new InMemoryReplicaStore(SampleHistory.TERMS);
    SampleHistory model = new SampleHistory();
    model.put("a", "1").put("b", "").rotate().delete("b").put("a", "2").lease(2, 1).lease(66, 0);
    model.write(
        new TransactionDone(true, 2, true, Optional.of(List.of(new OperationResult.Put(1)))));
    store.flush(model.takeDelta());
    List<ByteString> chunks = new ArrayList<>(SnapshotTransfer.chunks(store, 0, 300));
    chunks.addAll(SnapshotTransfer.chunks(store, Place.first(2), 1 << 20));
    return chunks;
  }

  @Test
  void keepsItsFormByteForByte() throws IOException {
    String actual =
        wholeAndResumed().stream()
            .map(chunk -> HexFormat.of().formatHex(chunk.toByteArray()))
            .collect(Collectors.joining("\n", "", "\n"));

    try (InputStream golden = SnapshotFormTest.class.getResourceAsStream("/golden/snapshot-v1.txt")) {
      assertThat(golden).isNotNull();
      assertThat(actual).isEqualTo(new String(golden.readAllBytes(), StandardCharsets.UTF_8));
    }
  }
}
