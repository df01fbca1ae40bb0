package io.holdfast.chaos.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.holdfast.chaos.core.Action;
import io.holdfast.chaos.core.History;
import io.holdfast.chaos.core.Operation;
import io.holdfast.chaos.core.Step;
import io.holdfast.chaos.history.ParsedHistory.Malformed;
import io.holdfast.chaos.history.ParsedHistory.Parsed;
import io.holdfast.config.core.OutcomeCode;
import java.io.IOException;
import java.io.StringReader;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Transactions as text, and as clients record them. */
class TransactionHistoryTest {

  private static final Duration AT = Duration.ZERO;

  private final HistoryRecorder recorder = new HistoryRecorder(10);

  @Test
  void readsTransactionsInJepsensForm() throws IOException {
    assertThat(
            parsed(
                """
                {:process 0 :type :invoke :f :txn :value [[:r x nil] [:w "y" 1] [:cas :z [1 2]]]}
                {:process 0 :type :ok :f :txn :value [[:r x 3] [:w "y" 1] [:cas :z [1 2]]]}
                {:process 1 :type :invoke :f :txn :value [[:is x nil] [:present x] [:w x 1]]}
                {:process 1 :type :info :f :txn :value nil}
                """))
        .containsExactly(
            operation(
                "0",
                0,
                OptionalInt.of(1),
                new Step.Read("x", "3"),
                new Step.Write("\"y\"", "1"),
                new Step.Cas(":z", "1", "2")),
            operation(
                "1",
                2,
                OptionalInt.empty(),
                new Step.Is("x", "nil"),
                new Step.Present("x"),
                new Step.Write("x", "1")));
  }

  @Test
  void readsTransactionsInJepsensLog() throws IOException {
    assertThat(
            parsed(
                """
                INFO  jepsen.util - 0 :invoke :txn [[:r 1 nil]]
                INFO  jepsen.util - 0 :ok :txn [[:r 1 7]]
                """))
        .containsExactly(operation("0", 0, OptionalInt.of(1), new Step.Read("1", "7")));
  }

  @Test
  void failedTransactionsAreNoPartOfAHistory() throws IOException {
    assertThat(
            parsed(
                """
                {"process":0,"type":"invoke","f":"txn","value":[["cas","a",[1,2]]]}
                {"process":0,"type":"fail","f":"txn"}
                """))
        .isEmpty();
  }

