package io.holdfast.mesh.jmx;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.mesh.Happening;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** docs/JMX.md has every bean, attribute, operation and notification, in the beans' own words. */
class JmxDocumentTest {

  private static final Path DOCUMENT = Path.of("../docs/JMX.md");

  /** The lines that it must have. */
  static List<String> expected() {
    List<String> lines = new ArrayList<>();
    NodeBeans.types()
        .forEach(
            (type, described) -> {
              lines.add("### " + type);
              lines.add(described.getAnnotation(Describe.class).value());
              List<Method> methods =
                  Arrays.stream(described.getMethods())
                      .sorted(Comparator.comparing(JmxDocumentTest::nameOf))
                      .toList();
              for (Method method : methods) {
                Describe text = method.getAnnotation(Describe.class);
                boolean attribute = !nameOf(method).equals(method.getName());
                lines.add(
                    attribute
                        ? "| `%s` | %s | %s |"
                            .formatted(
                                nameOf(method), typeOf(method.getGenericReturnType()), text.value())
                        : "| `%s(%s)` | %s | %s%s |"
                            .formatted(
                                method.getName(),
                                parameters(method),
                                typeOf(method.getGenericReturnType()),
                                text.value(),
                                about(method)));
              }
            });
    for (Happening.Kind kind : Happening.Kind.values()) {
      lines.add("| `" + Notices.typeOf(kind) + "` |");
    }
    return lines;
  }

  private static String nameOf(Method method) {
    return method.getName().replaceFirst("^(get|is)(?=[A-Z])", "");
  }

  private static List<Describe> described(Method method) {
    return Arrays.stream(method.getParameters())
        .map(parameter -> parameter.getAnnotation(Describe.class))
        .toList();
  }

  private static String parameters(Method method) {
    return described(method).stream().map(Describe::name).collect(Collectors.joining(", "));
  }

  private static String about(Method method) {
    return described(method).stream()
        .map(parameter -> " `%s`: %s".formatted(parameter.name(), parameter.value()))
        .collect(Collectors.joining());
  }

  private static String typeOf(Type type) {
    if (type instanceof ParameterizedType generic) {
      return generic.getRawType() == Map.class
          ? "table: key, value"
          : "list of " + typeOf(generic.getActualTypeArguments()[0]);
    }
    Class<?> plain = (Class<?>) type;
    return plain.isRecord()
        ? "("
            + Arrays.stream(plain.getRecordComponents())
                .map(RecordComponent::getName)
                .collect(Collectors.joining(", "))
            + ")"
        : plain.getSimpleName();
  }

  @Test
  void documentHasAllOfItInTheWordsOfTheBeans() throws Exception {
    String document = Files.readString(DOCUMENT);
    assertThat(expected()).hasSizeGreaterThan(100);
    List<String> lacking = expected().stream().filter(line -> !document.contains(line)).toList();
    assertThat(lacking).as("lines that docs/JMX.md lacks").isEmpty();
  }

  @Test
  void documentHasNoAttributeThatThereIsNot() throws Exception {
    List<String> rows =
        Files.readAllLines(DOCUMENT).stream()
            .filter(
                line ->
                    line.matches("\\| `([A-Z]\\w*|[a-z]\\w*\\(.*\\)|io\\.holdfast\\..*)` \\|.*"))
            .toList();
    String expected = String.join("\n", expected());
    assertThat(rows)
        .allSatisfy(row -> assertThat(expected).contains(row.substring(0, row.indexOf(" |") + 2)));
  }

  /** Prints the tables. */
  public static void main(String[] args) {
    expected().forEach(System.out::println);
  }
}
