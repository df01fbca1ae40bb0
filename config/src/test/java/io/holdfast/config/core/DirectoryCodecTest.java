package io.holdfast.config.core;

import static io.holdfast.config.core.DirectorySample.MAIN;
import static io.holdfast.config.core.DirectorySample.N1;
import static io.holdfast.config.core.DirectorySample.N2;
import static io.holdfast.config.core.DirectorySample.N2_AGAIN;
import static io.holdfast.config.core.DirectorySample.N3;
import static io.holdfast.config.core.DirectorySample.N4;
import static io.holdfast.config.core.DirectorySample.group;
import static io.holdfast.config.core.DirectorySample.seeded;
import static io.holdfast.config.core.DirectorySample.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.holdfast.config.wire.ListedGroupProto;
import io.holdfast.config.wire.ListedNodeProto;
import io.holdfast.config.wire.MeshDirectoryProto;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DirectoryCodecTest {

  private static final MeshDirectory DIRECTORY =
      with(
          with(seeded(), 5, N2_AGAIN, N4),
          6,
          new GroupId("orders"),
          group(new GroupId("orders--5"), N1, N4).beingDeleted());

  @Test
  void readsBackADirectory() throws Exception {
    byte[] bytes = DirectoryCodec.toProto(DIRECTORY).toByteArray();
    assertThat(DirectoryCodec.fromProto(MeshDirectoryProto.parseFrom(bytes))).isEqualTo(DIRECTORY);
  }

  @Test
  void readsNothingAsNoDirectory() {
    assertThat(DirectoryCodec.fromProto(MeshDirectoryProto.getDefaultInstance()))
        .isEqualTo(MeshDirectory.NONE);
    assertThat(DirectoryCodec.toProto(MeshDirectory.NONE))
        .isEqualTo(MeshDirectoryProto.getDefaultInstance());
  }

  @Test
  void equalDirectoriesHaveEqualBytesHoweverTheyWereMade() {
    MeshDirectory otherOrder =
        with(with(with(seeded(), 5, N4), 5, N2_AGAIN), 5, MAIN, group(MAIN, N1, N2, N3));
    MeshDirectory oneOrder = with(with(seeded(), 5, N2_AGAIN), 5, N4);
    assertThat(DirectoryCodec.toProto(otherOrder).toByteString())
        .isEqualTo(DirectoryCodec.toProto(oneOrder).toByteString());
  }

  static Stream<Arguments> outOfRange() {
    ListedNodeProto node = ListedNodeProto.newBuilder().setIncarnation(1).setAddress("h:1").build();
    ListedGroupProto group = DirectoryCodec.toProto(DIRECTORY).getGroupsOrThrow(MAIN.value());
    return Stream.of(
        change("a negative version", proto -> proto.setVersion(-1)),
        change("entries of version 0", proto -> proto.setVersion(0)),
        change("a node with no name", proto -> proto.putNodes("", node)),
        change(
            "a node with no value",
            proto -> proto.putNodes("x", ListedNodeProto.getDefaultInstance())),
        change(
            "a node with no incarnation",
            proto -> proto.putNodes("x", node.toBuilder().clearIncarnation().build())),
        change(
            "a node with no address",
            proto -> proto.putNodes("x", node.toBuilder().setAddress("h").build())),
        change(
            "a node at a wildcard",
            proto -> proto.putNodes("x", node.toBuilder().setAddress("0.0.0.0:1").build())),
        change("a group with no name", proto -> proto.putGroups("", group)),
        change(
            "a group with no value",
            proto -> proto.putGroups("x", ListedGroupProto.getDefaultInstance())),
        change(
            "a group with no log",
            proto -> proto.putGroups("x", group.toBuilder().clearLog().build())),
        change(
            "a group with no founder",
            proto -> proto.putGroups("x", group.toBuilder().clearFounders().build())),
        change(
            "a group whose w is negative",
            proto -> proto.putGroups("x", group.toBuilder().setW(-1).build())),
        change(
            "a group whose quorums miss each other",
            proto -> proto.putGroups("x", group.toBuilder().setPrepareQuorum(1).build())),
        change(
            "a group whose founder has no name",
            proto ->
                proto.putGroups(
                    "x",
                    group.toBuilder()
                        .addFounders(group.getFounders(0).toBuilder().clearNode())
                        .build())));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("outOfRange")
  void refusesWhatIsOutOfRange(String what, Consumer<MeshDirectoryProto.Builder> change) {
    MeshDirectoryProto.Builder proto = DirectoryCodec.toProto(DIRECTORY).toBuilder();
    change.accept(proto);
    assertThatIllegalArgumentException()
        .as(what)
        .isThrownBy(() -> DirectoryCodec.fromProto(proto.build()));
  }

  private static Arguments change(String what, Consumer<MeshDirectoryProto.Builder> change) {
    return Arguments.of(what, change);
  }
}
