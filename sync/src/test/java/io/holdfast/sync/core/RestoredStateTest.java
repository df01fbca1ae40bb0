package io.holdfast.sync.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import java.util.Optional;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Rows that cannot belong to a state are refused when they are read, and missing ones at last. */
class RestoredStateTest {

  private static final ByteString K = Commands.bytes("k");
  private static final Change FIRST =
      new Change(Place.first(1), K, Commands.bytes("1"), 1, 1, 0, 0);
  private static final Change SECOND =
      new Change(Place.first(2), K, Commands.bytes("2"), 1, 2, 0, Place.first(1));
  private static final Change GONE =
      Change.delete(Place.first(3), Commands.bytes("gone"), Place.first(1) + 1);
  private static final WriteIdRecord WRITE =
      new WriteIdRecord(Commands.id(5), Digest.ZERO, new Slot(1), new CommandResult.Applied(1, 0));

  /** One key, one lease, one write id; generation 4, revision 3. */
  private static StateHeader header(long compacted) {
    return new StateHeader(
        new StateTerms(10, 10, 1000),
        new Slot(3),
        Digest.ZERO,
        3,
        compacted,
        1,
        1,
        6,
        7,
        0,
        4,
        2,
        9);
  }

  private static RestoredState.Builder builder() {
    return RestoredState.builder(header(0));
  }

  private static RestoredState.Builder whole(long compacted) {
    RestoredState.Builder builder = RestoredState.builder(header(compacted));
    builder.change(FIRST);
    builder.change(SECOND);
    builder.change(GONE);
    builder.touched(4, K);
    builder.touched(3, GONE.key());
    assertThat(builder.wanted()).containsExactly(SECOND.place());
    builder.value(SECOND);
    builder.writeId(WRITE);
    builder.lease(new Lease(2, 100, 1));
    return builder;
  }

  private static void assertRefused(ThrowingCallable call, String why) {
    assertThatIllegalArgumentException().isThrownBy(call).withMessageContaining(why);
  }

  @Test
  void holdsWhatWasRead() {
    RestoredView view = new RestoredView(whole(0).build());

    assertThat(view.has(SECOND)).isTrue();
    assertThat(view.has(GONE)).isTrue();
    assertThat(view.cached(true))
        .containsOnlyKeys(K)
        .containsEntry(K, Optional.of(Commands.bytes("2")));
    assertThat(view.cached(false)).containsEntry(GONE.key(), Optional.empty());
    assertThat(view.writeIds()).containsExactly(WRITE);
    assertThat(view.leases()).containsExactly(new Lease(2, 100, 1));
  }

  @Test
  void forgetsDeletionsThatCompactionPassedButNotTheirTombstones() {
    RestoredView view = new RestoredView(whole(3).build());

    assertThat(view.has(GONE)).isFalse();
    assertThat(view.cached(false)).containsEntry(GONE.key(), Optional.empty());
  }

  @Test
  void tombstoneMayBeOfAKeyThatNothingIsKnownOf() {
    RestoredState.Builder builder = whole(0);
    builder.touched(4, Commands.bytes("collected"));

    assertThat(new RestoredView(builder.build()).cached(true))
        .containsEntry(Commands.bytes("collected"), Optional.empty());
  }

  @Test
  void refusesChangesOutOfOrderOrBeyondTheState() {
    RestoredState.Builder builder = builder();
    builder.change(SECOND);
    assertRefused(() -> builder.change(FIRST), "change at place");
    assertRefused(() -> builder.change(SECOND), "change at place");
    Change beyond = new Change(Place.first(4), K, Commands.bytes("4"), 1, 3, 0, 0);
    assertRefused(() -> builder.change(beyond), "revision 3");
  }

  @Test
  void refusesAKeyOfAGenerationToComeAndIgnoresThoseOfOlderOnes() {
    RestoredState.Builder builder = whole(0);
    assertRefused(() -> builder.touched(5, K), "generation 5");
    builder.touched(2, Commands.bytes("old"));

    assertThat(new RestoredView(builder.build()).cached(false))
        .doesNotContainKey(Commands.bytes("old"));
  }

  @Test
  void refusesAValueThatIsNotTheNewest() {
    RestoredState.Builder builder = builder();
    builder.change(FIRST);
    builder.change(SECOND);
    builder.change(GONE);
    assertRefused(() -> builder.value(FIRST), "not wanted");
    assertRefused(() -> builder.value(GONE), "not wanted");
    Change unknown = new Change(Place.first(2), Commands.bytes("l"), K, 1, 1, 0, 0);
    assertRefused(() -> builder.value(unknown), "not wanted");
    assertThatCode(() -> builder.value(SECOND)).doesNotThrowAnyException();
  }

  @Test
  void refusesMoreWriteIdsThanTheStateCounts() {
    RestoredState.Builder builder = builder();
    builder.writeId(WRITE);
    assertRefused(() -> builder.writeId(WRITE), "more write ids");
  }

  @Test
  void refusesALeaseTwiceAndOneThatIsYetToBeGranted() {
    RestoredState.Builder builder = builder();
    builder.lease(new Lease(2, 100, 1));
    assertRefused(() -> builder.lease(new Lease(2, 100, 2)), "lease 2");
    assertRefused(() -> builder.lease(new Lease(4, 100, 0)), "lease 4");
  }

  @Test
  void refusesAStateWithSomethingMissing() {
    assertIncomplete(builder -> {}, "keys");
    assertIncomplete(builder -> builder.change(SECOND), "leases");
    assertIncomplete(
        builder -> {
          builder.change(SECOND);
          builder.lease(new Lease(1, 1, 0));
        },
        "write ids");
    assertIncomplete(
        builder -> {
          builder.change(SECOND);
          builder.lease(new Lease(1, 1, 0));
          builder.writeId(WRITE);
          builder.touched(4, K);
        },
        "value of a cached key");
  }

  private static void assertIncomplete(Consumer<RestoredState.Builder> rows, String missing) {
    RestoredState.Builder builder = builder();
    rows.accept(builder);
    assertRefused(builder::build, missing);
  }

  @Test
  void valueServesBothGenerationsThatItsKeyEntered() {
    RestoredState.Builder builder = builder();
    builder.change(SECOND);
    builder.touched(3, K);
    builder.touched(4, K);
    assertThat(builder.wanted()).containsExactly(SECOND.place());
    builder.value(SECOND);
    builder.writeId(WRITE);
    builder.lease(new Lease(2, 100, 1));
    RestoredView view = new RestoredView(builder.build());

    assertThat(view.cached(true)).containsEntry(K, Optional.of(Commands.bytes("2")));
    assertThat(view.cached(false)).containsEntry(K, Optional.of(Commands.bytes("2")));
  }
}
