package io.holdfast.mesh.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.mesh.Happening;
import io.holdfast.mesh.Picture;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a node sees of its mesh, once and again and again. */
class PictureTest extends FrontDoorTest {

  private static Picture picture(long number, Happening... happenings) {
    Picture begun = PictureSample.begun();
    return new Picture(
        number,
        1_767_225_600_000L + number,
        begun.status(),
        begun.health(),
        begun.control(),
        begun.others(),
        List.of(happenings),
        begun.history(),
        begun.pools());
  }

  private static Happening happening(long number) {
    return new Happening(
        number, 5, Happening.Kind.PEER_LOST, Optional.empty(), "happening " + number);
  }

  @Test
  void newestPictureIsToldWhole() throws Exception {
    mesh.pictures.take(picture(7, happening(1)));

    JsonNode json = json(get("/v1/picture"));

    assertThat(json.path("number").asLong()).isEqualTo(7);
    assertThat(json.at("/happenings/0/kind").asText()).isEqualTo("peer-lost");
    assertThat(json.at("/status/node").asText()).isEqualTo("n1");
    assertThat(json.at("/health/status").asText()).isEqualTo("failing");
    assertThat(json.has("history")).isTrue();
    assertThat(get("/v1/picture?x=1").statusCode()).isEqualTo(400);
  }

  @Test
  void whoLooksOnIsSentEverySecondPictureWithWhatIsNew() throws Exception {
    mesh.pictures.take(picture(2, happening(1)));
    HttpResponse<InputStream> response =
        client.send(to("/v1/pictures").build(), BodyHandlers.ofInputStream());
    assertThat(response.headers().firstValue("Content-Type")).hasValue("text/event-stream");
    List<JsonNode> events = new ArrayList<>();
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
      events.add(next(lines));
      await().until(() -> mesh.pictures.followers.size() == 1);
      mesh.pictures.take(picture(3, happening(1), happening(2)));
      mesh.pictures.take(picture(4, happening(1), happening(2)));
      events.add(next(lines));
      mesh.pictures.take(picture(12, happening(2), happening(3)));
      events.add(next(lines));
    }
    await("nobody is followed for who has gone")
        .until(
            () -> {
              mesh.pictures.take(picture(100));
              return mesh.pictures.followers.isEmpty();
            });

    assertThat(events.stream().map(event -> event.path("number").asLong()))
        .containsExactly(2L, 4L, 12L);
    assertThat(events.stream().map(event -> event.path("happenings").findValuesAsText("number")))
        .containsExactly(List.of("1"), List.of("2"), List.of("3"));
    assertThat(events.stream().map(event -> event.has("history")))
        .containsExactly(true, false, true);
  }

  private static JsonNode next(BufferedReader lines) throws Exception {
    String line = lines.readLine();
    while (!line.startsWith("data: ")) {
      line = lines.readLine();
    }
    return new ObjectMapper().readTree(line.substring("data: ".length()));
  }
}
