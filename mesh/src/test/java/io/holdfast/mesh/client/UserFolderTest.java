package io.holdfast.mesh.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.holdfast.mesh.client.UserMeshException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UserFolderTest {

  private static final UserNode NODE =
      new UserNode(
          7,
          Instant.parse("2026-01-02T03:04:05.060Z"),
          new MeshEndpoint("127.0.0.1", 4711),
          "start-7",
          new BearerToken("the-secret"),
          "1.2");

  @TempDir private Path dir = Path.of("");

  private UserFolder folder() {
    return new UserFolder(dir.resolve("a").resolve("local"));
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  private static UserMeshException refusal(UserFolder folder) {
    return catchThrowableOfType(UserMeshException.class, folder::require);
  }

  @Test
  void isWhereTheEnvironmentSays() {
    Map<String, String> home = Map.of("HOME", "/home/u");
    assertThat(UserFolder.of(home).path()).hasToString("/home/u/.local/share/holdfast/local");
    Map<String, String> xdg = Map.of("HOME", "/home/u", "XDG_DATA_HOME", "/xdg");
    assertThat(UserFolder.of(xdg).path()).hasToString("/xdg/holdfast/local");
    Map<String, String> relative = Map.of("HOME", "/home/u", "XDG_DATA_HOME", "xdg");
    assertThat(UserFolder.of(relative).path())
        .as("a relative XDG_DATA_HOME is ignored")
        .hasToString("/home/u/.local/share/holdfast/local");
    Map<String, String> named = Map.of("XDG_DATA_HOME", "/xdg", "HOLDFAST_DATA", "/here");
    assertThat(UserFolder.of(named).path()).hasToString("/here");
  }

  @Test
  void belongsToItsOwnerAlone() throws Exception {
    folder().require();
    folder().require();
    assertThat(permissions(folder().path())).isEqualTo("rwx------");
    folder().publish(NODE);
    assertThat(permissions(folder().path().resolve("node.json"))).isEqualTo("rw-------");
    try (var files = Files.list(folder().path())) {
      assertThat(files).as("nothing is left behind").hasSize(1);
    }
  }

  @Test
  void refusesAFolderThatOthersCanEnter() throws Exception {
    folder().require();
    Files.setPosixFilePermissions(folder().path(), PosixFilePermissions.fromString("rwxr-x--x"));
    assertThat(refusal(folder()).kind()).isEqualTo(Kind.FOLDER);
    assertThat(refusal(folder())).hasMessageContaining("chmod 700 " + folder().path());
    assertThat(permissions(folder().path())).as("it is left as it is").isEqualTo("rwxr-x--x");
  }

  @Test
  void refusesAFolderOfAnotherUser() throws Exception {
    folder().require();
    UserPrincipal nobody =
        folder()
            .path()
            .getFileSystem()
            .getUserPrincipalLookupService()
            .lookupPrincipalByName("nobody");
    try {
      Files.setOwner(folder().path(), nobody);
    } catch (IOException notRoot) {
      Assumptions.abort("only root can give a folder away: " + notRoot);
    }
    assertThat(refusal(folder()).kind()).isEqualTo(Kind.FOLDER);
    assertThat(refusal(folder())).hasMessageContaining("another user's");
  }

  @Test
  void refusesWhatCannotBeMade() throws Exception {
    Path file = Files.writeString(dir.resolve("file"), "x");
    for (Path impossible : new Path[] {file, file.resolve("below"), Path.of("/proc/local")}) {
      UserMeshException refusal = refusal(new UserFolder(impossible));
      assertThat(refusal.kind()).isEqualTo(Kind.FOLDER);
      assertThat(refusal)
          .hasMessageContaining(impossible.toString())
          .hasMessageContaining("HOLDFAST_DATA");
    }
  }

  @Test
  void whatTheNodeSaysOfItselfIsReadAsItWasWritten() throws Exception {
    folder().require();
    assertThat(folder().node()).isEmpty();
    folder().publish(NODE);
    assertThat(folder().node()).contains(NODE);
    folder().retract();
    assertThat(folder().node()).isEmpty();
  }

  @Test
  void textThatNoNodeHasWrittenIsNone() throws Exception {
    folder().require();
    for (String text : new String[] {"", "{", "[]", "{}", NODE.json().replace("4711", "x")}) {
      Files.writeString(folder().path().resolve("node.json"), text);
      assertThat(folder().node()).as(text).isEmpty();
    }
  }

  @Test
  void processOfTheSameNumberThatStartedAtAnotherTimeIsAnother() {
    ProcessHandle self = ProcessHandle.current();
    Instant started = UserNode.startOf(self);
    assertThat(nodeOf(self.pid(), started).process()).contains(self);
    assertThat(nodeOf(self.pid(), started.minusSeconds(5)).process()).isEmpty();
  }

  private static UserNode nodeOf(long pid, Instant started) {
    return new UserNode(pid, started, NODE.endpoint(), "x", NODE.token(), "1");
  }

  @Test
  void tellsNothingOfItsSecretInText() {
    assertThat(NODE.toString()).doesNotContain("the-secret");
    assertThat(NODE.json()).contains("the-secret");
  }
}
