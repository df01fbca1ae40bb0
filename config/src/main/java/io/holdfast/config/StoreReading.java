package io.holdfast.config;

import io.holdfast.config.core.NodeSettings;
import io.holdfast.config.core.PostgresqlSettings;
import io.holdfast.config.core.StoreKind;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** Reads {@code holdfast.store} and {@code holdfast.postgresql}. */
final class StoreReading {

  private static final int MAX_PASSWORD_BYTES = 4096;

  private final SettingValues values;

  StoreReading(SettingValues values) {
    this.values = values;
  }

  /**
   * What keeps the databases, the texts of its settings checked; empty where something is wrong. Of
   * {@code holdfast.postgresql} nothing is looked at unless it is asked for, but for numbers.
   */
  Optional<Texts> read() {
    int before = values.problemCount();
    Optional<StoreKind> kind =
        values
            .text(
                values.raw(NodeSettings.STORE),
                word -> StoreKind.of(word).isPresent(),
                StoreKind.ALLOWED)
            .flatMap(StoreKind::of);
    if (kind.isEmpty() || kind.get() == StoreKind.H2) {
      return kind.map(h2 -> new Texts(h2, "", "", "", ""));
    }
    Optional<String> url =
        values.text(
            values.raw(PostgresqlSettings.URL),
            PostgresqlSettings::isUrl,
            PostgresqlSettings.URL_ALLOWED);
    Optional<String> user =
        values.text(
            values.raw(PostgresqlSettings.USER),
            PostgresqlSettings::isUser,
            PostgresqlSettings.USER_ALLOWED);
    Optional<String> prefix =
        values.text(
            values.raw(PostgresqlSettings.SCHEMA_PREFIX),
            PostgresqlSettings::isPrefix,
            PostgresqlSettings.PREFIX_ALLOWED);
    Optional<String> password = password();
    return values.problemCount() == before
        ? Optional.of(
            new Texts(
                kind.get(),
                url.orElseThrow(),
                user.orElseThrow(),
                password.orElseThrow(),
                prefix.orElseThrow()))
        : Optional.empty();
  }

  private Optional<String> password() {
    RawSetting given = values.raw(PostgresqlSettings.PASSWORD);
    RawSetting file = values.raw(PostgresqlSettings.PASSWORD_FILE);
    Optional<String> password = values.text(given, text -> true, "a text");
    Optional<String> path = values.text(file, text -> true, "a path to a file");
    if (password.isEmpty() || path.isEmpty() || path.get().isEmpty()) {
      return path.isEmpty() ? Optional.empty() : password;
    }
    if (!password.get().isEmpty()) {
      values.refuse(
          file, "nothing beside " + PostgresqlSettings.PASSWORD + ": give one of the two");
      return Optional.empty();
    }
    Optional<String> read = firstLine(path.get());
    if (read.isEmpty()) {
      values.refuse(
          file,
          "a readable file whose first line is the password, of up to "
              + MAX_PASSWORD_BYTES
              + " bytes of UTF-8");
    }
    return read;
  }

  private static Optional<String> firstLine(String path) {
    try {
      Path file = Path.of(path);
      if (!Files.isRegularFile(file) || Files.size(file) > MAX_PASSWORD_BYTES) {
        return Optional.empty();
      }
      return Files.readString(file, StandardCharsets.UTF_8)
          .lines()
          .findFirst()
          .filter(line -> !line.isEmpty());
    } catch (InvalidPathException | CharacterCodingException e) {
      return Optional.empty(); // what is allowed is said by the caller, without what was found
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** What was read of texts. */
  record Texts(StoreKind kind, String url, String user, String password, String prefix) {

    /** All of it, once the numbers were read too. */
    Optional<PostgresqlSettings> settings(SettingValues values) {
      return kind == StoreKind.H2
          ? Optional.empty()
          : Optional.of(
              new PostgresqlSettings(
                  url,
                  user,
                  password,
                  prefix,
                  values.duration(PostgresqlSettings.CONNECT_TIMEOUT),
                  values.duration(PostgresqlSettings.SOCKET_TIMEOUT)));
    }

    @Override
    public String toString() {
      return "Texts[" + kind + "]";
    }
  }
}
