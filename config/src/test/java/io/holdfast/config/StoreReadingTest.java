package io.holdfast.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.PostgresqlSettings;
import io.holdfast.config.core.StoreKind;
import io.holdfast.config.store.DataDirectory;
import io.holdfast.config.store.DataDirectoryException;
import io.holdfast.config.store.DatabaseNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What keeps a node's databases, as settings say it and a directory remembers it. */
class StoreReadingTest {

  private static final String URL =
      "jdbc:postgresql://db.example:5433/holdfast?sslmode=verify-full";
  private static final String SECRET = "s3cret";

  @TempDir private Path directory = Path.of("unset");

  private static Map<String, String> postgresql(String... more) {
    Map<String, String> values = new HashMap<>();
    values.put("holdfast.store", "postgresql");
    values.put(PostgresqlSettings.URL, URL);
    values.put(PostgresqlSettings.USER, "holdfast");
    for (int i = 0; i < more.length; i += 2) {
      values.put(more[i], more[i + 1]);
    }
    return values;
  }

  private static SettingsResult read(Map<String, String> environment, Map<String, String> values) {
    return SettingsReader.read(Optional.empty(), new Properties(), environment, values);
  }

  private static PostgresqlSettings valid(Map<String, String> values) {
    SettingsResult read = read(Map.of(), values);
    assertThat(read).isInstanceOf(SettingsResult.Valid.class);
    return ((SettingsResult.Valid) read).settings().node().postgresql().orElseThrow();
  }

  private static List<String> problems(Map<String, String> values) {
    return problems(read(Map.of(), values));
  }

  private static List<String> problems(SettingsResult read) {
    assertThat(read).isInstanceOf(SettingsResult.Invalid.class);
    return ((SettingsResult.Invalid) read).problems().stream().map(SettingProblem::text).toList();
  }

  @Test
  void isFilesUnlessSaidOtherwiseAndThenNothingOfAServerIsLookedAt() {
    SettingsResult read = read(Map.of(), Map.of(PostgresqlSettings.URL, "anything"));
    assertThat(((SettingsResult.Valid) read).settings().node().store()).isEqualTo(StoreKind.H2);
    assertThat(((SettingsResult.Valid) read).settings().node().postgresql()).isEmpty();
  }

  @Test
  void readsWhereTheServerIsAndHowToComeIn() throws IOException {
    Path file = Files.writeString(directory.resolve("password"), SECRET + "\nmore\n");
    PostgresqlSettings read = valid(postgresql(PostgresqlSettings.PASSWORD_FILE, file.toString()));
    assertThat(read.url()).isEqualTo(URL);
    assertThat(read.password()).isEqualTo(SECRET);
    assertThat(read.schemaPrefix()).isEqualTo("holdfast");
    assertThat(valid(postgresql(PostgresqlSettings.PASSWORD, SECRET)).password()).isEqualTo(SECRET);
    assertThat(valid(postgresql()).password()).isEmpty();
    assertThat(read.toString()).contains(URL).doesNotContain(SECRET);
  }

  @Test
  void refusesAnotherKindOfStore() {
    assertThat(problems(Map.of("holdfast.store", "mysql")))
        .containsExactly("holdfast.store = \"mysql\" (command line): allowed is h2 or postgresql");
  }