  @Test
  void readsAloneSayThatTheGuardsDidNotHold() throws IOException {
    assertThat(
            parsed(
                """
                {"process":0,"type":"invoke","f":"txn","value":[["is","a",1],["w","b",2]]}
                {"process":0,"type":"ok","f":"txn","value":[["r","a",3]]}
                """))
        .containsExactly(operation("0", 0, OptionalInt.of(1), new Step.Read("a", "3")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{:process 0 :type :invoke :f :txn :value []}",
        "{:process 0 :type :invoke :f :txn :value nil}",
        "{:process 0 :type :invoke :f :txn :value [[:append x 1]]}",
        "{:process 0 :type :invoke :f :txn :value [[:cas x 1]]}",
        "{:process 0 :type :invoke :f :txn :value [:r x 1]}",
        "{\"process\":0,\"type\":\"invoke\",\"f\":\"txn\",\"value\":[[\"w\",\"x\"]]}",
        "{\"process\":0,\"type\":\"invoke\",\"f\":\"txn\",\"value\":[]}",
        "{\"process\":0,\"type\":\"invoke\",\"f\":\"txn\",\"value\":[[\"w\",1,2]]}",
        "{\"process\":0,\"type\":\"invoke\",\"f\":\"txn\"}"
      })
  void refusesWhatIsNoTransaction(String line) throws IOException {
    assertThat(HistoryText.read(new StringReader(line))).isInstanceOf(Malformed.class);
  }

  @Test
  void refusesAnEndThatTellsOfOtherSteps() throws IOException {
    ParsedHistory read =
        HistoryText.read(
            new StringReader(
                """
                {:process 0 :type :invoke :f :txn :value [[:w x 1]]}
                {:process 0 :type :ok :f :txn :value [[:w x 2]]}
                """));
    assertThat(read)
        .isInstanceOfSatisfying(Malformed.class, wrong -> assertThat(wrong.line()).isEqualTo(2));
  }

  @Test
  void recordsWhatATransactionDidAndRead() throws IOException {
    int operation = invoke();
    recorder.executed(operation, AT, List.of(Optional.of("7")));
    assertRecorded(
        operation(
            "p",
            0,
            OptionalInt.of(1),
            new Step.Is("a", "\"1\""),
            new Step.Present("b"),
            new Step.Cas("b", "nil", "\"2\""),
            new Step.Write("c", "nil"),
            new Step.Read("d", "\"7\"")));
  }

  @Test
  void recordsWhatARefusedTransactionSaw() throws IOException {
    int operation = invoke();
    recorder.refused(operation, AT, Map.of("b", Optional.of("5"), "a", Optional.empty()));
    assertRecorded(
        operation(
            "p", 0, OptionalInt.of(1), new Step.Read("a", "nil"), new Step.Read("b", "\"5\"")));
  }

  @Test
  void refusalWithoutReadsIsAFailure() throws IOException {
    recorder.refused(invoke(), AT, Map.of());
    assertRecorded();
  }

  @Test
  void lostTransactionIsUnknownWithItsGuards() throws IOException {
    recorder.lost(invoke(), AT);
    assertThat(recorder.history().operations())
        .singleElement()
        .satisfies(
            lost -> {
              assertThat(lost.known()).isFalse();
              assertThat(lost.keys()).containsExactly("a", "b", "c", "d");
            });
    assertThat(parsed(text())).isEqualTo(recorder.history().operations());
  }

  @Test
  void fencedAttemptHadNoEffectWhateverCameBefore() {
    int operation = invoke();
    recorder.tried(operation, OutcomeCode.OUTCOME_UNKNOWN);
    recorder.answered(operation, AT, OutcomeCode.FENCED);
    assertThat(recorder.history().operations()).isEmpty();
  }

  @Test
  void refusesEndsThatDoNotFit() {
    int operation = invoke();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> recorder.executed(operation, AT, List.of()));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> recorder.executed(operation, AT, List.of(Optional.empty(), Optional.empty())));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> recorder.answered(operation, AT, OutcomeCode.COMMITTED));
    int single = recorder.invoke("q", AT, new RegisterCall.Read("a")).orElseThrow();
    assertThatIllegalArgumentException().isThrownBy(() -> recorder.executed(single, AT, List.of()));
  }

  private int invoke() {
    return recorder
        .invoke(
            "p",
            AT,
            new TransactionCall(
                List.of(
                    new TransactionCall.Is("a", Optional.of("1")),
                    new TransactionCall.Present("b"),
                    new TransactionCall.Cas("b", Optional.empty(), Optional.of("2")),
                    new TransactionCall.Write("c", Optional.empty()),
                    new TransactionCall.Read("d"))))
        .orElseThrow();
  }

  private void assertRecorded(Operation... operations) throws IOException {
    assertThat(recorder.history()).isEqualTo(new History(List.of(operations)));
    assertThat(parsed(text())).containsExactly(operations);
  }

  private String text() throws IOException {
    StringBuilder text = new StringBuilder();
    recorder.writeTo(text);
    return text.toString();
  }

  private static List<Operation> parsed(String text) throws IOException {
    ParsedHistory read = HistoryText.read(new StringReader(text));
    assertThat(read).isInstanceOf(Parsed.class);
    return ((Parsed) read).history().operations();
  }

  private static Operation operation(
      String process, int invoked, OptionalInt returned, Step... steps) {
    return new Operation(process, "", new Action.Transaction(List.of(steps)), invoked, returned);
  }
}
