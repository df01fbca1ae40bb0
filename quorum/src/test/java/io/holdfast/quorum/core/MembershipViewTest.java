package io.holdfast.quorum.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.NodeId;
import io.holdfast.quorum.core.MembershipView.Seen;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class MembershipViewTest {

  private static final MemberId A = member("a");
  private static final MemberId B = member("b");
  private static final MemberId C = member("c");
  private static final Configuration ABC = Configuration.of(List.of(A, B, C), 2);
  private static final Configuration BC = Configuration.of(List.of(B, C), 2);

  private static MemberId member(String name) {
    return new MemberId(new NodeId(name), 1);
  }

  private static Slot slot(long number) {
    return new Slot(number);
  }

  /** A is removed from slot 50 on. */
  private static MembershipView view(long next, Configuration after, Map<MemberId, Long> durable) {
    TreeMap<Slot, Configuration> both = new TreeMap<>();
    both.put(slot(0), ABC);
    both.put(slot(50), after);
    TreeMap<MemberId, Seen> seen = new TreeMap<>();
    durable.forEach((member, upTo) -> seen.put(member, new Seen(true, slot(60), slot(upTo))));
    return new MembershipView(B, Optional.of(B), 7, both, slot(next), slot(next), seen, false);
  }

  @Test
  void configurationGovernsFromItsFirstSlotOn() {
    MembershipView before = view(49, BC, Map.of());
    assertThat(before.governing()).isEqualTo(ABC);
    assertThat(before.governingNumber()).isEqualTo(6);
    assertThat(before.nextFrom()).contains(slot(50));
    assertThat(before.newest()).isEqualTo(BC);

    MembershipView after = view(50, BC, Map.of());
    assertThat(after.governing()).isEqualTo(BC);
    assertThat(after.governsSince()).isEqualTo(slot(50));
    assertThat(after.governingNumber()).isEqualTo(7);
    assertThat(after.nextFrom()).isEmpty();
  }

  @Test
  void handsOverOnceAVoterOfTheNewConfigurationHoldsAllBeforeIt() {
    assertThat(view(49, BC, Map.of(B, 48L, C, 20L)).isHandedOver()).isFalse();
    assertThat(view(50, BC, Map.of(A, 60L, B, 48L, C, 20L)).isHandedOver())
        .as("only who leaves holds it")
        .isFalse();
    assertThat(view(50, BC, Map.of(B, 49L, C, 20L)).isHandedOver()).isTrue();
  }

  /** Of three with w = 2, one may be lost: then another must hold it. */
  @Test
  void asManyMustHoldItThatTheLossOfThoseWhoMayBeLostLeavesOne() {
    Configuration bcd = Configuration.of(List.of(B, C, member("d")), 2);

    assertThat(view(50, bcd, Map.of(B, 49L, C, 48L)).isHandedOver()).isFalse();
    assertThat(view(50, bcd, Map.of(B, 49L, C, 49L)).isHandedOver()).isTrue();
  }

  @Test
  void withOneAcknowledgementAllVotersMustHoldIt() {
    Configuration one = Configuration.of(List.of(B, C), 1);

    assertThat(view(50, one, Map.of(B, 49L, C, 48L)).isHandedOver()).isFalse();
    assertThat(view(50, one, Map.of(B, 49L, C, 49L)).isHandedOver()).isTrue();
  }

  @Test
  void logsMayForgetWhatTheStoresOfAllMembersHoldAndNoMore() {
    assertThat(view(60, BC, Map.of(A, 41L, B, 55L, C, 43L)).durableAtAll()).isEqualTo(slot(41));
    assertThat(view(60, BC, Map.of(B, 55L, C, 0L)).durableAtAll())
        .as("who was never heard")
        .isEqualTo(Slot.ZERO);
    assertThat(view(60, BC, Map.of()).durableAtAll()).isEqualTo(Slot.ZERO);
  }
}
