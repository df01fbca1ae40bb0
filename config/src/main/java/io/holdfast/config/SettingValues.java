package io.holdfast.config;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigValueType;
import io.holdfast.config.core.HostPort;
import io.holdfast.config.core.NumberKey;
import io.holdfast.config.core.OrderRule;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Makes sense of raw values, and collects what is wrong with them instead of stopping at the first.
 */
final class SettingValues {

  private static final Pattern WHOLE = Pattern.compile("[+-]?[0-9]{1,18}");

  private static final Set<String> ON = Set.of("on", "true", "yes");
  private static final Set<String> OFF = Set.of("off", "false", "no");

  private final Map<String, RawSetting> settings;
  private final List<SettingProblem> problems;
  private final Map<NumberKey, Long> numbers = new HashMap<>();

  SettingValues(Map<String, RawSetting> settings, List<SettingProblem> problems) {
    this.settings = settings;
    this.problems = problems;
  }

  /** The raw value of a known key; {@code reference.conf} has them all. */
  RawSetting raw(String key) {
    RawSetting raw = settings.get(key);
    if (raw == null) {
      throw new IllegalStateException("reference.conf lacks " + key);
    }
    return raw;
  }

  void refuse(RawSetting raw, String allowed) {
    problems.add(raw.problem(allowed));
  }

  int problemCount() {
    return problems.size();
  }

  /** A text that {@code valid} accepts. */
  Optional<String> text(RawSetting raw, Predicate<String> valid, String allowed) {
    if (isScalar(raw) && valid.test(raw.text())) {
      return Optional.of(raw.text());
    }
    refuse(raw, allowed);
    return Optional.empty();
  }

  /** An address with a port from {@code minPort}. */
  Optional<HostPort> address(RawSetting raw, int minPort) {
    Optional<HostPort> parsed =
        isScalar(raw)
            ? HostPort.parse(raw.text()).filter(address -> address.port() >= minPort)
            : Optional.empty();
    if (parsed.isEmpty()) {
      refuse(raw, HostPort.ALLOWED + (minPort > 0 ? ", not 0" : "; 0 lets the system choose"));
    }
    return parsed;
  }

  /** A whole number from {@code min} to {@code max}. */
  OptionalInt whole(RawSetting raw, int min, int max, String allowed) {
    if (isScalar(raw) && WHOLE.matcher(raw.text()).matches()) {
      long value = Long.parseLong(raw.text());
      if (value >= min && value <= max) {
        return OptionalInt.of((int) value);
      }
    }
    refuse(raw, allowed);
    return OptionalInt.empty();
  }

  /** A switch, in any of the words that HOCON has for it. */
  Optional<Boolean> flag(RawSetting raw) {
    return text(raw, text -> ON.contains(text) || OFF.contains(text), "on or off")
        .map(ON::contains);
  }

  /** A list: HOCON, or text that is comma-separated, or text that is a HOCON list in brackets. */
  Optional<List<RawSetting>> list(RawSetting raw, String allowed) {
    if (raw.value() instanceof ConfigList list) {
      return Optional.of(elements(raw, list));
    }
    if (!isScalar(raw)) {
      refuse(raw, allowed);
      return Optional.empty();
    }
    String text = raw.text().strip();
    if (text.startsWith("[")) {
      return bracketed(raw, text, allowed);
    }
    List<RawSetting> elements = new ArrayList<>();
    if (!text.isEmpty()) {
      for (String part : text.split(",", -1)) {
        elements.add(
            RawSetting.ofText(raw.key() + "[" + elements.size() + "]", part.strip(), raw.source()));
      }
    }
    return Optional.of(elements);
  }

  /** Reads every number and checks every rule between two that are right by themselves. */
  void readNumbers(List<NumberKey> keys, List<OrderRule> rules) {
    for (NumberKey key : keys) {
      RawSetting raw = raw(key.path());
      Optional<Long> value = number(raw, key).filter(key::allows);
      if (value.isPresent()) {
        numbers.put(key, value.get());
      } else {
        refuse(raw, key.allowed());
      }
    }
    for (OrderRule rule : rules) {
      Long larger = numbers.get(rule.larger());
      Long smaller = numbers.get(rule.smaller());
      if (larger != null && smaller != null && !rule.holds(larger, smaller)) {
        refuse(
            raw(rule.larger().path()), rule.allowed(smaller, raw(rule.smaller().path()).source()));
      }
    }
  }

  /** A number that was read and is right. */
  long number(NumberKey key) {
    Long value = numbers.get(key);
    if (value == null) {
      throw new IllegalStateException(key.path() + " was not read");
    }
    return value;
  }

  /** As {@link #number}, for a key whose range fits. */
  int wholeNumber(NumberKey key) {
    return Math.toIntExact(number(key));
  }

  /** As {@link #number}, for a duration. */
  Duration duration(NumberKey key) {
    return Duration.ofNanos(number(key));
  }

  private static Optional<Long> number(RawSetting raw, NumberKey key) {
    if (!isScalar(raw) || raw.value().valueType() == ConfigValueType.BOOLEAN) {
      return Optional.empty();
    }
    var config = raw.value().atKey("v");
    try {
      return switch (key.unit()) {
        case COUNT ->
            WHOLE.matcher(raw.text()).matches()
                ? Optional.of(Long.parseLong(raw.text()))
                : Optional.empty();
        case BYTES -> fitting(config.getMemorySize("v").toBytesBigInteger());
        case NANOS -> Optional.of(config.getDuration("v").toNanos());
      };
    } catch (ConfigException | ArithmeticException | IllegalArgumentException e) {
      // Whatever the parser disliked, the message says what is allowed.
      return Optional.empty();
    }
  }

  private static Optional<Long> fitting(BigInteger value) {
    return value.bitLength() < Long.SIZE ? Optional.of(value.longValue()) : Optional.empty();
  }

  private Optional<List<RawSetting>> bracketed(RawSetting raw, String text, String allowed) {
    try {
      ConfigList list =
          ConfigFactory.parseString("v = " + text)
              .resolve(ConfigResolveOptions.noSystem())
              .getList("v");
      return Optional.of(elements(raw, list));
    } catch (ConfigException | StackOverflowError e) {
      // The parser recurses: too many brackets are no list either.
      refuse(raw, allowed);
      return Optional.empty();
    }
  }

  private static List<RawSetting> elements(RawSetting raw, ConfigList list) {
    List<RawSetting> elements = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      elements.add(raw.element(i, list.get(i)));
    }
    return elements;
  }

  private static boolean isScalar(RawSetting raw) {
    return switch (raw.value().valueType()) {
      case STRING, NUMBER, BOOLEAN -> true;
      default -> false;
    };
  }
}
