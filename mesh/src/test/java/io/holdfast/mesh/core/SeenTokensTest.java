package io.holdfast.mesh.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.NodeId;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

final class SeenTokensTest {

  private static final MemberId PEER = new MemberId(new NodeId("n2"), 2);
  private static final MemberId OTHER = new MemberId(new NodeId("n3"), 3);

  private final SeenTokens tokens = new SeenTokens();

  @Test
  void everyPeerCountsForItself() {
    assertThat(tokens.isNew(PEER, 7)).isTrue();
    assertThat(tokens.isNew(OTHER, 7)).isTrue();
    assertThat(tokens.isNew(PEER, 7)).isFalse();
  }

  @Test
  void overtakenTokensAreNewOnce() {
    tokens.isNew(PEER, 100);
    assertThat(tokens.isNew(PEER, 60)).isTrue();
    assertThat(tokens.isNew(PEER, 60)).isFalse();
    assertThat(tokens.isNew(PEER, 100)).isFalse();
  }

  @Test
  void whatIsBehindTheWindowCountsAsSeen() {
    tokens.isNew(PEER, 0);
    assertThat(tokens.isNew(PEER, SeenTokens.WINDOW)).isTrue();
    assertThat(tokens.isNew(PEER, 0)).isFalse();
    assertThat(tokens.isNew(PEER, 1)).isTrue();
  }

  @Test
  void placesAreFreeAgainOnceTheWindowHasMovedOn() {
    tokens.isNew(PEER, 5);
    tokens.isNew(PEER, SeenTokens.WINDOW + 10);
    assertThat(tokens.isNew(PEER, SeenTokens.WINDOW + 5)).as("the place of 5").isTrue();
    assertThat(tokens.isNew(PEER, SeenTokens.WINDOW + 5)).isFalse();

    tokens.isNew(PEER, 3L * SeenTokens.WINDOW);
    assertThat(tokens.isNew(PEER, 2L * SeenTokens.WINDOW + 10)).as("far behind").isTrue();
    assertThat(tokens.isNew(PEER, 2L * SeenTokens.WINDOW)).as("just outside").isFalse();
    assertThat(tokens.isNew(PEER, 2L * SeenTokens.WINDOW + 1)).as("just inside").isTrue();
  }

  @Test
  void aShortStepFreesThePlacesThatItPasses() {
    tokens.isNew(PEER, 5);
    tokens.isNew(PEER, SeenTokens.WINDOW - 1);
    tokens.isNew(PEER, SeenTokens.WINDOW + 10);
    assertThat(tokens.isNew(PEER, SeenTokens.WINDOW + 5)).as("the place of 5").isTrue();
    assertThat(tokens.isNew(PEER, SeenTokens.WINDOW - 1)).as("a place not passed").isFalse();
  }

  @Test
  void anotherBootOfAPeerBeginsAnew() {
    tokens.isNew(PEER, Long.MAX_VALUE);
    assertThat(tokens.isNew(PEER, 3)).isTrue();
    assertThat(tokens.isNew(PEER, 2)).isTrue();
    assertThat(tokens.isNew(PEER, 3)).isFalse();
  }

  @Test
  void aLateMessageOfAnEarlierBootMakesNothingNewAgain() {
    tokens.isNew(PEER, 1L << 40);
    tokens.isNew(PEER, 3);
    assertThat(tokens.isNew(PEER, 1L << 40)).isFalse();
    assertThat(tokens.isNew(PEER, (1L << 40) + 1)).isTrue();
    assertThat(tokens.isNew(PEER, 3)).isFalse();
  }

  @Test
  void tokensMayOverflow() {
    assertThat(tokens.isNew(PEER, Long.MAX_VALUE)).isTrue();
    assertThat(tokens.isNew(PEER, Long.MIN_VALUE)).isTrue();
    assertThat(tokens.isNew(PEER, Long.MAX_VALUE)).isFalse();
  }

  @Property
  void agreesWithASetWithinTheWindow(
      @ForAll @Size(max = 200) List<@IntRange(min = 0, max = 60_000) Integer> sequence) {
    SeenTokens fresh = new SeenTokens();
    Set<Integer> seen = new HashSet<>();
    for (int token : sequence) {
      assertThat(fresh.isNew(PEER, token)).isEqualTo(seen.add(token));
    }
  }
}
