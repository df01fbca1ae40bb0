package io.holdfast.chaos.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.holdfast.chaos.core.Action;
import io.holdfast.chaos.core.Action.Cas;
import io.holdfast.chaos.core.Action.Read;
import io.holdfast.chaos.core.Action.Write;
import io.holdfast.chaos.core.Operation;
import io.holdfast.chaos.history.ParsedHistory.Malformed;
import io.holdfast.chaos.history.ParsedHistory.Parsed;
import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HistoryTextTest {

  /** Each form of one history: a write, a read of it beside a cas of unknown outcome, a failure. */
  private static final List<String> FORMS =
      List.of(
          """
          {:process 0, :type :invoke, :f :write, :value 3, :index 0, :time 12}
          {:process :nemesis, :type :info, :f :start, :value nil}
          {:process 0, :type :ok, :f :write, :value 3}
          {:type :invoke, :f :cas, :value [3 4], :process 1}
          {:process 0, :type :invoke, :f :read, :value nil}
          {:process 1, :type :info, :f :cas, :value :timed-out, :error :timeout}
          {:process 2, :type :invoke, :f :write, :value 9}
          {:process 2, :type :fail, :f :write, :value 9}
          {:process 0, :type :ok, :f :read, :value 3}
          """,
          """
          INFO  jepsen.util - 0	:invoke	:write	3
          INFO  jepsen.core - Worker 1 starting
          INFO  jepsen.util - :nemesis	:info	:start	nil
          2026-01-01 10:00:00,001 INFO  jepsen.util - 0  :ok  :write  3
          INFO  jepsen.util - 1  :invoke  :cas  [3 4]
          INFO  jepsen.util - 0  :invoke  :read  nil
          INFO  jepsen.util - 1  :info  :cas  :timed-out
          INFO  jepsen.util - 2  :invoke  :write  9
          INFO  jepsen.util - 2  :fail  :write  9
          INFO  jepsen.util - 0  :ok  :read  3
          """,
          """
          {"process": 0, "type": "invoke", "f": "write", "value": 3, "time": 12}
          {"process": "nemesis", "type": "info", "f": "start"}
          {"process": 0, "type": "ok", "f": "write", "value": 3}

          {"process": 1, "type": "invoke", "f": "cas", "value": [3, 4]}
          {"process": 0, "type": "invoke", "f": "read"}
          {"process": 1, "type": "info", "f": "cas"}
          {"process": 2, "type": "invoke", "f": "write", "value": 9}
          {"process": 2, "type": "fail", "f": "write"}
          {"process": 0, "type": "ok", "f": "read", "value": 3}
          """);

  private static final List<Operation> EXPECTED =
      List.of(
          new Operation("0", "", new Write("3"), 0, OptionalInt.of(1)),
          new Operation("1", "", new Cas("3", "4"), 2, OptionalInt.empty()),
          new Operation("0", "", new Read("3"), 3, OptionalInt.of(7)));

  @Test
  void readsOneHistoryInEveryForm() {
    assertThat(FORMS).allSatisfy(form -> assertThat(operations(form)).isEqualTo(EXPECTED));
  }

  @Test
  void readsMapsInAVectorOrAList() {
    assertThat(operations(" ; a comment\n[" + FORMS.get(0) + "]\n")).isEqualTo(EXPECTED);
    assertThat(operations("(" + FORMS.get(0) + "; a comment\n)\n")).isEqualTo(EXPECTED);
  }

  @Test
  void readsTaggedMaps() {
    assertThat(operations(FORMS.get(0).replace("{", "#jepsen.history.Op{"))).isEqualTo(EXPECTED);
  }

  @Test
  void takesAnOperationThatNeverEndsAsUnknown() {
    assertThat(operations("{:process 0, :type :invoke, :f :write, :value 3}"))
        .containsExactly(new Operation("0", "", new Write("3"), 0, OptionalInt.empty()));
  }

  @Test
  void readsKeysOfIndependentRegisters() {
    assertThat(
            operations(
                """
                {:process 0, :type :invoke, :f :write, :value ["x" nil]}
                {:process 1, :type :invoke, :f :cas, :value [7 [1 2]]}
                {:process 2, :type :invoke, :f :read, :value [7 nil]}
                {:process 2, :type :ok, :f :read, :value [7 1]}
                """))
        .containsExactly(
            new Operation("0", "\"x\"", new Write("nil"), 0, OptionalInt.empty()),
            new Operation("1", "7", new Cas("1", "2"), 1, OptionalInt.empty()),
            new Operation("2", "7", new Read("1"), 2, OptionalInt.of(3)));
  }

  @Test
  void readsKeysAndAllValuesOfJson() {
    String line =
        "{\"process\":\"c\",\"type\":\"invoke\",\"f\":\"write\",\"key\":\"k\",\"value\":%s}";
    assertThat(operations(line.formatted("{\"a\":[1]}")))
        .extracting(Operation::key, Operation::action)
        .containsExactly(tuple("k", new Write("{\"a\":[1]}")));
    assertThat(action(line.formatted("null"))).isEqualTo(new Write("nil"));
    assertThat(action(line.formatted("\"nil\""))).isEqualTo(new Write("\"nil\""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n \n", "[]", " [ ] ", "; nothing\n"})
  void takesNothingAsAnEmptyHistory(String text) {
    assertThat(operations(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {:process 0, :type :ok, :f :read, :value 1}                | did not invoke
          {:process 0, :type :invoke, :f :write, :value 1}           | invokes again
          {:process 7, :type :info, :f :read, :value 1}              | did not invoke
          {:process 0, :type :ok, :f :read, :value nil}              | did not invoke
          {:process 9, :type :invoke, :f :write, :value 3            | not EDN
          {:process 9, :type :invoke, :f :write, :value "3}          | not EDN
          {:process 9, :type :begin, :f :write, :value 3}            | type 'begin'
          {:process 9, :type :invoke, :f :append, :value 3}          | f 'append'
          {:process 9, :type :invoke, :f :cas, :value 3}             | not [old new]
          {:process 9, :type :invoke, :f :write}                     | :value is missing
          {:process "9", :type :invoke, :f :write, :value 3}         | not a number
          {:process 9, :type "invoke", :f :write, :value 3}          | not a keyword
          {:process 9, :type :invoke, :f :write, :value [1 3]}       | name a key and some do not
          42                                                         | not a map
          }                                                          | not EDN
          """)
  void refusesWrongEdnByItsLine(String line, String reason) {
    String before = "{:process 1, :type :invoke, :f :write, :value 3}\n";
    String open = reason.contains("again") ? before.replace("1,", "0,") : before;
    assertThat(malformed(open + "\n" + line + "\n"))
        .satisfies(wrong -> assertThat(wrong.line()).isEqualTo(3))
        .satisfies(wrong -> assertThat(wrong.reason()).contains(reason));
  }

  @Test
  void refusesAnEndThatDoesNotFitItsStart() {
    String invoke = "{:process 0, :type :invoke, :f :write, :value 3}\n";
    assertThat(malformed(invoke + "{:process 0, :type :ok, :f :read, :value 3}").reason())
        .contains("another operation than it invoked in line 1");
    assertThat(malformed(invoke + "{:process 0, :type :ok, :f :write, :value 4}").reason())
        .contains("ok of 4, but 3 was invoked in line 1");
    String keyed = "{:process 0, :type :invoke, :f :read, :value [7 nil]}\n";
    assertThat(malformed(keyed + "{:process 0, :type :ok, :f :read, :value [8 1]}").reason())
        .contains("another operation than it invoked in line 1");
  }

  @Test
  void refusesAListThatDoesNotEndAsItBegan() {
    assertThat(malformed("({:process 0, :type :invoke, :f :write, :value 3}]\n").reason())
        .contains("not EDN");
    assertThat(malformed("\n[{:process 0, :type :invoke, :f :write, :value 3}\n").reason())
        .contains("opened in line 2 does not end");
  }

  @Test
  void refusesWhatIsNestedTooDeep() {
    assertThat(malformed("{:process 0, :value " + "[".repeat(100_000)).reason()).contains("deeper");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"process":1,"type":"invoke","f":"write","val            | not JSON
          {"process":1,"type":"invoke","f":"write"}                | value is missing
          {"process":1.5,"type":"invoke","f":"write","value":1}    | process is no text
          {"process":1,"type":"invoke","f":"write","value":1} {}   | not JSON
          {"process":1,"type":"invoke","f":"cas","value":[1]}      | not [old, new]
          {"process":1,"type":"invoke","f":"read","key":"k"}       | name a key and some do not
          {"process":1,"type":1,"f":"read"}                        | type is missing or no text
          [1]                                                      | not an object
          """)
  void refusesWrongJsonByItsLine(String line, String reason) {
    String before = "{\"process\":0,\"type\":\"invoke\",\"f\":\"write\",\"value\":3}\n\n";
    assertThat(malformed(before + line))
        .satisfies(wrong -> assertThat(wrong.line()).isEqualTo(3))
        .satisfies(wrong -> assertThat(wrong.reason()).contains(reason));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "INFO  jepsen.ut",
        "INFO  jepsen.util - 0  :invoke",
        "INFO  jepsen.util - 0  :invoke  :write",
        "INFO  jepsen.util - 0  :invoke  :write  [1",
        "INFO  jepsen.util - 0  :invoke  :write  1 2",
        "hello"
      })
  void refusesWrongLogLines(String line) {
    String before = "INFO  jepsen.util - 1  :invoke  :write  3\n";
    assertThat(malformed(before + line).line()).isEqualTo(2);
  }

  private static Action action(String text) {
    return operations(text).get(0).action();
  }

  private static List<Operation> operations(String text) {
    ParsedHistory parsed = read(text);
    assertThat(parsed).isInstanceOf(Parsed.class);
    return ((Parsed) parsed).history().operations();
  }

  private static Malformed malformed(String text) {
    ParsedHistory parsed = read(text);
    assertThat(parsed).isInstanceOf(Malformed.class);
    return (Malformed) parsed;
  }

  private static ParsedHistory read(String text) {
    try {
      return HistoryText.read(new StringReader(text));
    } catch (IOException e) {
      throw new AssertionError("memory can be read", e);
    }
  }
}
