package io.holdfast.mesh.actor;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.StoriesAnswer;
import io.holdfast.mesh.StoryAnswer;
import io.holdfast.mesh.WriteStory;
import io.holdfast.mesh.core.Envelope.AskStory;
import io.holdfast.mesh.core.Envelope.OfGroup;
import io.holdfast.mesh.core.Envelope.TellStory;
import io.holdfast.sync.core.Caller;
import io.holdfast.sync.core.WriteId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StoryExchangeTest {

  private static final GroupId LOG = new GroupId("main--3");
  private static final WriteId ID = WriteId.parse("01890a5d-ac96-774b-bcce-b302099a8057");
  private static final String OTHER_ID = "01890a5d-ac96-774b-bcce-b302099a8058";
  private static final NodeId N1 = new NodeId("n1");
  private static final NodeId N2 = new NodeId("n2");
  private static final NodeId N3 = new NodeId("n3");

  private static final Duration LONG = Duration.ofHours(1);
  private static final Duration NONE = Duration.ofMillis(1);

  private final Map<NodeId, OfGroup> sent = new ConcurrentSkipListMap<>();
  private CompletionStage<StoryAnswer> own = CompletableFuture.completedFuture(told(N1));

  private StoryExchange exchange(Duration patience) {
    return new StoryExchange(LOG, N1, (id, caller) -> own, sent::put, patience, 40);
  }

  private static StoryAnswer told(NodeId node) {
    return told(node, ID.toString());
  }

  private static StoryAnswer told(NodeId node, String writeId) {
    return new StoryAnswer.Told(
        new WriteStory(
            writeId, "main", node, 1, "unknown", OptionalLong.empty(), 0, List.of(), List.of(), 0));
  }

  private static MemberId member(NodeId node) {
    return new MemberId(node, 1);
  }

  private static <T> T soon(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
  }

  private static List<NodeId> tellers(StoriesAnswer.Told told) {
    return told.stories().stream().map(WriteStory::node).toList();
  }

  @Test
  void asksEveryMemberAndEndsOnceAllHaveSpoken() throws Exception {
    StoryExchange exchange = exchange(LONG);
    CompletableFuture<StoriesAnswer> answer =
        exchange.ask(ID, Caller.ANYBODY, Set.of(N2, N3)).toCompletableFuture();

    assertThat(sent)
        .containsOnlyKeys(N2, N3)
        .containsEntry(N2, new AskStory(LOG, 40, ID.toString(), Caller.ANYBODY));
    exchange.told(member(N3), new TellStory(LOG, 40, told(N3)));
    assertThat(answer).isNotDone();
    exchange.told(
        member(N2), new TellStory(LOG, 40, new StoryAnswer.Refused(OutcomeCode.DENIED, "no")));

    StoriesAnswer.Told told = (StoriesAnswer.Told) soon(answer);
    assertThat(told.members()).containsExactlyInAnyOrder(N1, N2, N3);
    assertThat(tellers(told)).containsExactly(N1, N3);
    assertThat(told.refusals()).isEqualTo(Map.of(N2, "no"));
  }

  @Test
  void whoSaysNothingInTimeIsSilent() throws Exception {
    StoriesAnswer.Told told =
        (StoriesAnswer.Told) soon(exchange(NONE).ask(ID, Caller.ANYBODY, Set.of(N2)));

    assertThat(told.members()).containsExactlyInAnyOrder(N1, N2);
    assertThat(tellers(told)).containsExactly(N1);
    assertThat(told.refusals()).isEmpty();
  }

  @Test
  void wordsThatAnswerNothingAreNotCounted() throws Exception {
    StoryExchange exchange = exchange(LONG);
    CompletableFuture<StoriesAnswer> answer =
        exchange.ask(ID, Caller.ANYBODY, Set.of(N2)).toCompletableFuture();

    exchange.told(member(N3), new TellStory(LOG, 40, told(N3)));
    exchange.told(member(N2), new TellStory(LOG, 39, told(N2)));
    exchange.told(member(N2), new TellStory(LOG, 40, told(N2, OTHER_ID)));
    assertThat(answer).isNotDone();

    exchange.told(member(N2), new TellStory(LOG, 40, told(N2)));
    assertThat(tellers((StoriesAnswer.Told) soon(answer))).containsExactly(N1, N2);
    exchange.told(member(N2), new TellStory(LOG, 40, told(N2)));
  }

  @Test
  void whoMayNotBeToldHereAsksNobody() throws Exception {
    own = CompletableFuture.completedFuture(new StoryAnswer.Refused(OutcomeCode.DENIED, "no"));

    assertThat(soon(exchange(LONG).ask(ID, Caller.ANYBODY, Set.of(N2))))
        .isEqualTo(new StoriesAnswer.Refused(OutcomeCode.DENIED, "no"));
    assertThat(sent).isEmpty();
  }

  @Test
  void replicaThatCannotTellDoesNotKeepTheOthersFromIt() throws Exception {
    own = new CompletableFuture<>();
    StoriesAnswer.Told told =
        (StoriesAnswer.Told) soon(exchange(NONE).ask(ID, Caller.ANYBODY, Set.of(N2)));

    assertThat(sent).containsOnlyKeys(N2);
    assertThat(told.refusals()).containsOnlyKeys(N1);
  }

  @Test
  void tellsAPeerThatAsks() {
    StoryExchange exchange = exchange(LONG);

    exchange.asked(member(N2), new AskStory(LOG, 7, "no id", Caller.ANYBODY));
    assertThat(sent).isEmpty();
    exchange.asked(member(N2), new AskStory(LOG, 7, ID.toString(), Caller.ANYBODY));

    assertThat(sent).isEqualTo(Map.of(N2, new TellStory(LOG, 7, told(N1))));
  }

  @Test
  void turnsAreBoundedAndGivenBack() {
    Turns turns = new Turns(1);
    CompletableFuture<String> first = new CompletableFuture<>();
    CompletionStage<String> busy = CompletableFuture.completedFuture("busy");
    CompletionStage<String> second = CompletableFuture.completedFuture("second");

    CompletionStage<String> running = turns.take(() -> first, () -> busy);
    assertThat(turns.take(() -> second, () -> busy)).isCompletedWithValue("busy");
    first.completeExceptionally(new IllegalStateException("it failed"));

    assertThat(running).isCompletedExceptionally();
    assertThat(turns.take(() -> second, () -> busy)).isCompletedWithValue("second");
    assertThat(turns.take(() -> second, () -> busy)).isCompletedWithValue("second");
  }
}
