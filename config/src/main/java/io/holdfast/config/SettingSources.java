package io.holdfast.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;

/**
 * Lays the five sources over each other: per key, the value of the highest source that gives one.
 * What cannot be a setting at all (an unknown name, a file that does not parse) is a problem here;
 * whether a value is right is asked later.
 */
final class SettingSources {

  private static final long MAX_FILE_BYTES = 1 << 20;
  private static final String FILE_KEY = "--config";

  private final Map<String, RawSetting> settings = new TreeMap<>();
  private final List<SettingProblem> problems = new ArrayList<>();
  private final Config reference;

  SettingSources() {
    reference =
        ConfigFactory.parseResources(SettingSources.class.getClassLoader(), "reference.conf")
            .withOnlyPath(KnownKeys.ROOT);
    layer(KnownKeys.ROOT, reference.getValue(KnownKeys.ROOT));
  }

  /** Per key, the value that holds, and where it came from. */
  Map<String, RawSetting> settings() {
    return settings;
  }

  List<SettingProblem> problems() {
    return problems;
  }

  /**
   * Lays a file over what is there. Substitutions see the file, the defaults and the environment.
   */
  void file(Path file, Map<String, String> environment) {
    ConfigValue root =
        parse(file, environment).map(parsed -> parsed.root().get(KnownKeys.ROOT)).orElse(null);
    if (root != null) {
      layer(KnownKeys.ROOT, root);
    }
  }

  /** Lays {@code holdfast.*} system properties over what is there. */
  void system(Properties system) {
    system.stringPropertyNames().stream()
        .filter(name -> name.startsWith(KnownKeys.ROOT + "."))
        .sorted()
        .forEach(
            name -> {
              String source = "system property " + name;
              if (KnownKeys.isForeignKey(name)) {
                foreign(name, system.getProperty(name), source);
              } else {
                text(name, system.getProperty(name), source);
              }
            });
  }

  /** Lays {@code HOLDFAST_*} variables over what is there. */
  void environment(Map<String, String> environment) {
    new TreeMap<>(environment)
        .forEach(
            (name, value) -> {
              if (!name.startsWith("HOLDFAST_")) {
                return;
              }
              String source = "environment variable " + name;
              if (KnownKeys.isForeignVariable(name)) {
                foreign(name, value, source);
                return;
              }
              String key = KnownKeys.BY_VARIABLE.get(name);
              if (key == null) {
                problems.add(
                    RawSetting.ofText(name, value, source)
                        .problem(KnownKeys.suggestion(name, KnownKeys.BY_VARIABLE.keySet())));
              } else {
                text(key, value, source);
              }
            });
  }

  /** Lays the command line's settings over what is there. */
  void overrides(Map<String, String> overrides) {
    new TreeMap<>(overrides).forEach((key, value) -> text(key, value, "command line"));
  }

  /** What is none of a node's settings is refused where it could only be a mistake. */
  private void foreign(String name, String value, String source) {
    KnownKeys.refusalOfForeign(name, value)
        .ifPresent(
            allowed -> problems.add(RawSetting.ofText(name, value, source).problem(allowed)));
  }

  private void text(String key, String value, String source) {
    RawSetting setting = RawSetting.ofText(key, value, source);
    if (KnownKeys.ALL.contains(key)) {
      settings.put(key, setting);
    } else {
      problems.add(setting.problem(KnownKeys.suggestion(key, KnownKeys.ALL)));
    }
  }

  private void layer(String path, ConfigValue value) {
    if (KnownKeys.ALL.contains(path)) {
      // null in a file unsets: the source below holds.
      if (value.valueType() != ConfigValueType.NULL) {
        settings.put(path, RawSetting.ofFile(path, value));
      }
    } else if (!path.equals(KnownKeys.ROOT) && !KnownKeys.SECTIONS.contains(path)) {
      Set<String> likely = value instanceof ConfigObject ? KnownKeys.SECTIONS : KnownKeys.ALL;
      problems.add(RawSetting.ofFile(path, value).problem(KnownKeys.suggestion(path, likely)));
    } else if (value instanceof ConfigObject object) {
      new TreeMap<>(object).forEach((name, part) -> layer(path + "." + name, part));
    } else if (value.valueType() != ConfigValueType.NULL) {
      problems.add(
          RawSetting.ofFile(path, value)
              .problem("an object with keys, as in " + path + " { ... }"));
    }
  }

  private Optional<Config> parse(Path file, Map<String, String> environment) {
    try {
      if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
        return refuse(file, Files.exists(file) ? "not a readable file" : "no such file");
      }
      if (Files.size(file) > MAX_FILE_BYTES) {
        return refuse(file, "larger than 1 MiB");
      }
      Config parsed =
          ConfigFactory.parseFile(
              file.toFile(), ConfigParseOptions.defaults().setAllowMissing(false));
      Map<String, String> variables = new TreeMap<>(environment);
      variables.remove(KnownKeys.ROOT);
      Config names =
          parsed
              .withFallback(reference)
              .withFallback(ConfigValueFactory.fromMap(variables, "environment").toConfig());
      return Optional.of(
          parsed.withOnlyPath(KnownKeys.ROOT).resolveWith(names, ConfigResolveOptions.noSystem()));
    } catch (IOException | ConfigException e) {
      return refuse(file, String.valueOf(e.getMessage()));
    } catch (StackOverflowError e) {
      // The parser recurses; a file of a million brackets must not end the node with a stack trace.
      return refuse(file, "nested too deeply");
    }
  }

  private Optional<Config> refuse(Path file, String why) {
    problems.add(
        new SettingProblem(FILE_KEY, file.toString(), why, "a readable HOCON file of settings"));
    return Optional.empty();
  }
}
