package io.holdfast.config.core.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.config.core.NumberKey;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The schemas, which editors and others use, say what the reader says. */
class ManifestSchemaTest {

  @Test
  void everyObjectHasTheFieldsThatTheReaderKnowsAndNoOthers() {
    assertFields(ManifestType.POLICY, DocumentFields.POLICY);
    assertFields(ManifestType.POLICY, DocumentFields.APPROVALS, "properties", "approvals");
    assertFields(ManifestType.LIMITS, DocumentFields.LIMITS);
    assertFields(ManifestType.ACCESS, DocumentFields.ACCESS);
    assertFields(
        ManifestType.ACCESS, DocumentFields.PRINCIPAL, "properties", "principals", "items");
    assertFields(
        ManifestType.ACCESS,
        DocumentFields.GRANT,
        "properties",
        "principals",
        "items",
        "properties",
        "grants",
        "items");
    assertFields(ManifestType.ACCESS, DocumentFields.OWNER, "properties", "owners", "items");
    assertFields(ManifestType.POOLS, DocumentFields.POOLS);
    assertFields(ManifestType.POOLS, DocumentFields.POOL, "properties", "pools", "items");
    assertFields(
        ManifestType.POOLS,
        DocumentFields.SPAN,
        "properties",
        "pools",
        "items",
        "properties",
        "exclusions",
        "items");
  }

  @Test
  void everySchemaIsOfItsKindAndOfVersion1() {
    for (ManifestType type : ManifestType.values()) {
      assertThat(at(type).get("$schema")).isEqualTo("https://json-schema.org/draft/2020-12/schema");
      assertThat(at(type, "properties", "kind").get("const")).isEqualTo(type.code());
      assertThat(at(type, "properties", "version").get("const")).isEqualTo(ManifestReader.VERSION);
    }
  }

  @Test
  void numbersHaveTheRangesThatTheReaderAllows() {
    for (NumberKey limit : LimitsManifest.ALL) {
      assertRange(limit, at(ManifestType.LIMITS, "properties", limit.path()));
    }
    assertRange(PolicyManifest.W, at(ManifestType.POLICY, "properties", "w"));
  }

  @Test
  void namesAndDurationsHaveTheReadersPatterns() {
    assertThat(at(ManifestType.POOLS, "properties", "pools", "items", "properties", "name"))
        .containsEntry("pattern", "^" + NameRule.PATTERN + "$");
    assertThat(at(ManifestType.POLICY, "properties", "ackTimeout"))
        .containsEntry("pattern", "^" + DurationText.PATTERN + "$");
  }

  private static void assertRange(NumberKey range, Map<?, ?> schema) {
    assertThat(((Number) value(schema, "minimum")).longValue()).isEqualTo(range.min());
    assertThat(((Number) value(schema, "maximum")).longValue()).isEqualTo(range.max());
  }

  private static void assertFields(ManifestType type, Set<String> known, String... path) {
    Map<String, Object> object = at(type, path);
    assertThat(object.get("additionalProperties")).isEqualTo(false);
    assertThat(((Map<?, ?>) value(object, "properties")).keySet())
        .as("%s %s", type, String.join("/", path))
        .isEqualTo(known);
  }

  private static Object value(Map<?, ?> schema, String name) {
    return Objects.requireNonNull(schema.get(name), name);
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> at(ManifestType type, String... path) {
    Object schema = new Load(LoadSettings.builder().build()).loadFromString(text(type));
    for (String step : path) {
      schema = value((Map<?, ?>) schema, step);
    }
    return (Map<String, Object>) schema;
  }

  private static String text(ManifestType type) {
    String name = "/io/holdfast/config/control/" + type.code() + ".schema.json";
    try (InputStream stream = ManifestSchemaTest.class.getResourceAsStream(name)) {
      return new String(
          Objects.requireNonNull(stream, name).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new AssertionError(name, e);
    }
  }
}
