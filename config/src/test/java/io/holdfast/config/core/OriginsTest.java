package io.holdfast.config.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import org.junit.jupiter.api.Test;

class OriginsTest {

  private static final GroupId MAIN = new GroupId("main");
  private static final GroupId OTHER = new GroupId("other");
  private static final Set<GroupId> BOTH = Set.of(MAIN, OTHER);
  private static final NodeId N1 = new NodeId("n1");
  private static final NodeId N2 = new NodeId("n2");
  private static final Origins RESTORED =
      Origins.NONE.with(MAIN, "slot 7, chain hash ab").with(OTHER, "slot 3, chain hash cd");

  @Test
  void isReadAsItWasWrittenBelowAFingerprint() {
    String sent = RESTORED.below("line one\nline two");

    assertThat(Origins.in(sent)).isEqualTo(RESTORED);
    assertThat(Origins.above(sent)).isEqualTo("line one\nline two");
  }

  @Test
  void fingerprintWithoutOriginsIsSentAsItIs() {
    assertThat(Origins.NONE.below("line one\n")).isEqualTo("line one\n");
    assertThat(Origins.above("line one\n")).isEqualTo("line one\n");
    assertThat(Origins.in("line one")).isEqualTo(Origins.NONE);
    assertThat(Origins.in("")).isEqualTo(Origins.NONE);
  }

  @Test
  void foundersThatBeganWithTheSameAreNotRefused() {
    assertThat(RESTORED.refusal(N1, N2, BOTH, RESTORED)).isEmpty();
  }

  @Test
  void founderThatBeganWithNothingOrAnotherStateIsRefusedByTheFirstGroupThatDiffers() {
    assertThat(RESTORED.refusal(N1, N2, BOTH, Origins.NONE))
        .hasValueSatisfying(
            reason ->
                assertThat(reason)
                    .contains(
                        "group main of n1 with what was restored from slot 7", "n2 with nothing"));
    assertThat(RESTORED.refusal(N1, N2, BOTH, RESTORED.with(OTHER, "slot 4, chain hash ef")))
        .hasValueSatisfying(
            reason -> assertThat(reason).contains("group other of n1", "slot 3", "slot 4"));
  }

  @Test
  void founderThatRestoredMoreGroupsIsRefused() {
    Origins less = Origins.NONE.with(MAIN, "slot 7, chain hash ab");

    assertThat(less.refusal(N1, N2, BOTH, RESTORED))
        .hasValueSatisfying(
            reason -> assertThat(reason).contains("group other of n1 with nothing"));
  }

  @Test
  void groupsThatTheOtherIsNoMemberOfDoNotCount() {
    Origins main = Origins.NONE.with(MAIN, "slot 7, chain hash ab");

    assertThat(RESTORED.refusal(N1, N2, Set.of(MAIN), main)).isEmpty();
    assertThat(RESTORED.refusal(N1, N2, Set.of(), Origins.NONE)).isEmpty();
  }

  @Test
  void whoBeganWithNothingRefusesNobody() {
    assertThat(Origins.NONE.refusal(N1, N2, BOTH, RESTORED)).isEmpty();
  }

  @Test
  void malformedOriginsAreRejected() {
    assertThatThrownBy(() -> Origins.in("restored main"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Origins.in("restored ma in from x"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Origins.NONE.with(MAIN, "x".repeat(129)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Origins.NONE.with(MAIN, "two\nlines"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
