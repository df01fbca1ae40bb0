package io.holdfast.mesh.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.protobuf.ByteString;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.Now;
import io.holdfast.mesh.core.PendingRequest.Caller;
import io.holdfast.mesh.core.PendingRequest.Stage;
import io.holdfast.sync.core.Command;
import io.holdfast.sync.core.WriteCommand;
import io.holdfast.sync.core.WriteId;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class PendingRequestsTest {

  private static final MemberId B = new MemberId(new NodeId("b"), 7);
  private static final MemberId C = new MemberId(new NodeId("c"), 7);

  private final PendingRequests pending = new PendingRequests();

  @Test
  void clientIsLetGoOnceAtItsTime() {
    pending.put(leaving(1, 100));
    assertThat(letGo(99)).isEmpty();
    assertThat(letGo(100)).containsExactly(1L);
    assertThat(letGo(101)).isEmpty();
    assertThat(pending.here()).isEqualTo(1);
  }

  @Test
  void clientsAreLetGoInTheOrderOfTheirTimesAndAllOfOneTime() {
    pending.put(leaving(1, 300));
    pending.put(leaving(2, 100));
    pending.put(leaving(3, 100));
    pending.put(leaving(4, 301));
    assertThat(letGo(300)).containsExactly(2L, 3L, 1L);
    assertThat(letGo(301)).containsExactly(4L);
  }

  @Test
  void clockMayWrapAroundBetweenTwoTimesOfLeaving() {
    pending.put(leaving(1, Long.MIN_VALUE + 5));
    pending.put(leaving(2, Long.MAX_VALUE - 5));
    assertThat(letGo(Long.MAX_VALUE - 5)).containsExactly(2L);
    assertThat(letGo(Long.MIN_VALUE + 5)).containsExactly(1L);
  }

  @Test
  void requestThatMovesOnKeepsItsTimeOfLeaving() {
    PendingRequest request = leaving(1, 100);
    pending.put(request);
    pending.put(request.at(new Stage.AtReplica(false)));
    assertThat(letGo(100)).containsExactly(1L);
  }

  @Test
  void lostRequestsAreRemovedAndTheOthersStay() {
    pending.put(elsewhere(1, B));
    pending.put(elsewhere(2, C));
    assertThat(pending.removeElsewhere(stage -> stage.to().equals(B)))
        .extracting(PendingRequest::ticket)
        .containsExactly(1L);
    assertThat(pending.elsewhere()).isEqualTo(1);
    assertThat(pending.findElsewhere(1)).isNull();
    assertThat(pending.findElsewhere(2)).isNotNull();
  }

  @Test
  void everythingIsRemovedInTheOrderInWhichItCame() {
    pending.put(elsewhere(1, B));
    pending.put(leaving(2, 100));
    pending.put(elsewhere(3, C));
    pending.put(leaving(4, 50));
    assertThat(pending.removeAll())
        .extracting(PendingRequest::ticket)
        .containsExactly(1L, 2L, 3L, 4L);
    assertThat(pending.here() + pending.elsewhere()).isZero();
    assertThat(letGo(100)).isEmpty();
  }

  @Test
  void limitsAreOneOrMoreAndTheWaitPositive() {
    assertThat(limits(1, 1, 1)).isNotNull();
    assertThatIllegalArgumentException().isThrownBy(() -> limits(0, 1, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> limits(1, 0, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> limits(1, 1, 0));
  }

  private static RouterLimits limits(int nanos, int forwarded, int here) {
    return new RouterLimits(Duration.ofNanos(nanos), forwarded, here, Duration.ZERO);
  }

  private List<Long> letGo(long atNanos) {
    return pending.letGo(new Now(atNanos, 0)).stream().map(PendingRequest::ticket).toList();
  }

  private static PendingRequest leaving(long ticket, long atNanos) {
    ClientRequest write =
        ClientRequest.Write.of(
            WriteCommand.of(
                WriteId.of(1, new UUID(0, ticket)),
                new Command.Delete(ByteString.copyFromUtf8("k"))));
    return new PendingRequest(
        ticket,
        new Caller.Client(ticket),
        write,
        0,
        OptionalLong.of(atNanos),
        new Stage.AtCoordinator(false));
  }

  private static PendingRequest elsewhere(long ticket, MemberId to) {
    return new PendingRequest(
        ticket,
        new Caller.Client(ticket),
        new ClientRequest.Read(ByteString.copyFromUtf8("k")),
        0,
        OptionalLong.empty(),
        new Stage.Elsewhere(to, 1_000));
  }
}
