package io.holdfast.mesh.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.holdfast.sync.core.Command;
import io.holdfast.sync.core.Command.Transaction;
import io.holdfast.sync.core.Comparison;
import io.holdfast.sync.core.Comparison.Relation;
import io.holdfast.sync.core.KeyRange;
import io.holdfast.sync.core.Operation;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WriteLimitsTest {

  private static final WriteLimits LIMITS = new WriteLimits(4, 8, 3, 40);
  private static final ByteString KEY = bytes(4);

  private static ByteString bytes(int size) {
    return ByteString.copyFromUtf8("x".repeat(size));
  }

  private static Operation put(int key, int value) {
    return new Operation.Put(bytes(key), bytes(value), 0);
  }

  private static Transaction then(Operation... operations) {
    return new Transaction(List.of(), List.of(operations), List.of());
  }

  static Stream<Command> allowed() {
    return Stream.of(
        new Command.Put(KEY, bytes(8)),
        new Command.PutIf(KEY, bytes(8), 0),
        new Command.Delete(KEY),
        new Command.GrantLease(1000),
        then(put(4, 8), put(4, 8), put(4, 8)),
        new Transaction(
            List.of(Comparison.presence(new KeyRange(KEY, ByteString.EMPTY), true)),
            List.of(),
            List.of()));
  }

  @ParameterizedTest
  @MethodSource("allowed")
  void admitsWhatIsWithinTheLimits(Command command) {
    assertThat(LIMITS.excessOf(command)).isEmpty();
  }

  static Stream<Command> tooLarge() {
    return Stream.of(
        new Command.Put(bytes(5), ByteString.EMPTY),
        new Command.Put(KEY, bytes(9)),
        new Command.PutIf(KEY, bytes(9), 0),
        new Command.Delete(bytes(5)),
        then(put(5, 0)),
        then(put(4, 9)),
        new Transaction(List.of(), List.of(), List.of(put(4, 9))),
        then(new Operation.Nested(then(put(4, 9)))),
        new Transaction(
            List.of(Comparison.value(KeyRange.key(KEY), Relation.EQUAL, bytes(9))),
            List.of(),
            List.of()),
        then(Collections.nCopies(4, put(1, 0)).toArray(Operation[]::new)),
        then(put(4, 8), put(4, 8), new Operation.Nested(then(put(4, 8)))));
  }

  @ParameterizedTest
  @MethodSource("tooLarge")
  void refusesWhatIsBeyondThemAndSaysWhatIsAllowed(Command command) {
    assertThat(LIMITS.excessOf(command))
        .hasValueSatisfying(excess -> assertThat(excess).contains("allowed"));
  }

  @Test
  void refusesATransactionOfTooManyBytes() {
    assertThat(new WriteLimits(4, 8, 9, 23).excessOf(then(put(4, 8), put(4, 8))))
        .hasValueSatisfying(excess -> assertThat(excess).contains("24 bytes", "23"));
  }
}
