package io.holdfast.chaos.live;

import io.holdfast.mesh.client.MeshEndpoint;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * The front door of a node, as it is: nothing is sent twice and no other node is asked instead.
 *
 * @param patience after which a request counts as one without an answer
 */
public record HttpDoor(HttpClient http, MeshEndpoint endpoint, Duration patience)
    implements FrontDoor {

  /** A client for any number of doors. */
  public static HttpClient client() {
    return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  }

  @Override
  public Answer ask(String method, String path, String body, String... headers) {
    return send(method, path, body, headers).join();
  }

  /** The same, without waiting. */
  CompletableFuture<Answer> send(String method, String path, String body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://" + endpoint + path))
            .timeout(patience)
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return http.sendAsync(request.build(), BodyHandlers.ofString())
        .handle(
            (response, failure) -> failure == null ? Answer.of(response) : Answer.none(failure));
  }
}