  @Test
  void namesEverythingThatIsWrongAtOnce() {
    assertThat(
            problems(
                postgresql(
                    PostgresqlSettings.URL,
                    "",
                    PostgresqlSettings.USER,
                    "",
                    PostgresqlSettings.SCHEMA_PREFIX,
                    "Pre-fix",
                    "holdfast.postgresql.connect-timeout",
                    "1ms")))
        .hasSize(4)
        .anyMatch(text -> text.startsWith("holdfast.postgresql.url = \"\" (command line)"))
        .anyMatch(text -> text.startsWith("holdfast.postgresql.user = \"\""))
        .anyMatch(
            text -> text.contains("schema-prefix = \"Pre-fix\"") && text.contains("lower-case"))
        .anyMatch(
            text -> text.contains("connect-timeout = \"1ms\"") && text.contains("1s to 300s"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:h2:mem:x",
        "jdbc:postgresql:database",
        "jdbc:postgresql://a,b/d",
        "jdbc:postgresql://a:0/d",
        "jdbc:postgresql://a:65536/d",
        "jdbc:postgresql://a/",
        "jdbc:postgresql://a/d?options=-c%20synchronous_commit=off",
        "jdbc:postgresql://a/d?user=u&password=s3cret",
        "jdbc:postgresql://a/d?sslmode=require&sslpassword=s3cret",
        "jdbc:postgresql://u:s3cret@a/d",
        "jdbc:postgresql://u:p/s3cret@a/d",
        "jdbc:postgresql://u:p?s3cret@a/d",
        "jdbc:postgresql://u:p#s3cret@a/d",
        "jdbc:postgresql://u:p@s3cret@a/d",
        "jdbc:postgresql:/u:s3cret@a/d",
        "jdbc:postgresql:u:s3cret@a/d",
        "postgresql://u:/s3cret@a/d"
      })
  void refusesUrlsOfMoreThanOneServerOrWithMoreThanHowToReachItAndShowsNoSecret(String url) {
    assertThat(problems(postgresql(PostgresqlSettings.URL, url)))
        .hasSize(1)
        .allSatisfy(
            text ->
                assertThat(text)
                    .startsWith("holdfast.postgresql.url = ")
                    .contains("jdbc:postgresql://HOST[:PORT]/DATABASE")
                    .doesNotContain(SECRET));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:postgresql://127.0.0.1/d",
        "jdbc:postgresql://[::1]:5432/holdfast_1",
        "jdbc:postgresql://db-1.example/d?sslmode=require&sslrootcert=/etc/ca.pem"
      })
  void takesUrlsOfOneServer(String url) {
    assertThat(valid(postgresql(PostgresqlSettings.URL, url)).url()).isEqualTo(url);
  }

  @Test
  void refusesTwoPasswordsAndUnreadableFilesAndShowsNone() {
    Path missing = directory.resolve("missing");
    assertThat(problems(postgresql(PostgresqlSettings.PASSWORD_FILE, missing.toString())))
        .singleElement()
        .asString()
        .contains("holdfast.postgresql.password-file = \"" + missing, "a readable file");
    assertThat(
            problems(
                postgresql(
                    PostgresqlSettings.PASSWORD,
                    SECRET,
                    PostgresqlSettings.PASSWORD_FILE,
                    missing.toString())))
        .singleElement()
        .asString()
        .contains("give one of the two")
        .doesNotContain(SECRET);
  }

  @Test
  void showsNoSecretWhereItsKeyIsMisspelt() {
    assertThat(problems(postgresql("holdfast.postgresql.pasword", SECRET)))
        .singleElement()
        .asString()
        .contains(
            "holdfast.postgresql.pasword = ***", "did you mean holdfast.postgresql.password?");
    assertThat(problems(read(Map.of("HOLDFAST_POSTGRESQL_PASSWRD", SECRET), Map.of())))
        .singleElement()
        .asString()
        .contains("HOLDFAST_POSTGRESQL_PASSWRD = ***");
  }

  @Test
  void directoryRemembersWhatItWasFoundedWith() throws Exception {
    Path home = directory.resolve("n1");
    NodeId node = new NodeId("n1");
    try (DataDirectory made = DataDirectory.open(home, "m", node)) {
      made.requireStore(StoreKind.POSTGRESQL);
      made.requireStore(StoreKind.POSTGRESQL);
    }
    try (DataDirectory again = DataDirectory.open(home, "m", node)) {
      assertThatExceptionOfType(DataDirectoryException.class)
          .isThrownBy(() -> again.requireStore(StoreKind.H2))
          .withMessageContaining("was founded with holdfast.store = postgresql");
      again.requireStore(StoreKind.POSTGRESQL);
    }
    Path files = directory.resolve("n2");
    try (DataDirectory made = DataDirectory.open(files, "m", node)) {
      made.requireStore(StoreKind.H2);
      made.saveDatabaseBoots(Map.of(DatabaseNames.JOURNAL, 1L));
      assertThatExceptionOfType(DataDirectoryException.class)
          .isThrownBy(() -> made.requireStore(StoreKind.POSTGRESQL))
          .withMessageContaining("was founded with holdfast.store = h2");
    }
  }
}
