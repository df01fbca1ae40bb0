package io.holdfast.config.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MeshSettingsTest {

  private static final HostPort HERE = new HostPort("10.0.0.1", 4100);

  @Test
  void holdsUpTo64PeersSortedByName() {
    MeshSettings mesh = mesh(MeshSettings.MAX_PEERS);
    assertThat(mesh.members()).hasSize(64).isSorted();
    assertThat(mesh.addressOf(new NodeId("n7"))).hasValue(new HostPort("h7", 1));
    assertThat(mesh.addressOf(new NodeId("n64"))).isEmpty();
    assertThatIllegalArgumentException().isThrownBy(() -> mesh(MeshSettings.MAX_PEERS + 1));
    assertThatIllegalArgumentException().isThrownBy(() -> mesh(0));
  }

  @Test
  void nodeThatIsAloneHasNobodyBesideItAndJoinsNobody() {
    List<PeerAddress> two = mesh(2).peers();
    List<PeerAddress> one = mesh(1).peers();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new MeshSettings("m", HERE, HERE, two, false, true));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new MeshSettings("m", HERE, HERE, one, true, true));
    assertThat(new MeshSettings("m", HERE, HERE, one, false, true).alone()).isTrue();
    assertThat(mesh(1).alone()).isFalse();
  }

  @Test
  void peerIsReadAsNameAndReachableAddress() {
    assertThat(PeerAddress.parse("n1@h:1")).hasToString("Optional[n1@h:1]");
    for (String wrong : List.of("", "h:1", "@h:1", "N@h:1", "n1@h", "n1@0.0.0.0:1", "n1@h:0")) {
      assertThat(PeerAddress.parse(wrong)).as(wrong).isEmpty();
    }
  }

  private static MeshSettings mesh(int peers) {
    return new MeshSettings(
        "m",
        HERE,
        HERE,
        IntStream.range(0, peers)
            .mapToObj(i -> new PeerAddress(new NodeId("n" + i), new HostPort("h" + i, 1)))
            .toList());
  }
}
