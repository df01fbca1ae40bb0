package io.holdfast.config.core;

import io.holdfast.config.SettingsReader;
import io.holdfast.config.SettingsResult;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/** The default settings, and the same with some numbers changed, without the reader in between. */
final class SettingsSample {

  private SettingsSample() {}

  /** Settings of three peers n1, n2, n3, read as n1; {@code groups} as a settings file has them. */
  static HoldfastSettings ofThree(String groups) {
    Map<String, String> overrides =
        Map.of(
            "holdfast.mesh.peers",
            "n1@10.0.0.1:4100,n2@10.0.0.2:4100,n3@10.0.0.3:4100",
            "holdfast.groups",
            groups);
    SettingsResult result =
        SettingsReader.read(Optional.empty(), new Properties(), Map.of(), overrides);
    return ((SettingsResult.Valid) result).settings();
  }

  /** The defaults, with the number under each path of {@code numbers} in the place of its own. */
  static HoldfastSettings with(Map<String, Long> numbers) {
    HoldfastSettings defaults = ofThree("main");
    return new HoldfastSettings(
        node(defaults.node(), numbers),
        defaults.mesh(),
        rebuilt(defaults.http(), "holdfast.http.", numbers),
        rebuilt(defaults.limits(), "holdfast.limits.", numbers),
        defaults.groups(),
        rebuilt(defaults.quorum(), "holdfast.quorum.", numbers),
        rebuilt(defaults.coordinator(), "holdfast.coordinator.", numbers),
        rebuilt(defaults.acceptor(), "holdfast.acceptor.", numbers),
        rebuilt(defaults.replica(), "holdfast.replica.", numbers),
        rebuilt(defaults.watch(), "holdfast.watch.", numbers),
        defaults.jmx(),
        defaults.chaos());
  }

  /** With a server where one of its numbers is given: without one, there are no such settings. */
  private static NodeSettings node(NodeSettings defaults, Map<String, Long> numbers) {
    String root = "holdfast.postgresql.";
    if (numbers.keySet().stream().noneMatch(path -> path.startsWith(root))) {
      return defaults;
    }
    PostgresqlSettings server =
        new PostgresqlSettings(
            "jdbc:postgresql://db.example/mesh",
            "holdfast",
            "secret",
            "holdfast",
            Duration.ofSeconds(10),
            Duration.ofSeconds(30));
    return new NodeSettings(
        defaults.id(), defaults.dataDir(), Optional.of(rebuilt(server, root, numbers)));
  }

  /** The number under {@code path} in the defaults, in the unit of its key. */
  static long defaultOf(String path) {
    HoldfastSettings defaults = ofThree("main");
    Record section =
        switch (path.split("\\.", -1)[1]) {
          case "http" -> defaults.http();
          case "limits" -> defaults.limits();
          case "quorum" -> defaults.quorum();
          case "coordinator" -> defaults.coordinator();
          case "acceptor" -> defaults.acceptor();
          case "replica" -> defaults.replica();
          case "watch" -> defaults.watch();
          default -> throw new IllegalArgumentException("no numbers under " + path);
        };
    for (RecordComponent component : section.getClass().getRecordComponents()) {
      if (path.endsWith("." + kebab(component.getName()))) {
        Object value = valueOf(component, section);
        return value instanceof Duration duration
            ? duration.toNanos()
            : ((Number) value).longValue();
      }
    }
    throw new IllegalArgumentException("no number " + path);
  }

  private static <R extends Record> R rebuilt(R record, String root, Map<String, Long> numbers) {
    RecordComponent[] components = record.getClass().getRecordComponents();
    Class<?>[] types = new Class<?>[components.length];
    Object[] values = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      types[i] = components[i].getType();
      Long number = numbers.get(root + kebab(components[i].getName()));
      values[i] = number == null ? valueOf(components[i], record) : as(types[i], number);
    }
    try {
      @SuppressWarnings("unchecked")
      Class<R> type = (Class<R>) record.getClass();
      return type.getDeclaredConstructor(types).newInstance(values);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException refused) {
        throw refused;
      }
      throw new LinkageError("not built by its constructor", e);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("not a record with public accessors", e);
    }
  }

  private static Object as(Class<?> type, long number) {
    if (type == Duration.class) {
      return Duration.ofNanos(number);
    }
    return type == int.class ? (Object) Math.toIntExact(number) : (Object) number;
  }

  private static Object valueOf(RecordComponent component, Record record) {
    try {
      return component.getAccessor().invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("not a record with public accessors", e);
    }
  }

  private static String kebab(String camel) {
    return camel.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
  }
}
