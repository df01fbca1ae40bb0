package io.holdfast.mesh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.mesh.jmx.PasswordHash;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lines for users files. */
class JmxUserVerbTest {

  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

  private int run(String input, String... arguments) {
    PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
    Console console =
        new Console(
            new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
            out,
            out,
            Map.of(),
            false);
    return HoldfastCommand.create(console, Optional.empty()).execute(arguments);
  }

  private String text() {
    return printed.toString(StandardCharsets.UTF_8);
  }

  @Test
  void lineHasAHashOfTheFirstLineOfTheInputAndNotThePassword() {
    assertThat(run("open sesame\nrest\n", "jmx", "user", "admin", "--role", "readwrite")).isZero();
    String[] words = text().strip().split(" ");
    assertThat(words).hasSize(3).startsWith("admin", "readwrite");
    PasswordHash hash = PasswordHash.parse(words[2]).orElseThrow();
    assertThat(hash.isOf("open sesame")).isTrue();
    assertThat(hash.isOf("open sesam")).isFalse();
    assertThat(text()).doesNotContain("sesame");
  }

  @ParameterizedTest
  @CsvSource({
    "1st, readonly, NAME '1st': allowed is a letter",
    "ann, root, --role 'root': allowed is readonly or readwrite",
  })
  void wrongNameOrRoleIsRefusedByName(String name, String role, String said) {
    assertThat(run("secret\n", "jmx", "user", name, "--role", role)).isEqualTo(4);
    assertThat(text()).contains(said).doesNotContain("secret");
  }

  @Test
  void emptyAndOverlongPasswordsAreRefused() {
    assertThat(run("\n", "jmx", "user", "ann", "--role", "readonly")).isEqualTo(4);
    assertThat(run("x".repeat(257), "jmx", "user", "ann", "--role", "readonly")).isEqualTo(4);
    assertThat(text()).contains("has 0 characters", "has 257 characters", "1 to 256");
  }
}
