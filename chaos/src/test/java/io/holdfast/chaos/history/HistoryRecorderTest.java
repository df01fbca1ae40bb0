package io.holdfast.chaos.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.chaos.core.Action;
import io.holdfast.chaos.core.History;
import io.holdfast.chaos.core.Operation;
import io.holdfast.chaos.history.ParsedHistory.Parsed;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.config.core.OutcomeCode.Effect;
import java.io.IOException;
import java.io.StringReader;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HistoryRecorderTest {

  private static final Duration AT = Duration.ofNanos(17);
  private static final RegisterCall READ = new RegisterCall.Read("k");
  private static final RegisterCall WRITE = new RegisterCall.Write("k", Optional.of("v"));
  private static final RegisterCall CREATE =
      new RegisterCall.Cas("k", Optional.empty(), Optional.of("v"));

  private final HistoryRecorder recorder = new HistoryRecorder(100);

  @ParameterizedTest
  @EnumSource(OutcomeCode.class)
  void endsAWriteAsTheTableOfOutcomesSays(OutcomeCode code) throws IOException {
    assertThat(recorder.answered(invoke(WRITE), AT, code)).isTrue();
    String type = code.effect() == Effect.YES ? "ok" : code.effect() == Effect.NO ? "fail" : "info";
    assertThat(lines().get(1)).contains("\"type\":\"" + type + "\"").contains(code.code());
    assertThat(recorder.history().operations()).hasSize(code.effect() == Effect.NO ? 0 : 1);
    assertThat(recorder.history().operations())
        .allMatch(operation -> operation.known() == (code == OutcomeCode.COMMITTED));
  }

  @ParameterizedTest
  @EnumSource(value = OutcomeCode.class, mode = EnumSource.Mode.EXCLUDE, names = "COMMITTED")
  void endsARefusedReadAsAFailure(OutcomeCode code) {
    recorder.answered(invoke(READ), AT, code);
    assertThat(recorder.history().operations()).isEmpty();
  }

  @Test
  void keepsWhatAReadSaw() {
    recorder.read(invoke(READ), AT, Optional.of("v"));
    recorder.read(invoke(READ), AT, Optional.empty());
    assertThat(recorder.history().operations())
        .extracting(Operation::action)
        .containsExactly(new Action.Read("\"v\""), new Action.Read("nil"));
  }

  @Test
  void takesADeleteAsAWriteOfNothing() {
    recorder.answered(
        invoke(new RegisterCall.Write("k", Optional.empty())), AT, OutcomeCode.COMMITTED);
    assertThat(recorder.history().operations())
        .extracting(Operation::action)
        .containsExactly(new Action.Write("nil"));
  }

  @Test
  void takesACreationAsACasOnNothing() {
    recorder.answered(invoke(CREATE), AT, OutcomeCode.COMMITTED);
    assertThat(recorder.history().operations())
        .containsExactly(
            new Operation("p", "k", new Action.Cas("nil", "\"v\""), 0, OptionalInt.of(1)));
  }

  @Test
  void takesALostWriteAsUnknown() throws IOException {
    recorder.lost(invoke(WRITE), AT);
    assertThat(recorder.history().operations())
        .containsExactly(
            new Operation("p", "k", new Action.Write("\"v\""), 0, OptionalInt.empty()));
    assertThat(lines().get(1)).contains("\"info\"");
  }

  @Test
  void takesAWriteThatHasNotEndedAsUnknown() {
    invoke(WRITE);
    assertThat(recorder.history().operations()).hasSize(1).noneMatch(Operation::known);
  }

  @Test
  void takesARefusalAfterAnOpenAttemptAsUnknown() {
    int operation = invoke(WRITE);
    recorder.tried(operation, OutcomeCode.NO_LEADER);
    recorder.tried(operation, OutcomeCode.QUORUM_NOT_MET);
    recorder.tried(operation, OutcomeCode.NO_LEADER);
    recorder.answered(operation, AT, OutcomeCode.OVERLOADED);
    assertThat(recorder.history().operations()).hasSize(1).noneMatch(Operation::known);
  }

  @ParameterizedTest
  @EnumSource(OutcomeCode.class)
  void takesNothingButAVerdictOnTheWriteIdAsTheEndOfAnOpenAttempt(OutcomeCode code) {
    int operation = invoke(CREATE);
    recorder.tried(operation, OutcomeCode.OUTCOME_UNKNOWN);
    recorder.answered(operation, AT, code);
    boolean settled =
        Set.of(OutcomeCode.COMMITTED, OutcomeCode.COMPARE_FAILED, OutcomeCode.FENCED)
            .contains(code);
    assertThat(recorder.history().operations().stream().filter(each -> !each.known()).toList())
        .hasSize(settled ? 0 : 1);
  }

  @Test
  void takesARefusalAfterRefusalsAsAFailure() {
    int operation = invoke(WRITE);
    recorder.tried(operation, OutcomeCode.NO_LEADER);
    recorder.answered(operation, AT, OutcomeCode.OVERLOADED);
    assertThat(recorder.history().operations()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      value = OutcomeCode.class,
      names = {"COMPARE_FAILED", "FENCED"})
  void takesAVerdictOnTheWriteIdAsAFailureWhateverCameBefore(OutcomeCode code) {
    int operation = invoke(CREATE);
    recorder.tried(operation, OutcomeCode.QUORUM_NOT_MET);
    recorder.answered(operation, AT, code);
    assertThat(recorder.history().operations()).isEmpty();
  }

  @Test
  void endsAnOperationOnce() {
    int operation = invoke(WRITE);
    assertThat(recorder.lost(operation, AT)).isTrue();
    assertThat(recorder.answered(operation, AT, OutcomeCode.COMMITTED)).isFalse();
    assertThat(recorder.history().operations()).hasSize(1).noneMatch(Operation::known);
  }

  @Test
  void takesNoMoreThanItsBound() {
    HistoryRecorder small = new HistoryRecorder(1);
    OptionalInt first = small.invoke("p", AT, WRITE);
    small.lost(first.getAsInt(), AT);
    assertThat(small.invoke("p", AT, WRITE)).isEmpty();
    assertThat(small.operations()).isEqualTo(1);
  }

  @Test
  void refusesWhatNoHistoryCanHold() {
    int operation = invoke(WRITE);
    assertThatThrownBy(() -> invoke(READ)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> recorder.read(operation, AT, Optional.empty()))
        .hasMessageContaining("is no read");
    assertThatThrownBy(() -> recorder.lost(operation + 1, AT))
        .hasMessageContaining("never invoked");
    recorder.lost(operation, AT);
    int read = invoke(READ);
    assertThatThrownBy(() -> recorder.answered(read, AT, OutcomeCode.COMMITTED))
        .hasMessageContaining("ends with what it read");
    assertThatThrownBy(() -> recorder.invoke("nemesis", AT, READ))
        .isInstanceOf(IllegalArgumentException.class);
    String tooLong = "x".repeat(HistoryRecorder.MAX_TEXT + 1);
    assertThatThrownBy(
            () -> recorder.invoke("q", AT, new RegisterCall.Write("k", Optional.of(tooLong))))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new HistoryRecorder(0)).isInstanceOf(IllegalArgumentException.class);
    assertThat(recorder.operations()).isEqualTo(2);
  }

  @Property(tries = 500)
  void writesWhatIsReadBackAsTheSameHistory(
      @ForAll long seed, @ForAll String odd, @ForAll String key) throws IOException {
    HistoryRecorder written = new HistoryRecorder(20);
    Random random = new Random(seed);
    for (int i = 0; i < 30; i++) {
      Optional<String> value = random.nextBoolean() ? Optional.of(odd + i) : Optional.empty();
      RegisterCall call =
          switch (random.nextInt(3)) {
            case 0 -> new RegisterCall.Read(key);
            case 1 -> new RegisterCall.Write(key, value);
            default -> new RegisterCall.Cas(key, value, Optional.of(odd));
          };
      OptionalInt operation = written.invoke("p" + i % 7 + "." + i, AT, call);
      if (operation.isEmpty() || random.nextInt(5) == 0) {
        continue;
      }
      if (call instanceof RegisterCall.Read) {
        written.read(operation.getAsInt(), AT, value);
      } else {
        OutcomeCode[] codes = OutcomeCode.values();
        written.answered(operation.getAsInt(), AT, codes[random.nextInt(codes.length)]);
      }
    }
    StringBuilder text = new StringBuilder();
    written.writeTo(text);
    ParsedHistory parsed = HistoryText.read(new StringReader(text.toString()));
    assertThat(parsed).isEqualTo(new Parsed(written.history()));
    assertThat(written.history()).isNotEqualTo(new History(List.of()));
  }

  @Test
  void writesTheFormThatIsDocumented() throws IOException {
    recorder.answered(invoke(CREATE), AT, OutcomeCode.COMMITTED);
    assertThat(lines())
        .containsExactly(
            "{\"process\":\"p\",\"type\":\"invoke\",\"f\":\"cas\",\"key\":\"k\","
                + "\"value\":[null,\"v\"],\"time\":17}",
            "{\"process\":\"p\",\"type\":\"ok\",\"f\":\"cas\",\"key\":\"k\","
                + "\"value\":[null,\"v\"],\"code\":\"committed\",\"time\":17}");
  }

  private int invoke(RegisterCall call) {
    return recorder.invoke("p", AT, call).orElseThrow();
  }

  private List<String> lines() throws IOException {
    StringBuilder text = new StringBuilder();
    recorder.writeTo(text);
    return text.toString().lines().toList();
  }
}
