package io.holdfast.mesh.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.acceptor.core.MalformedMessage;
import io.holdfast.config.core.NodeId;
import io.holdfast.mesh.Glimpse;
import io.holdfast.mesh.Health;
import io.holdfast.mesh.wire.GlimpseProto;
import io.holdfast.mesh.wire.GroupGlimpseProto;
import io.holdfast.mesh.wire.LinkProto;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class GlimpseFormTest {

  private static final NodeId NODE = new NodeId("n1");
  private static final String LONG = "x".repeat(Glimpse.MAX_TEXT + 1);

  private static void refuses(String why, Consumer<GlimpseProto.Builder> change) {
    GlimpseProto.Builder proto = GlimpseForm.encode(GlimpseSample.of(NODE)).toBuilder();
    change.accept(proto);

    assertThatThrownBy(() -> GlimpseForm.decode(NODE, proto.build()))
        .isInstanceOf(MalformedMessage.class)
        .hasMessageContaining(why);
  }

  @Test
  void refusesMoreThanANodeHasToTell() {
    refuses(
        "reasons: at most 8",
        proto -> {
          for (int i = 0; i < 8; i++) {
            proto.addReasons("r");
          }
        });
    refuses(
        "links: at most 64",
        proto -> {
          for (int i = 0; i < 64; i++) {
            proto.addLinks(LinkProto.newBuilder().setPeer("n" + i));
          }
        });
    refuses(
        "groups: at most 17",
        proto -> {
          for (int i = 0; i < 17; i++) {
            proto.addGroups(GroupGlimpseProto.newBuilder().setGroup("g" + i));
          }
        });
    refuses(
        "verdicts: at most",
        proto -> {
          for (int i = 0; i < 500; i++) {
            proto.getGroupsBuilder(0).putVerdicts("code-" + i, 1);
          }
        });
  }

  @Test
  void refusesLongTextsAndNamesThatAreNone() {
    refuses("reason of 513 characters", proto -> proto.addReasons(LONG));
    refuses("state of 513 characters", proto -> proto.setState(LONG));
    refuses("version of 513 characters", proto -> proto.setVersion(LONG));
    refuses("role of 513 characters", proto -> proto.getGroupsBuilder(0).setRole(LONG));
    refuses("ballot of 513 characters", proto -> proto.getGroupsBuilder(0).setHighest(LONG));
    refuses("outcome code of 513", proto -> proto.getGroupsBuilder(0).putVerdicts(LONG, 1));
    refuses("node id of 3 characters", proto -> proto.getLinksBuilder(0).setPeer("N 1"));
    refuses("group id of 0 characters", proto -> proto.getGroupsBuilder(0).clearGroup());
  }

  @Test
  void takesALevelThatItDoesNotKnowForABadOne() throws MalformedMessage {
    GlimpseProto later =
        GlimpseForm.encode(GlimpseSample.of(NODE)).toBuilder().setLevel("on-fire").build();

    assertThat(GlimpseForm.decode(NODE, later).level()).isEqualTo(Health.Level.FAILING);
  }
}
