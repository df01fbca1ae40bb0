package io.holdfast.sync.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CoverageTest {

  private static final WriteCommand TRANSACTION =
      Commands.transaction(1, List.of(), List.of(), List.of());

  private static Coverage of(KeyRange... covers) {
    return new Coverage(
        TRANSACTION.with(new Plan(0, List.of(covers), List.of(4L), List.of())),
        CacheRules.PROTOCOL);
  }

  private static void assertCovered(Coverage coverage, KeyRange range) {
    assertThatCode(() -> coverage.require(range)).doesNotThrowAnyException();
  }

  private static void assertUncovered(Coverage coverage, KeyRange range) {
    assertThatExceptionOfType(Coverage.Uncovered.class).isThrownBy(() -> coverage.require(range));
  }

  private static List<ByteString> named(Coverage coverage) {
    List<ByteString> named = new ArrayList<>();
    coverage.forEachNamed(named::add);
    return named;
  }

  @Test
  void commandOfOneKeyCoversThatWithoutAPlan() {
    Coverage coverage = new Coverage(Commands.put(1, "k", "v"), CacheRules.PROTOCOL);

    assertCovered(coverage, Commands.key("k"));
    assertUncovered(coverage, Commands.key("l"));
    assertUncovered(coverage, Commands.range("k", "l"));
    assertThat(named(coverage)).containsExactly(Commands.bytes("k"));
  }

  @Test
  void transactionWithoutAPlanCoversNothing() {
    Coverage coverage = new Coverage(TRANSACTION, CacheRules.PROTOCOL);

    assertUncovered(coverage, Commands.key("k"));
    assertUncovered(coverage, KeyRange.ALL);
    assertThatExceptionOfType(Coverage.Uncovered.class).isThrownBy(() -> coverage.requireLease(4));
    assertThat(named(coverage)).isEmpty();
  }

  @Test
  void coveredRangeCoversItsKeysAndTheRangesWithin() {
    Coverage coverage = of(Commands.range("b", "d"));

    assertCovered(coverage, Commands.key("b"));
    assertCovered(coverage, Commands.range("b", "c"));
    assertCovered(coverage, Commands.range("b", "d"));
    assertUncovered(coverage, Commands.key("a"));
    assertUncovered(coverage, Commands.key("d"));
    assertUncovered(coverage, Commands.range("a", "c"));
    assertUncovered(coverage, Commands.range("c", "e"));
  }

  @Test
  void coveredKeysMakeNoRange() {
    Coverage coverage = of(Commands.key("b"), Commands.key("c"));

    assertCovered(coverage, Commands.key("c"));
    assertUncovered(coverage, Commands.range("b", "c"));
  }

  @Test
  void coversTheLeasesThatItNames() {
    Coverage coverage = of();

    assertThatCode(() -> coverage.requireLease(4)).doesNotThrowAnyException();
    assertThatExceptionOfType(Coverage.Uncovered.class).isThrownBy(() -> coverage.requireLease(5));
  }

  @Test
  void namesEachKeyOnce() {
    Plan.Shipped named = new Plan.Shipped(Commands.bytes("b"), 1, Commands.bytes("1"));
    Plan.Shipped inRange = new Plan.Shipped(Commands.bytes("x"), 2, Commands.bytes("2"));
    Coverage coverage =
        new Coverage(
            TRANSACTION.with(
                new Plan(
                    0,
                    List.of(Commands.key("b"), Commands.key("c"), Commands.range("x", "z")),
                    List.of(),
                    List.of(named, inRange))),
            CacheRules.PROTOCOL);

    assertThat(named(coverage))
        .containsExactlyInAnyOrder(Commands.bytes("b"), Commands.bytes("c"), Commands.bytes("x"));
    assertThat(coverage.shipped(Commands.bytes("b"))).contains(named);
    assertThat(coverage.shipped(Commands.bytes("x"))).contains(inRange);
    assertThat(coverage.shipped(Commands.bytes("c"))).isEmpty();
  }
}
