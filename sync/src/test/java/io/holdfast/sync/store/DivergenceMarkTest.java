package io.holdfast.sync.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.holdfast.acceptor.core.Slot;
import io.holdfast.acceptor.store.StorageFailure;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.NodeId;
import io.holdfast.sync.core.Divergence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What says beside a store that it has diverged. */
class DivergenceMarkTest {

  private static final Divergence FOUND =
      new Divergence(
          new Slot(7),
          List.of(new MemberId(new NodeId("n1"), -3), new MemberId(new NodeId("n2"), 5)));

  @TempDir private Path directory = Path.of("unset");

  @Test
  void isReadAsItWasWrittenAndCanBeTakenAway() {
    DivergenceMark mark = new DivergenceMark(directory.resolve("store-main"));
    assertThat(mark.read()).isEmpty();
    mark.write(FOUND);
    assertThat(new DivergenceMark(directory.resolve("store-main")).read()).contains(FOUND);
    mark.remove();
    assertThat(mark.read()).isEmpty();
    mark.remove();
  }

  /** Nodes of an earlier version have left it. */
  @Test
  void keepsItsFormByteForByte() throws IOException {
    new DivergenceMark(directory.resolve("store-main")).write(FOUND);
    byte[] bytes = Files.readAllBytes(directory.resolve("store-main.diverged"));
    assertThat(HexFormat.of().formatHex(bytes, 0, bytes.length - 32))
        .isEqualTo(
            "484644495645524700000001000000200807120d0a026e3111fdffffffffffffff120d0a026e32110500000000000000");
  }

  @Test
  void everyFlippedByteIsFound() throws IOException {
    Path file = directory.resolve("store-main.diverged");
    DivergenceMark mark = new DivergenceMark(directory.resolve("store-main"));
    mark.write(FOUND);
    byte[] whole = Files.readAllBytes(file);
    for (int i = 0; i < whole.length; i++) {
      byte[] broken = whole.clone();
      broken[i] ^= 1;
      Files.write(file, broken);
      assertThatExceptionOfType(StorageFailure.class).isThrownBy(mark::read);
    }
  }
}
