package io.holdfast.mesh.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.mesh.ReadAnswer;
import io.holdfast.mesh.client.BearerToken;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A front door of one user, which ends after it was idle for a third of a second. */
final class PrivateDoorTest extends FrontDoorTest {

  private static final BearerToken SECRET = new BearerToken("the-secret");
  private static final Duration PATIENCE = Duration.ofMillis(300);

  private final PrivateDoor user = privateDoor.orElseThrow();

  PrivateDoorTest() {
    super(Duration.ofSeconds(5), 100, Optional.of(new PrivateDoor(SECRET, "start-7", PATIENCE)));
  }

  private HttpResponse<String> shown(String path) throws Exception {
    return send(to(path).header("Authorization", SECRET.header()));
  }

  private void awaitEnd() {
    await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(5)).until(user::ends);
  }

  @Test
  void refusesWhoeverDoesNotShowTheSecretWhateverIsAsked() throws Exception {
    for (String path : new String[] {KEYS + "a", "/v1/groups", "/livez", "/v1/status", "/no"}) {
      for (String shown : new String[] {"Bearer the-secre", "Bearer ", "the-secret", "Basic x"}) {
        HttpResponse<String> refused = send(to(path).header("Authorization", shown));
        assertProblem(refused, 401, "unauthenticated");
        assertThat(refused.headers().map()).doesNotContainKey(PrivateDoor.INSTANCE);
      }
      assertProblem(get(path), 401, "unauthenticated");
    }
    assertThat(mesh.reads).isEmpty();
  }

  @Test
  void tellsWhoShowsTheSecretWhichStartAnswersAndHowLongItWasIdle() throws Exception {
    HttpResponse<String> answer = shown("/livez");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue(PrivateDoor.INSTANCE)).contains("start-7");
    assertThat(answer.headers().firstValueAsLong(PrivateDoor.IDLE).orElseThrow()).isNotNegative();
  }

  @Test
  void questionsAfterItsHealthAreNoUse() throws Exception {
    while (!user.ends()) {
      for (String path :
          new String[] {"/livez", "/readyz", "/health", "/v1/picture", "/v1/status"}) {
        assertThat(shown(path).headers().firstValue(PrivateDoor.INSTANCE)).contains("start-7");
      }
    }
  }

  @Test
  void requestThatIsNotAnsweredYetIsUse() throws Exception {
    mesh.readAnswer = new CompletableFuture<ReadAnswer>();
    CompletableFuture<HttpResponse<String>> open =
        client.sendAsync(
            to(KEYS + "a").header("Authorization", SECRET.header()).build(),
            BodyHandlers.ofString());
    await().until(() -> !mesh.reads.isEmpty());
    await()
        .pollDelay(PATIENCE.multipliedBy(2))
        .untilAsserted(() -> assertThat(user.ends()).isFalse());
    open.cancel(true);
    awaitEnd(); // a client that goes away is not in any more
  }

  @Test
  void whoComesAfterTheEndIsRefusedAndNothingIsDone() throws Exception {
    awaitEnd();
    HttpResponse<String> late = shown(KEYS + "a");
    assertProblem(late, 503, "not_ready");
    assertThat(late.headers().firstValue(PrivateDoor.INSTANCE)).contains("start-7");
    assertThat(mesh.reads).isEmpty();
  }
}
