package io.holdfast.mesh.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.mesh.core.Envelope.Body;
import io.holdfast.mesh.core.Envelope.OfGroup;
import io.holdfast.mesh.core.Envelope.Request;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Nodes of a mesh are replaced one by one: what the others say must stay understood, and be said so
 * that they understand it. The files are hexadecimal; they are rewritten with {@code
 * -Dgolden.rewrite=true}, which is right only before a format was released.
 */
final class EnvelopeGoldenFilesTest {

  private static final Path FOLDER = Path.of("src/test/resources/golden");

  @TestFactory
  Stream<DynamicTest> understandsAndIsUnderstoodByEarlierNodes() {
    return EnvelopeSamples.all().entrySet().stream()
        .map(
            sample ->
                DynamicTest.dynamicTest(
                    sample.getKey(),
                    () -> {
                      byte[] now = EnvelopeCodec.encode(sample.getValue());
                      byte[] golden = golden("envelope-" + sample.getKey(), now);
                      assertThat(EnvelopeCodec.decode(golden)).isEqualTo(sample.getValue());
                      assertThat(now).isEqualTo(golden);
                    }));
  }

  @Test
  void hasAFileForEveryKindOfBody() {
    Set<Class<?>> kinds =
        EnvelopeSamples.all().values().stream()
            .map(sample -> sample.body().getClass())
            .collect(Collectors.toSet());

    assertThat(kinds)
        .containsAll(
            Stream.of(Body.class, OfGroup.class)
                .flatMap(type -> Arrays.stream(type.getPermittedSubclasses()))
                .filter(type -> !type.isInterface())
                .toList());
  }

  @Test
  void hasAFileForEveryKindOfForwardedRequest() {
    Set<Class<?>> kinds =
        EnvelopeSamples.all().values().stream()
            .map(Envelope::body)
            .filter(Envelope.Forward.class::isInstance)
            .map(body -> ((Envelope.Forward) body).request().getClass())
            .collect(Collectors.toSet());

    assertThat(kinds).containsAll(Arrays.asList(Request.class.getPermittedSubclasses()));
  }

  private static byte[] golden(String name, byte[] now) throws Exception {
    Path file = FOLDER.resolve(name + ".hex");
    if (Boolean.getBoolean("golden.rewrite")) {
      Files.createDirectories(FOLDER);
      Files.writeString(file, HexFormat.of().formatHex(now) + "\n");
    }
    return HexFormat.of().parseHex(Files.readString(file).strip());
  }
}
