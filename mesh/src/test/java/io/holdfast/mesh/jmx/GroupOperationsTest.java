package io.holdfast.mesh.jmx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.WriteAnswer;
import io.holdfast.mesh.WriteRequest;
import io.holdfast.sync.core.CommandResult;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** What groups are told by JMX, at a mesh that answers as the test says. */
class GroupOperationsTest {

  private static final GroupId MAIN = new GroupId("main");

  private final FakeNode node = new FakeNode();
  private final GroupOperations operations =
      new GroupOperations(
          node.mesh(),
          (Steering)
              Proxy.newProxyInstance(
                  Steering.class.getClassLoader(),
                  new Class<?>[] {Steering.class},
                  (proxy, method, args) -> {
                    throw new AssertionError(method);
                  }),
          new Backup(node.mesh(), Path.of("unused"), 1));

  private void answer(OutcomeCode code, Optional<WriteAnswer.Executed> result) {
    node.written.complete(
        new WriteAnswer(
            code,
            Optional.empty(),
            "Not decided yet.",
            "w-17",
            result,
            Optional.empty(),
            Optional.empty()));
  }

  @Test
  void writeThatIsNotDecidedSaysSoWithItsIdWhileSomebodyListens() {
    answer(OutcomeCode.IN_FLIGHT, Optional.empty());
    assertThatThrownBy(() -> operations.compact(MAIN, 5))
        .isExactlyInstanceOf(IllegalStateException.class)
        .hasMessageContaining("in_flight")
        .hasMessageContaining("(write w-17)");
    WriteRequest asked = Objects.requireNonNull(node.request.get());
    assertThat(asked.patience().orElseThrow()).isLessThan(GroupOperations.PATIENCE);
  }

  @Test
  void answersWithTheRevisionThatIsLeftOrSaysThatItIsNotKnown() {
    answer(
        OutcomeCode.COMMITTED,
        Optional.of(WriteAnswer.Executed.of(9, false, new CommandResult.Compacted(7))));
    assertThat(operations.compact(MAIN, 5)).isEqualTo(new GroupMXBean.Compaction(7, 9));
  }

  @Test
  void inventsNoRevision() {
    answer(
        OutcomeCode.COMMITTED,
        Optional.of(new WriteAnswer.Executed(9, OptionalLong.empty(), 0, false)));
    assertThatThrownBy(() -> operations.compact(MAIN, 5))
        .isExactlyInstanceOf(IllegalStateException.class)
        .hasMessageContaining("compacted at slot 9");
  }
}
