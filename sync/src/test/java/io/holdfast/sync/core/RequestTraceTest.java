package io.holdfast.sync.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RequestTraceTest {

  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String SPAN = "00f067aa0ba902b7";
  private static final String HEADER = "00-" + TRACE + "-" + SPAN + "-01";

  @Test
  void takesTheIdsOfATraceParent() {
    assertThat(TraceContext.ofTraceParent(HEADER)).contains(new TraceContext(TRACE, SPAN));
  }

  @Test
  void takesTheFirstFieldsOfLaterVersions() {
    String later = "cc" + HEADER.substring(2);
    assertThat(TraceContext.ofTraceParent(later)).contains(new TraceContext(TRACE, SPAN));
    assertThat(TraceContext.ofTraceParent(later + "-what-comes-then"))
        .contains(new TraceContext(TRACE, SPAN));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00",
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "0g-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00F067AA0BA902B7-01",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0x",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-011",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
        "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01.more",
        "00-4bf92f3577b34da6a3ce929d0e0e473600f067aa0ba902b7----01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\n",
        " 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
      })
  void ignoresWhatIsNoTraceParent(String header) {
    assertThat(TraceContext.ofTraceParent(header)).isEmpty();
  }

  @Test
  void isNotMadeOfIdsThatAreNone() {
    assertThatThrownBy(() -> new TraceContext(TRACE + "0", SPAN))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new TraceContext(TRACE, "0".repeat(16)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new RequestTrace("two words", Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(RequestTrace.ALLOWED_ID);
  }

  @Test
  void requestIdsHaveUpTo128SafeCharacters() {
    assertThat(RequestTrace.isRequestId("a")).isTrue();
    assertThat(RequestTrace.isRequestId("Az09._:/+=@~-")).isTrue();
    assertThat(RequestTrace.isRequestId("x".repeat(128))).isTrue();
    assertThat(RequestTrace.isRequestId("")).isFalse();
    assertThat(RequestTrace.isRequestId("x".repeat(129))).isFalse();
    for (String wrong : new String[] {"a b", "a\n", "a\"", "a\\", "ä", "a\u2028", "a,b", "{a}"}) {
      assertThat(RequestTrace.isRequestId(wrong)).as(wrong).isFalse();
    }
  }
}
