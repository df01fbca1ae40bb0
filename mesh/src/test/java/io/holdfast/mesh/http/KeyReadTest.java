package io.holdfast.mesh.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.ReadAnswer.Absent;
import io.holdfast.mesh.ReadAnswer.ReadPoint;
import io.holdfast.mesh.ReadAnswer.Refused;
import io.holdfast.mesh.ReadRequest.Consistency;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class KeyReadTest extends FrontDoorTest {

  private static final Map<String, String> HEADERS =
      Map.of(
          "Content-Type", "application/octet-stream",
          "ETag", "\"17\"",
          "Holdfast-Create-Revision", "3",
          "Holdfast-Mod-Revision", "17",
          "Holdfast-Version", "4",
          "Holdfast-Revision", "120",
          "Holdfast-Slot", "99");

  @Test
  void givesTheValueByteForByte() throws Exception {
    byte[] value = {0, (byte) 0xff, 13, 10, 0};
    mesh.readAnswer =
        CompletableFuture.completedFuture(
            FakeMesh.found(ByteString.copyFrom(value), Optional.empty()));

    HttpResponse<byte[]> response = client.send(to(KEYS + "a").build(), BodyHandlers.ofByteArray());

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEqualTo(value);
    HEADERS.forEach(
        (name, header) -> assertThat(response.headers().firstValue(name)).contains(header));
    assertThat(response.headers().firstValue("Holdfast-Staleness-Millis")).isEmpty();
  }

  @Test
  void readsLinearizablyUnlessToldOtherwise() throws Exception {
    get(KEYS + "a");
    get(KEYS + "a?consistency=linearizable");
    get(KEYS + "a?consistency=local");

    assertThat(mesh.reads)
        .extracting(read -> read.consistency())
        .containsExactly(Consistency.LINEARIZABLE, Consistency.LINEARIZABLE, Consistency.LOCAL);
  }

  @Test
  void saysHowOldALocalReadMayBe() throws Exception {
    mesh.readAnswer =
        CompletableFuture.completedFuture(
            FakeMesh.found(ByteString.EMPTY, Optional.of(Duration.ofMillis(42))));

    assertThat(get(KEYS + "a?consistency=local").headers().firstValue("Holdfast-Staleness-Millis"))
        .contains("42");
  }

  @Test
  void answersHeadWithTheHeadersOfGet() throws Exception {
    HttpResponse<String> response = send(to(KEYS + "a").method("HEAD", BodyPublishers.noBody()));

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEmpty();
    assertThat(response.headers().firstValue("Content-Length")).contains("5");
    HEADERS.forEach(
        (name, header) -> assertThat(response.headers().firstValue(name)).contains(header));
  }

  @Test
  void tellsAnAbsentKeyAndWhereInTheLogItIsAbsent() throws Exception {
    mesh.readAnswer =
        CompletableFuture.completedFuture(new Absent(new ReadPoint(99, 120, Optional.empty())));

    HttpResponse<String> response = get(KEYS + "a");

    assertProblem(response, 404, "not_found");
    assertThat(response.headers().firstValue("Holdfast-Slot")).contains("99");
  }

  @Test
  void tellsARefusedRead() throws Exception {
    mesh.readAnswer =
        CompletableFuture.completedFuture(
            new Refused(OutcomeCode.NO_LEADER, "none", Optional.of(Duration.ofSeconds(3))));

    HttpResponse<String> response = get(KEYS + "a");

    assertProblem(response, 503, "no_leader");
    assertThat(response.headers().firstValue("Retry-After")).contains("3");
  }
}
