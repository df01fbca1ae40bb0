package io.holdfast.mesh.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.ReadAnswer;
import io.holdfast.mesh.ReadRequest;
import io.holdfast.mesh.WriteAnswer;
import io.holdfast.mesh.WriteRequest;
import io.holdfast.sync.core.Command;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MeshClientTest {

  private final FakeFrontDoor first = FakeFrontDoor.start();
  private final FakeFrontDoor second = FakeFrontDoor.start();

  @AfterEach
  void stop() {
    first.close();
    second.close();
  }

  @Test
  void keepsTheWriteIdWhenItGoesOnToTheNextEndpoint() {
    first.refuse(503, "no_leader");
    try (MeshClient client = client(first.endpoint(), second.endpoint())) {
      CallResult<WriteAnswer> result = write(client, "k", "v");
      assertThat(answer(result).code()).isEqualTo(OutcomeCode.COMMITTED);
      assertThat(result.trail().attempts()).isEqualTo(2);
      assertThat(result.trail().failures())
          .singleElement()
          .hasToString(first.endpoint() + ": no_leader");
    }
    assertThat(first.writes()).hasSize(1);
    assertThat(second.writes()).hasSize(1);
    assertThat(second.writes().get(0).writeId())
        .isNotEmpty()
        .isEqualTo(first.writes().get(0).writeId());
  }

  @Test
  void asksEveryEndpointBeforeItSaysThatThereIsNoSuchGroup() {
    first.refuse(404, "unknown_group");
    try (MeshClient client = client(first.endpoint(), second.endpoint())) {
      assertThat(answer(write(client, "k", "v")).code()).isEqualTo(OutcomeCode.COMMITTED);
      first.refuse(404, "unknown_group");
      second.refuse(404, "unknown_group");
      CallResult<WriteAnswer> nowhere = write(client, "k", "w");
      assertThat(answer(nowhere).code()).isEqualTo(OutcomeCode.UNKNOWN_GROUP);
      assertThat(nowhere.trail().attempts()).isEqualTo(2);
    }
    assertThat(second.value("k")).contains("v");
  }

  @Test
  void goesOnWhenAnEndpointDoesNotListenAndRemembersTheOneThatAnswers() {
    try (MeshClient client = client(new MeshEndpoint("127.0.0.1", 1), second.endpoint())) {
      assertThat(write(client, "k", "1").trail().attempts()).isEqualTo(2);
      assertThat(write(client, "k", "2").trail().attempts()).isEqualTo(1);
    }
  }

  @Test
  void takesEffectOnceWhenTheAnswerIsLost() {
    first.executeAndHangUp();
    try (MeshClient client = client(first.endpoint())) {
      WriteAnswer answer = answer(write(client, "k", "v"));
      assertThat(answer.code()).isEqualTo(OutcomeCode.COMMITTED);
      assertThat(answer.result().orElseThrow().replayed()).isTrue();
    }
    assertThat(first.version("k")).isEqualTo(1);
  }

  @Test
  void asksAfterAWriteInFlight() {
    first.answer(202, "{\"code\":\"in_flight\"}");
    try (MeshClient client = client(first.endpoint())) {
      assertThat(answer(write(client, "k", "v")).code()).isEqualTo(OutcomeCode.COMMITTED);
    }
    assertThat(first.writes()).hasSize(2); // no record of it: sent again under the same id
    assertThat(first.writes().get(0).writeId()).isEqualTo(first.writes().get(1).writeId());
  }

  @Test
  void neverSaysNoWhenAnEarlierAttemptMayHaveTakenEffect() {
    first.executeAndHangUp();
    for (int i = 0; i < 60; i++) {
      first.refuse(503, "no_leader");
    }
    try (MeshClient client = client(first.endpoint())) {
      assertThat(answer(write(client, "k", "v")).code()).isEqualTo(OutcomeCode.OUTCOME_UNKNOWN);
    }
  }

  @Test
  void saysNoLeaderWhenNothingCanHaveTakenEffect() {
    for (int i = 0; i < 60; i++) {
      first.refuse(503, "no_leader");
    }
    try (MeshClient client = client(first.endpoint())) {
      assertThat(answer(write(client, "k", "v")).code()).isEqualTo(OutcomeCode.NO_LEADER);
    }
  }

  @Test
  void endsByItsDeadlineWhenNobodyListens() {
    try (MeshClient client = client(new MeshEndpoint("127.0.0.1", 1))) {
      CallResult<WriteAnswer> result = write(client, "k", "v");
      assertThat(result).isInstanceOf(CallResult.Unheard.class);
      assertThat(((CallResult.Unheard<WriteAnswer>) result).delivered()).isFalse();
      assertThat(result.trail().elapsed()).isLessThan(Duration.ofSeconds(3));
    }
  }

  @Test
  void doesNotRepeatARefusalThatStands() {
    first.refuse(403, "denied");
    try (MeshClient client = client(first.endpoint(), second.endpoint())) {
      assertThat(answer(write(client, "k", "v")).code()).isEqualTo(OutcomeCode.DENIED);
    }
    assertThat(second.writes()).isEmpty();
  }

  /** Found by the example of an application's test: the loser of a race waited for ten seconds. */
  @Test
  void doesNotRepeatAComparisonThatDidNotHold() {
    first.refuse(412, "compare_failed");
    try (MeshClient client = client(first.endpoint(), second.endpoint())) {
      CallResult<WriteAnswer> result = write(client, "k", "v");
      assertThat(answer(result).code()).isEqualTo(OutcomeCode.COMPARE_FAILED);
      assertThat(result.trail().attempts()).isEqualTo(1);
    }
    assertThat(second.writes()).isEmpty();
  }

  @Test
  void readsKeysOfAnyBytes() {
    try (MeshClient client = client(first.endpoint())) {
      String key = "a/b c?d%e#ü..";
      assertThat(answer(write(client, key, "v")).code()).isEqualTo(OutcomeCode.COMMITTED);
      CallResult<ReadAnswer> read =
          client
              .read(
                  new ReadRequest(
                      new GroupId("main"),
                      ByteString.copyFromUtf8(key),
                      ReadRequest.Consistency.LINEARIZABLE))
              .toCompletableFuture()
              .join();
      assertThat(((CallResult.Answered<ReadAnswer>) read).answer())
          .isInstanceOfSatisfying(
              ReadAnswer.Found.class,
              found -> {
                assertThat(found.value().toStringUtf8()).isEqualTo("v");
                assertThat(found.version()).isEqualTo(1);
              });
    }
  }

  private static MeshClient client(MeshEndpoint... endpoints) {
    return MeshClient.create(
        ClientSettings.of(Arrays.asList(endpoints)).withDeadline(Duration.ofSeconds(2)));
  }

  private static CallResult<WriteAnswer> write(MeshClient client, String key, String value) {
    return client
        .write(
            new WriteRequest(
                new GroupId("main"),
                Optional.empty(),
                new Command.Put(ByteString.copyFromUtf8(key), ByteString.copyFromUtf8(value)),
                Optional.empty()))
        .toCompletableFuture()
        .join();
  }

  private static WriteAnswer answer(CallResult<WriteAnswer> result) {
    return ((CallResult.Answered<WriteAnswer>) result).answer();
  }
}
