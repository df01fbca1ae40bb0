package io.holdfast.quorum.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Batch;
import io.holdfast.quorum.wire.CoordinatorMessageProto;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * What stands in the logs of running meshes must stay readable and keep its digest, and what
 * running nodes say must stay understood. The files are hexadecimal; they are rewritten with {@code
 * -Dgolden.rewrite=true}, which is right only before a format was released.
 */
final class QuorumGoldenFilesTest {

  private static final Path FOLDER = Path.of("src/test/resources/golden");

  @TestFactory
  Stream<DynamicTest> understandsWhatEarlierNodesSaid() {
    return QuorumSamples.messages().entrySet().stream()
        .map(
            sample ->
                DynamicTest.dynamicTest(
                    sample.getKey(),
                    () -> {
                      byte[] now = QuorumCodec.encode(sample.getValue()).toByteArray();
                      byte[] golden = golden("message-" + sample.getKey(), now);
                      assertThat(now).isEqualTo(golden);
                      assertThat(QuorumCodec.decode(CoordinatorMessageProto.parseFrom(golden)))
                          .isEqualTo(sample.getValue());
                    }));
  }

  @Test
  void keepsTheFormOfAConfiguration() throws Exception {
    byte[] now = QuorumCodec.encode(QuorumSamples.configuration()).toByteArray();
    byte[] golden = golden("configuration", now);

    assertThat(now).isEqualTo(golden);
    assertThat(QuorumCodec.decodeConfiguration(ByteString.copyFrom(golden)))
        .isEqualTo(QuorumSamples.configuration());
  }

  @Test
  void keepsTheFormOfABatch() throws Exception {
    byte[] now = BatchFormat.encode(QuorumSamples.entries()).bytes().toByteArray();
    byte[] golden = golden("batch", now);

    assertThat(now).isEqualTo(golden);
    assertThat(BatchFormat.decode(Batch.of(ByteString.copyFrom(golden))))
        .isEqualTo(QuorumSamples.entries());
  }

  @Test
  void hasAFileForEveryKindOfMessage() {
    assertThat(
            QuorumSamples.messages().values().stream()
                .map(Object::getClass)
                .collect(Collectors.toSet()))
        .containsAll(Arrays.asList(CoordinatorMessage.class.getPermittedSubclasses()));
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
