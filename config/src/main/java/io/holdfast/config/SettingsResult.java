package io.holdfast.config;

import io.holdfast.config.core.HoldfastSettings;
import java.util.List;
import java.util.stream.Collectors;

/** What reading the settings gave. */
public sealed interface SettingsResult {

  /**
   * All settings are right.
   *
   * @param settings the settings
   */
  record Valid(HoldfastSettings settings) implements SettingsResult {}

  /**
   * Some are wrong.
   *
   * @param problems every one of them; at least one
   */
  record Invalid(List<SettingProblem> problems) implements SettingsResult {

    public Invalid {
      problems = List.copyOf(problems);
      if (problems.isEmpty()) {
        throw new IllegalArgumentException("invalid settings without a problem");
      }
    }

    /** One line per problem. */
    public String text() {
      return problems.stream().map(SettingProblem::text).collect(Collectors.joining("\n"));
    }
  }
}
