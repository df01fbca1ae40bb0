package io.holdfast.config.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class GreetingTest {

  private static final MemberId N1 = new MemberId(new NodeId("n1"), 7);

  @Test
  void identityGreetsWithAllThatItKnowsOfItself() {
    NodeIdentity identity = new NodeIdentity("m", N1.node(), 7, 3, 30, List.of(20L, 10L));
    assertThat(identity.member()).isEqualTo(N1);
    assertThat(identity.greeting("f"))
        .isEqualTo(new Greeting("m", "f", N1, 3, 30, List.of(20L, 10L)));
  }

  @Test
  void identityWithoutANameAnIncarnationOrABootIsNone() {
    assertThatIllegalArgumentException().isThrownBy(() -> identity("M", 7, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> identity("m", 0, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> identity("m", 7, 0));
    assertThat(identity("m", -1, 1).member()).hasToString("n1#ffffffffffffffff");
  }

  @Test
  void nonceOfABootIsKnownAsFarAsTheHistoryReaches() {
    Greeting hello = new Greeting("m", "f", N1, 4, 40, List.of(30L, 20L));
    assertThat(hello.nonceOf(4)).hasValue(40);
    assertThat(hello.nonceOf(3)).hasValue(30);
    assertThat(hello.nonceOf(2)).hasValue(20);
    assertThat(hello.nonceOf(1)).isEmpty();
    assertThat(hello.nonceOf(5)).isEmpty();
  }

  @Test
  void historyIsNoLongerThanTheBootsBeforeOrTheBound() {
    assertThat(greeting("f", 2, List.of(1L)).earlierNonces()).hasSize(1);
    assertThatIllegalArgumentException().isThrownBy(() -> greeting("f", 1, List.of(1L)));
    int most = NodeIdentity.MAX_EARLIER_NONCES;
    assertThat(greeting("f", 9_999, Collections.nCopies(most, 1L)).earlierNonces()).hasSize(most);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> greeting("f", 9_999, Collections.nCopies(most + 1, 1L)));
  }

  @Test
  void fingerprintIsBounded() {
    String longest = "f".repeat(Greeting.MAX_FINGERPRINT);
    assertThat(greeting(longest, 1, List.of()).fingerprint()).isEqualTo(longest);
    assertThatIllegalArgumentException().isThrownBy(() -> greeting(longest + "f", 1, List.of()));
  }

  @Test
  void membersSortByNameAndThenByIncarnationAsUnsigned() {
    MemberId high = new MemberId(N1.node(), -1);
    MemberId other = new MemberId(new NodeId("n2"), 1);
    assertThat(List.of(other, high, N1).stream().sorted()).containsExactly(N1, high, other);
  }

  @Test
  void namesOfGroupsSortAsTextAndAreChecked() {
    GroupId a = new GroupId("a");
    GroupId b = new GroupId("b-2");
    assertThat(List.of(b, a).stream().sorted()).containsExactly(a, b);
    assertThat(GroupId.isValid("a".repeat(63))).isTrue();
    for (String wrong : List.of("", "2", "A", "a_b", "-a", "a".repeat(64))) {
      assertThat(GroupId.isValid(wrong)).as(wrong).isFalse();
      assertThatIllegalArgumentException().isThrownBy(() -> new GroupId(wrong));
    }
  }

  private static NodeIdentity identity(String mesh, long incarnation, long bootCount) {
    return new NodeIdentity(mesh, N1.node(), incarnation, bootCount, 1, List.of());
  }

  private static Greeting greeting(String fingerprint, long bootCount, List<Long> nonces) {
    return new Greeting("m", fingerprint, N1, bootCount, 1, nonces);
  }
}
