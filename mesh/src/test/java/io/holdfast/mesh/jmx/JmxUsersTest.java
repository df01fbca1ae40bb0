package io.holdfast.mesh.jmx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import javax.security.auth.Subject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may come in by JMX. */
class JmxUsersTest {

  private static final String HASH = PasswordHash.of("secret").text();

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path dir;

  private Path file(String text, String permissions) throws Exception {
    Path file = dir.resolve("users");
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    return file;
  }

  @Test
  void knowsUsersByTheirPasswordsWithTheirRoles() throws Exception {
    JmxUsers users =
        JmxUsers.read(
            file("# comment\n\nann readonly " + HASH + "\nbob readwrite " + HASH, "rw-------"));
    assertThat(users.names()).containsExactly("ann", "bob");
    Subject ann = users.authenticate(new String[] {"ann", "secret"});
    assertThat(ann.getPrincipals(JmxRole.class)).containsExactly(JmxRole.READONLY);
    assertThat(ann.isReadOnly()).isTrue();
    for (Object wrong :
        new Object[] {
          new String[] {"ann", "Secret"},
          new String[] {"carl", "secret"},
          new String[] {"ann"},
          new String[] {"ann", null},
          "ann",
          null
        }) {
      assertThatThrownBy(() -> users.authenticate(wrong))
          .isExactlyInstanceOf(SecurityException.class)
          .hasMessageNotContaining("secret");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ann readonly",
        "ann root HASH",
        "ann readonly plain",
        "1 readonly HASH",
        "ann readonly HASH\nann readonly HASH"
      })
  void wrongLineIsNamedWithWhatIsAllowed(String text) throws Exception {
    Path file = file("\n" + text.replace("HASH", HASH), "rw-------");
    assertThatThrownBy(() -> JmxUsers.read(file))
        .isInstanceOf(WrongJmxSetting.class)
        .hasMessageContaining("holdfast.jmx.users-file = \"" + file + "\": line ")
        .hasMessageContaining("allowed is NAME ROLE HASH")
        .hasMessageNotContaining(HASH);
  }

  @Test
  void fileThatOthersCanReadIsRefusedWithWhatToDo() throws Exception {
    Path file = file("ann readonly " + HASH, "rw-r--r--");
    assertThatThrownBy(() -> JmxUsers.read(file))
        .isInstanceOf(WrongJmxSetting.class)
        .hasMessageContaining("next: chmod 600 " + file);
  }

  @Test
  void passwordThatIsTooLongIsRefusedThoughItsBeginningFits() throws Exception {
    String longest = "x".repeat(PasswordHash.MAX_PASSWORD);
    JmxUsers users = JmxUsers.only("ann", longest);
    assertThat(users.authenticate(new String[] {"ann", longest}).getPrincipals()).hasSize(2);
    assertThatThrownBy(() -> users.authenticate(new String[] {"ann", longest + "x"}))
        .isExactlyInstanceOf(SecurityException.class);
  }

  @Test
  void emptyOrMissingFileIsRefused() throws Exception {
    Path file = file("# nobody", "rw-------");
    assertThatThrownBy(() -> JmxUsers.read(file)).hasMessageContaining("it names nobody");
    assertThatThrownBy(() -> JmxUsers.read(dir.resolve("none")))
        .isInstanceOf(WrongJmxSetting.class)
        .hasMessageContaining("allowed is a file that can be read");
  }

  @Test
  void hashSaysNothingOfThePasswordAndIsReadAsItIsWritten() {
    PasswordHash hash = PasswordHash.of("secret");
    assertThat(hash.toString()).isEqualTo("PasswordHash");
    assertThat(PasswordHash.parse(hash.text()).orElseThrow().isOf("secret")).isTrue();
    assertThat(PasswordHash.of("secret").text()).as("another salt").isNotEqualTo(hash.text());
    assertThat(PasswordHash.parse(hash.text().replace("210000", "9999"))).isEmpty();
  }
}
