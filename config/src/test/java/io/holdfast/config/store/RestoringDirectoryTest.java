package io.holdfast.config.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.Origins;
import io.holdfast.config.core.PeerLedger;
import io.holdfast.config.store.DataDirectoryException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestoringDirectoryTest {

  private static final NodeId NODE = new NodeId("n1");
  private static final Origins ORIGINS =
      Origins.NONE.with(new GroupId("main"), "slot 7, chain hash ab");

  @TempDir private Path temporary = Path.of("unset");

  private RestoringDirectory begin() throws DataDirectoryException {
    return RestoringDirectory.begin(temporary.resolve("data"), "second", NODE, "monday");
  }

  private static Kind kindOf(Executable refused) {
    try {
      refused.run();
    } catch (DataDirectoryException e) {
      return e.kind();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    throw new AssertionError("it was not refused");
  }

  private interface Executable {
    void run() throws DataDirectoryException, IOException;
  }

  @Test
  void finishedDirectoryIsThatOfAFounderThatMetNobody() throws Exception {
    long incarnation;
    try (RestoringDirectory directory = begin()) {
      incarnation = directory.member().incarnation();
      directory.finish(List.of("store-main"), ORIGINS);
    }
    try (DataDirectory opened = DataDirectory.open(temporary.resolve("data"), "second", NODE)) {
      assertThat(opened.identity().incarnation()).isEqualTo(incarnation);
      assertThat(opened.identity().bootCount()).isEqualTo(2);
      assertThat(opened.ledger()).isEqualTo(PeerLedger.EMPTY);
      assertThat(opened.databaseBoots()).isEqualTo(Map.of("store-main", 1L));
      assertThat(opened.origins()).isEqualTo(ORIGINS);
    }
  }

  @Test
  void noNodeStartsOnOneThatWasNotFinishedAndItIsToldToWhoLooks() throws Exception {
    begin().close();

    assertThatExceptionOfType(DataDirectoryException.class)
        .isThrownBy(() -> DataDirectory.open(temporary.resolve("data"), "second", NODE))
        .withMessageContaining("is only partly restored from monday")
        .withMessageContaining("run it again")
        .matches(e -> e.kind() == Kind.DAMAGED);
    try (StoppedDirectory stopped = StoppedDirectory.open(temporary.resolve("data"))) {
      assertThat(stopped.problem()).isPresent();
    }
  }

  @Test
  void restoreThatDidNotEndIsBegunAnewWithNothingLeftOfIt() throws Exception {
    try (RestoringDirectory first = begin()) {
      Files.writeString(first.database("store-main.mv.db"), "half");
    }
    try (RestoringDirectory second = begin()) {
      assertThat(second.database("store-main.mv.db")).doesNotExist();
    }
  }

  @Test
  void directoryWithAnythingInItIsRefusedAndLeftAsItIs() throws Exception {
    Path data = Files.createDirectories(temporary.resolve("data"));
    Files.writeString(data.resolve("letter"), "mine");

    assertThat(kindOf(this::begin)).isEqualTo(Kind.FOREIGN);

    assertThat(data.resolve("letter")).hasContent("mine");
    assertThat(data.resolve("restoring")).doesNotExist();
  }

  /** The name of the mark alone gives nobody leave to delete what is there. */
  @Test
  void directoryWithAFileThatOnlyHasTheNameOfTheMarkIsLeftAsItIs() throws Exception {
    Path data = Files.createDirectories(temporary.resolve("data"));
    Files.writeString(data.resolve("letter"), "mine");
    Files.writeString(
        data.resolve("restoring"), "a note of mine about what I am restoring. ".repeat(4));

    assertThat(kindOf(this::begin)).isEqualTo(Kind.FOREIGN);

    assertThat(data.resolve("letter")).hasContent("mine");
  }

  @Test
  void finishedDirectoryIsNotRestoredInto() throws Exception {
    try (RestoringDirectory directory = begin()) {
      directory.finish(List.of("store-main"), ORIGINS);
    }
    assertThat(kindOf(this::begin)).isEqualTo(Kind.FOREIGN);
  }

  @Test
  void oneThatIsInUseIsRefused() throws Exception {
    try (RestoringDirectory directory = begin()) {
      assertThat(directory.boot()).isEqualTo(1);
      assertThat(kindOf(this::begin)).isEqualTo(Kind.LOCKED);
    }
  }
}
