package io.holdfast.mesh.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.ReadAnswer;
import io.holdfast.mesh.ReadAnswer.ReadPoint;
import io.holdfast.mesh.StoriesAnswer;
import io.holdfast.mesh.client.WriteIds;
import io.holdfast.sync.core.Caller;
import io.holdfast.sync.core.KeyRange;
import io.holdfast.sync.core.KeyRecord;
import io.holdfast.sync.core.ReadResult;
import io.holdfast.sync.core.VersionedValue;
import io.holdfast.sync.core.reservation.ReservationAnswer;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.Keys;

/** The page in a browser, before a mesh of which a test says how it is. */
final class PageTest extends BrowserPageTest {

  private static final String HOSTILE = "<img src=x onerror=\"document.title='taken over'\">";

  @Test
  void tellsThatAllIsWell() {
    open();

    assertThat(browser.text("#mesh")).isEqualTo("orders-mesh");
    assertThat(browser.text("#level")).isEqualTo("All is well");
    assertThat(browser.text("#wrong")).contains("All is well.");
    assertThat(browser.title()).isEqualTo("All is well: n1 \u00b7 Holdfast");
    assertThat(browser.text("#age")).isEqualTo("live");
    assertThat(browser.find("#lost").isDisplayed()).isFalse();
    assertThat(browser.text("#nodes tr[data-node=n3]")).contains("running", "ok", "0.1.0");
    assertThat(browser.text("#links-body p")).isEqualTo("Everybody is heard.");
    assertThat(browser.text("[data-group=main] header")).contains("main", "ok", "n2 leads");
    assertThat(browser.text("[data-group=main]")).contains("12,345", "0123456789ab", "slots/s");
    assertThat(browser.text("#control")).contains("main", "5c11f309b49b", "ready");
    assertThat(browser.findAll("#happenings li")).isNotEmpty();
  }

  @Test
  void tellsWhichPeerIsLostAndThatItIsBack() {
    open();
    scene.lose("n3");

    eventually(() -> assertThat(browser.text("#level")).isEqualTo("Degraded"));
    assertThat(browser.text("#troubles")).contains("Peers", "n3 is silent", "since");
    eventually(
        () -> assertThat(browser.text("#nodes tr[data-node=n3]")).contains("not heard", "was"));
    assertThat(browser.text("td[data-link='n1 n3']")).contains("\u2717", "silent");
    assertThat(browser.text("td[data-link='n1 n2']")).contains("\u2713");
    eventually(() -> assertThat(browser.findAll(".drawing line[data-link=broken]")).hasSize(2));
    assertThat(browser.text("#links-body p")).contains("n1 and n3: nothing is heard.");
    assertThat(browser.text(".chip[data-missing]")).isEqualTo("n3 not heard");
    assertThat(browser.text("#summary")).contains("n1: Degraded.", "Peers");
    assertThat(browser.text("#happenings li")).contains("peer lost", "n3");

    scene.regain();

    eventually(() -> assertThat(browser.text("#wrong")).contains("All is well."));
    assertThat(browser.findAll(".drawing line[data-link=broken]")).isEmpty();
    assertThat(browser.text("#happenings li")).contains("peer heard");
  }

  @Test
  void tellsThatTheQuorumIsLostAndAsksWhy() {
    mesh.members.unknown = true; // so that the three of the scene are asked of
    open();
    scene.lose("n2", "n3");

    eventually(() -> assertThat(browser.text("#level")).isEqualTo("Failing"));
    assertThat(browser.title()).startsWith("Failing: n1");
    assertThat(browser.text("#troubles li"))
        .as("what is not served comes first")
        .contains("group main");
    assertThat(browser.text("#troubles"))
        .contains("2 of n1, n2, n3 are needed for a write", "no leader is heard");
    assertThat(browser.text("[data-group=main] header")).contains("failing", "nobody leads");
    assertThat(browser.text("[data-group=main]")).contains("A write takes 2 of 3, an election 2;");
    eventually(
        () ->
            assertThat(browser.text("#why .record"))
                .contains("group main cannot write, read or elect: 1 of n1, n2, n3 answers")
                .contains("It would go on with n2, or with n3.")
                .contains("2 to write, 2 to read, 2 to elect, of n1, n2, n3"));
    assertThat(browser.text("#why .record")).contains("cannot write", "cannot elect");
    assertThat(factOf("Answering")).isEqualTo("n1");
    assertThat(factOf("Leader")).isEqualTo("nobody");
    assertThat(browser.text("#why .record table")).contains("n2", "n3");
    assertThat(browser.text("#why .record table:has(th:nth-child(4))"))
        .contains("4.n2#ff", "now", "s ago");
  }

  @Test
  void tellsThatReplicasDiffer() {
    scene.diverge("minority", "n2", "n3");
    open();

    assertThat(browser.text("#level")).isEqualTo("Failing");
    assertThat(browser.text("#troubles"))
        .contains("this replica differs from the majority since slot 977");
    assertThat(browser.text("[data-group=main] .note:not([hidden])"))
        .contains("Replicas differ since slot 977 (minority): n2, n3");
    eventually(
        () ->
            assertThat(browser.text("#why .record"))
                .contains("the replica of n1 differs from a majority"));
  }

  @Test
  void tellsWhichClockIsApart() {
    scene.skew("n2", -2_500);
    open();

    assertThat(browser.text("td[data-link='n1 n2']")).contains("\u22122.5 s");
    assertThat(browser.findAll("td[data-link='n1 n2'] [data-far]")).hasSize(1);
    assertThat(browser.text("td[data-link='n1 n3']")).contains("+3 ms");
    assertThat(browser.text("#troubles")).contains("the wall clock of n2 is 2.5 s behind");
  }

  @Test
  void textOfOthersStaysText() {
    scene.lose("n3");
    scene.detail(HOSTILE);
    ByteString key = ByteString.copyFromUtf8(HOSTILE);
    VersionedValue value = new VersionedValue(ByteString.EMPTY, 3, 17, 4, 0);
    ByteString binary = ByteString.copyFrom(new byte[] {'a', 0, (byte) 0xff});
    mesh.readAnswer = listed(new KeyRecord(key, value), new KeyRecord(binary, value));
    open();
    assertThat(browser.text("#nodes tr[data-node=n3]")).contains(HOSTILE);

    type("#keys input[type=text]", "<img\\x00", Keys.ENTER);
    eventually(() -> assertThat(browser.text("#keys table button")).isEqualTo(HOSTILE));
    assertThat(browser.text("#keys tr:nth-child(2) button")).isEqualTo("a\\x00\\xff");
    assertThat(browser.text("#keys")).contains("Keys 1 to 2, as of revision 120.");
    assertThat(mesh.onlyRead().query().keys())
        .isEqualTo(KeyRange.prefix(ByteString.copyFromUtf8("<img\0")));

    mesh.reads.clear();
    mesh.readAnswer =
        CompletableFuture.completedFuture(
            FakeMesh.found(ByteString.copyFromUtf8(HOSTILE), Optional.empty()));
    browser.find("#keys table button").click();
    eventually(() -> assertThat(browser.text("#keys .value")).isEqualTo(HOSTILE));
    assertThat(mesh.onlyRead().query().keys()).isEqualTo(KeyRange.key(key));
    assertThat(browser.text("#keys .record")).contains("Version", "17");
    browser.find("#keys input[value=hex]").click();
    assertThat(browser.text("#keys .value")).startsWith("000000  3c 69 6d 67");

    assertThat(browser.findAll("main img")).isEmpty();
    assertThat(browser.title()).isEqualTo("Degraded: n1 \u00b7 Holdfast");
  }

  @Test
  void nothingIsChangedUnlessTheSettingsAllowIt() {
    mesh.readAnswer = listed(RECORD);
    open();
    type("#keys input[type=text]", "a", Keys.ENTER);
    eventually(() -> assertThat(browser.text("#keys table button")).isEqualTo("a"));
    mesh.readAnswer =
        CompletableFuture.completedFuture(
            FakeMesh.found(ByteString.copyFromUtf8("value"), Optional.empty()));
    browser.find("#keys table button").click();
    eventually(() -> assertThat(browser.text("#keys .value")).isEqualTo("value"));
    mesh.readAnswer = reserved(RESERVATION);
    type("#reservations input[type=text]", "ports", Keys.ENTER);
    eventually(() -> assertThat(browser.text("#reservations")).contains("1 shown"));

    assertThat(browser.findAll("textarea, .changes, .new")).isEmpty();
    assertThat(browser.findAll("#keys .record form, #reservations td button")).isEmpty();
    assertThat(browser.text("#keys")).contains("Read only.");
    assertThat(browser.text("#reservations")).contains("Read only.");
    assertThat(browser.text("footer")).contains("This page changes nothing.");
  }

  @Test
  void tellsWhyReadingWasRefused() {
    mesh.readAnswer =
        CompletableFuture.completedFuture(
            new ReadAnswer.Refused(OutcomeCode.NO_LEADER, "nobody leads", Optional.empty()));
    open();
    type("#keys input[type=text]", "a", Keys.ENTER);

    eventually(
        () -> assertThat(browser.text("#keys .refused")).isEqualTo("no_leader: nobody leads"));
    assertThat(browser.complaints()).allMatch(complaint -> complaint.contains("503"));
  }

  @Test
  void tellsThatTheConnectionIsLostAndGoesOnWithTheNext() throws Exception {
    open();
    int port = door.port();
    close();

    eventually(() -> assertThat(browser.text("#lost")).contains("Connection lost", "Last seen"));
    assertThat(browser.attribute("#lost-what", "role")).isEqualTo("alert");
    assertThat(browser.attribute("body", "class")).isEqualTo("old");
    assertThat(browser.text("#age")).endsWith("old");
    assertThat(browser.text("#nodes")).as("what was seen stays").contains("n3");

    Vertx again = Vertx.vertx();
    try {
      HttpFrontDoor.start(
              again,
              mesh,
              new HttpLimits("127.0.0.1", port, 4096, 64, 2048, Duration.ofSeconds(5), 100),
              WriteIds.system())
          .toCompletableFuture()
          .join();
      eventually(() -> assertThat(browser.find("#lost").isDisplayed()).isFalse());
      eventually(() -> assertThat(browser.text("#age")).isEqualTo("live"));
      assertThat(browser.attribute("body", "class")).isEmpty();
      // The node was gone: that is no fault of the page.
      assertThat(browser.complaints()).allMatch(complaint -> complaint.contains("/v1/pictures"));
      browser.open("about:blank");
    } finally {
      again.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void silentStreamIsTakenForLost() {
    open();
    camera.shutdownNow();

    eventually(() -> assertThat(browser.text("#lost")).contains("nothing was heard for 5 s"));
  }

  @Test
  void pageThatNobodySeesFollowsNothing() {
    open();
    assertThat(mesh.pictures.followers).hasSize(1);
    String turn =
        "Object.defineProperty(document, 'hidden', {value: %s, configurable: true});"
            + " document.dispatchEvent(new Event('visibilitychange'));";

    browser.run(turn.formatted("true"));
    eventually(() -> assertThat(mesh.pictures.followers).isEmpty());
    assertThat(browser.text("#age")).isEqualTo("paused");

    browser.run(turn.formatted("false"));
    eventually(() -> assertThat(mesh.pictures.followers).hasSize(1));
    eventually(() -> assertThat(browser.text("#age")).isEqualTo("live"));
  }

  @Test
  void plotIsToldByKeyboardAndAsATable() {
    scene.later(0);
    for (int step = 0; step < 100; step++) {
      scene.end("committed", 1000);
      scene.end("compare_failed", step == 97 ? 50 : 0);
      mesh.pictures.take(scene.later(5000));
    }
    open();

    assertThat(browser.text("#groups .legend")).contains("committed 100,000", "meaning 50");
    assertThat(browser.attribute("#groups path[data-series=committed]", "d")).startsWith("M");
    type("#groups .plot", Keys.HOME);
    assertThat(browser.text("#groups .readout")).endsWith("committed 200/s");
    type("#groups .plot", Keys.END);
    // Time goes on meanwhile, and so does the end of the plot.
    for (int back = 0;
        back < 100 && !browser.text("#groups .readout").contains("refused");
        back++) {
      type("#groups .plot", Keys.ARROW_LEFT);
    }
    assertThat(browser.text("#groups .readout"))
        .endsWith("committed 200/s, refused by meaning 10/s");
    assertThat(browser.attribute("#groups .plot", "aria-valuetext"))
        .isEqualTo(browser.text("#groups .readout"));
    assertThat(browser.findAll("#groups figure table tbody tr")).hasSizeBetween(8, 10);
  }

  @Test
  void failedWriteLeadsToItsStory() {
    scene.fail("01890a5d-ac96-774b-bcce-b302099a8057", "n3");
    open();

    assertThat(browser.text("[data-group=main] .bounded"))
        .contains("quorum_not_met, timeout", "1 of 2", "missing n3");
    browser.find("[data-group=main] .bounded button").click();
    eventually(() -> assertThat(browser.text("#why .story")).contains("slot 9 under ballot 2"));
    assertThat(browser.run("return document.querySelector('input[name=write-id]').value"))
        .isEqualTo("01890a5d-ac96-774b-bcce-b302099a8057");
  }

  /** What the diagnosis says under that name. */
  private static String factOf(String name) {
    return browser.run(
        "return [...document.querySelectorAll('#why .record dl div')]"
            + ".find((one) => one.firstChild.innerText === arguments[0])?.lastChild.innerText",
        name);
  }

  private static void askWhy() {
    browser.find("#why form button").click();
    eventually(() -> assertThat(browser.text("#why .record")).contains("can"));
  }

  @Test
  void diagnosisIsShownAsTheNodeTellsIt() {
    mesh.members.unknown = true;
    open();
    askWhy();

    eventually(() -> assertThat(factOf("Leader")).isEqualTo("n2"));
    assertThat(browser.text("#why .record"))
        .contains("Group main", "can write", "can read", "can elect")
        .doesNotContain("It would go on");
    assertThat(factOf("Needed")).isEqualTo("2 to write, 2 to read, 2 to elect, of n1, n2, n3");
    assertThat(factOf("Answering")).isEqualTo("n1, n2, n3");
  }

  @Test
  void linksToMendAreNamedAndNoNodesToStart() {
    mesh.members.unknown = true;
    scene.lose("n2", "n3");
    open();
    browser.run(
        """
        const real = window.fetch;
        window.fetch = async (path, options) => {
          const answer = await real(path, options);
          if (!path.endsWith('/why')) return answer;
          const why = await answer.json();
          const link = (one, other) => ({one, other});
          why.heal = [[link('n1', 'n2')], [link('n1', 'n3'), link('n2', '<b>n3</b>')]];
          return new Response(JSON.stringify(why));
        };
        """);
    askWhy();

    eventually(
        () ->
            assertThat(browser.text("#why .record"))
                .contains(
                    "It would go on if these heard each other again:"
                        + " n1 and n2; or n1 and n3, n2 and <b>n3</b>.")
                .doesNotContain("It would go on with"));
  }

  @Test
  void storyIsThatOfAllMembers() {
    open();
    type("#why input[name=write-id]", FakeMesh.WRITE_ID, Keys.ENTER);

    eventually(
        () ->
            assertThat(browser.text("#why .story"))
                .startsWith(
                    "write %s in group main: committed in slot 9; no acknowledgement came from"
                            .formatted(FakeMesh.WRITE_ID)
                        + " n1, n2"));
    assertThat(browser.text("#why .story"))
        .contains("Recorded: committed, in slot 9; from 2026-01-01T00:00:00.000Z on.")
        .contains("n2: it tells not all: 3 events are left out")
        .contains("n3: not for you", "n4: it does not answer");
    assertThat(browser.findAll("#why .story tbody tr")).hasSize(2);
    assertThat(browser.text("#why .story tbody tr:nth-child(1)"))
        .isEqualTo("+0\tn1\tproposed\tslot 9 under ballot 2 sent to n1, n2");
    assertThat(browser.text("#why .story tbody tr:nth-child(2)"))
        .isEqualTo("+7\tn2\tpersisted\tslot 9 is on disk here");
    assertThat(mesh.storyAskers).hasSize(1);
    browser.assertFits(360);
    assertThat(browser.run(FAINT_TEXTS)).isEmpty();
  }

  @Test
  void storyThatNobodyKnowsIsSaidToBeUnknown() {
    mesh.storiesAnswer = new StoriesAnswer.Told(Set.of(new NodeId("n1")), List.of(), Map.of());
    open();
    type("#why input[name=write-id]", FakeMesh.WRITE_ID, Keys.ENTER);

    eventually(
        () ->
            assertThat(browser.text("#why .story"))
                .contains("no node that answers has seen it", "Recorded: not told.")
                .contains("n1: it does not answer"));
    assertThat(browser.find("#why .story table").isDisplayed()).isFalse();

    mesh.storiesAnswer = new StoriesAnswer.Refused(OutcomeCode.DENIED, "not for you");
    type("#why input[name=write-id]", Keys.ENTER);
    eventually(() -> assertThat(browser.text("#why .refused")).isEqualTo("denied: not for you"));
    assertThat(browser.find("#why .story").isDisplayed()).isFalse();
    assertThat(browser.complaints()).allMatch(complaint -> complaint.contains("/story"));
  }

  /** Answers to questions whose path has that text in it come when the test lets them. */
  private static void holdBack(String part) {
    browser.run(
        """
        const real = window.fetch;
        const part = arguments[0];
        window.held = [];
        window.read = 0;
        window.fetch = async (path, options) => {
          const answer = await real(path, options);
          if (path.includes(part)) {
            for (const form of ['json', 'arrayBuffer']) {
              const read = answer[form].bind(answer);
              answer[form] = async () => {
                const told = await read();
                window.read += 1;
                return told;
              };
            }
            await new Promise((resolve) => window.held.push(resolve));
          }
          return answer;
        };
        """,
        part);
  }

  private static void awaitHeld(int count) {
    eventually(
        () ->
            assertThat(browser.run("return String(window.held.length)"))
                .isEqualTo(String.valueOf(count)));
  }

  /** That one comes now, and the page has taken it. */
  private static void release(int held) {
    int read = Integer.parseInt(browser.run("return String(window.read)"));
    browser.run("window.held[arguments[0]]();", held);
    eventually(
        () ->
            assertThat(browser.run("return String(window.read)"))
                .isEqualTo(String.valueOf(read + 1)));
  }

  @Test
  void storyThatComesLateIsNotThatOfTheNewQuestion() {
    open();
    holdBack("/story");
    type("#why input[name=write-id]", FakeMesh.WRITE_ID, Keys.ENTER);
    awaitHeld(1);
    mesh.storiesAnswer = new StoriesAnswer.Told(Set.of(), List.of(), Map.of());
    type("#why input[name=write-id]", Keys.ENTER);
    awaitHeld(2);

    release(1);
    eventually(() -> assertThat(browser.text("#why .story")).contains("has seen it"));
    release(0);

    assertThat(browser.text("#why .story")).contains("has seen it").doesNotContain("slot 9");
  }

  @Test
  void valueThatComesLateIsNotThatOfTheKeyThatIsOpen() {
    VersionedValue value = new VersionedValue(ByteString.EMPTY, 3, 17, 4, 0);
    mesh.readAnswer = listed(RECORD, new KeyRecord(ByteString.copyFromUtf8("b"), value));
    open();
    type("#keys input[type=text]", Keys.ENTER);
    eventually(() -> assertThat(browser.findAll("#keys table button")).hasSize(2));
    holdBack("/keys/");
    for (int i = 0; i < 2; i++) {
      mesh.readAnswer =
          CompletableFuture.completedFuture(
              FakeMesh.found(ByteString.copyFromUtf8("value " + i), Optional.empty()));
      browser.findAll("#keys table button").get(i).click();
      awaitHeld(i + 1);
    }

    release(1);
    eventually(() -> assertThat(browser.text("#keys .value")).isEqualTo("value 1"));
    release(0);

    assertThat(browser.text("#keys .record h3")).isEqualTo("b");
    assertThat(browser.text("#keys .value")).isEqualTo("value 1");
  }

  @Test
  void electionTakesNoFewerThanAWrite() {
    scene.needs(3, 2);
    open();

    assertThat(browser.text("[data-group=main]")).contains("A write takes 3 of 3, an election 3;");
  }

  @Test
  void nextIsDisabledWhileAPageIsUnderWay() {
    KeyRecord more = RECORD;
    mesh.readAnswer =
        CompletableFuture.completedFuture(
            new ReadAnswer.Listed(
                new ReadResult.Records(List.of(more), 2, false, true, 120),
                new ReadPoint(99, 120, Optional.empty())));
    open();
    type("#keys input[type=text]", "a", Keys.ENTER);
    eventually(() -> assertThat(browser.text("#keys")).contains("there are more"));
    holdBack("/keys?");
    browser.find("#keys .pager button:last-child").click();
    awaitHeld(1);

    assertThat(browser.findAll("#keys .pager button:disabled")).hasSize(2);
    release(0);
    eventually(() -> assertThat(browser.findAll("#keys .pager button:disabled")).isEmpty());
    assertThat(browser.text("#keys")).contains("Keys 51 to 51");
  }

  @Test
  void valueIsShownAsItIsStoredUnlessAnotherFormIsChosen() {
    mesh.readAnswer = listed(RECORD);
    open();
    type("#keys input[type=text]", "a", Keys.ENTER);
    eventually(() -> assertThat(browser.text("#keys table button")).isEqualTo("a"));
    mesh.readAnswer =
        CompletableFuture.completedFuture(
            FakeMesh.found(
                ByteString.copyFromUtf8("{\"n\": 12345678901234567890}"), Optional.empty()));
    browser.find("#keys table button").click();

    eventually(
        () -> assertThat(browser.text("#keys .value")).isEqualTo("{\"n\": 12345678901234567890}"));
    assertThat(browser.text("#keys .record")).doesNotContain("Reformatted");
    browser.find("#keys input[value=JSON]").click();
    assertThat(browser.text("#keys .value")).contains("12345678901234567000");
    assertThat(browser.text("#keys .record")).contains("Reformatted: numbers");
  }

  @Test
  void signsThatAreNotSeenAreWrittenOut() {
    VersionedValue value = new VersionedValue(ByteString.EMPTY, 3, 17, 4, 0);
    String unseen = "\ufeffa\u200b\u200d\u200f\u00ad\u2060\u202eb\u3164";
    mesh.readAnswer = listed(new KeyRecord(ByteString.copyFromUtf8(unseen), value));
    open();
    type("#keys input[type=text]", "\\xef\\xbb\\xbfa", Keys.ENTER);

    eventually(
        () ->
            assertThat(browser.text("#keys table button"))
                .isEqualTo(
                    "\\xef\\xbb\\xbfa\\xe2\\x80\\x8b\\xe2\\x80\\x8d\\xe2\\x80\\x8f\\xc2\\xad"
                        + "\\xe2\\x81\\xa0\\xe2\\x80\\xaeb\\xe3\\x85\\xa4"));
    assertThat(mesh.onlyRead().query().keys())
        .isEqualTo(KeyRange.prefix(ByteString.copyFromUtf8("\ufeffa")));
  }

  @ParameterizedTest
  @ValueSource(strings = {".", ".."})
  void keyThatABrowserTakesForAStepIsSaidToBeOne(String key) {
    VersionedValue value = new VersionedValue(ByteString.EMPTY, 3, 17, 4, 0);
    mesh.readAnswer = listed(new KeyRecord(ByteString.copyFromUtf8(key), value));
    open();
    type("#keys input[type=text]", ".", Keys.ENTER);
    eventually(() -> assertThat(browser.text("#keys table button")).isEqualTo(key));
    browser.find("#keys table button").click();

    eventually(
        () -> assertThat(browser.text("#keys .record .refused")).contains("use the command line"));
    assertThat(mesh.reads).hasSize(1);
  }

  @Test
  void poolsThatAreRefusedAreSaidToBeAndAnEarlierPagerGoes() {
    mesh.readAnswer =
        CompletableFuture.completedFuture(
            new ReadAnswer.Reservations(
                new ReservationAnswer.Found(List.of(RESERVATION), true),
                new ReadPoint(9, 17, Optional.empty()),
                1_000));
    open();
    type("#reservations input[type=text]", "ports", Keys.ENTER);
    eventually(() -> assertThat(browser.text("#reservations")).contains("there are more"));
    assertThat(browser.find("#reservations .pager").isDisplayed()).isTrue();

    mesh.readAnswer =
        CompletableFuture.completedFuture(
            new ReadAnswer.Refused(OutcomeCode.DENIED, "not for you", Optional.empty()));
    type("#reservations .field:nth-child(3) input", "h", Keys.ENTER);

    eventually(
        () ->
            assertThat(browser.text("#reservations"))
                .contains("The pools are not told: denied: not for you"));
    eventually(
        () -> assertThat(browser.text("#reservations .refused")).isEqualTo("denied: not for you"));
    assertThat(browser.find("#reservations .pager").isDisplayed()).isFalse();
    assertThat(browser.complaints()).allMatch(complaint -> complaint.contains("/reservations"));
  }

  @Test
  void lastWordsOfANodeThatEndedAreNotTakenForItsState() {
    open();
    scene.end("n3", "ended");

    eventually(
        () -> assertThat(browser.text("#nodes tr[data-node=n3]")).contains("has ended", "ended"));
    assertThat(browser.text("#nodes tr[data-node=n3]")).doesNotContain("was ended");
    assertThat(browser.text("td[data-link='n3 n1']")).contains("old words");
    assertThat(browser.text("[data-group=main] tr[data-old]")).contains("n3");
    eventually(
        () -> assertThat(browser.text("#happenings ol")).contains("node ended", "n3 has ended"));
    assertThat(
            browser.run(
                "return [...document.querySelectorAll('#happenings .kind')]"
                    + ".find((one) => one.innerText.includes('node ended')).dataset.kind"))
        .isEqualTo("bad");
  }

  @Test
  void commandThatWentBeyondItsPlanHadNoEffect() {
    scene.later(0);
    for (int step = 0; step < 10; step++) {
      scene.end("coverage_violation", 10);
      mesh.pictures.take(scene.later(5000));
    }
    open();

    assertThat(browser.text("#groups .legend"))
        .contains("refused by meaning 100", "not met or unknown 0");
  }

  @Test
  void bandOfALostConnectionStaysInSightOnAPhone() throws Exception {
    open();
    browser.size(360, 640);
    close();
    eventually(() -> assertThat(browser.text("#lost")).contains("Connection lost"));

    browser.run("window.scrollTo(0, document.documentElement.scrollHeight);");
    assertThat(
            browser.run(
                "const box = document.querySelector('#lost').getBoundingClientRect();"
                    + " return String(window.scrollY > 0 && box.height > 0"
                    + " && box.top >= 0 && box.bottom <= 640)"))
        .isEqualTo("true");
    browser.open("about:blank"); // else it goes on trying, and complaining
    assertThat(browser.complaints()).allMatch(complaint -> complaint.contains("/v1/pictures"));
  }

  @Test
  void happeningsAreChosenByKind() {
    open();
    scene.lose("n3");
    eventually(() -> assertThat(browser.text("#happenings ol")).contains("peer lost"));

    browser.run(
        "const select = document.querySelector('#happenings select'); select.value = 'peer-lost';"
            + " select.dispatchEvent(new Event('change'));");

    eventually(() -> assertThat(browser.findAll("#happenings li")).hasSize(1));
    assertThat(browser.text("#happenings li")).contains("n3 is silent");
  }

  @Test
  void whatHasTheFocusKeepsItWhilePicturesCome() {
    open();
    browser.run(
        "window.focused = document.querySelector('#nodes tr[data-node=n2] a');"
            + " window.focused.focus();");
    int told = browser.findAll("#happenings li").size();
    scene.lose("n3");
    eventually(() -> assertThat(browser.findAll("#happenings li")).hasSizeGreaterThan(told));

    assertThat(browser.run("return String(document.activeElement === window.focused)"))
        .isEqualTo("true");
  }

  @Test
  void tokenIsShownAndKeptNowhere() {
    mesh.readAnswer = listed();
    open();
    type("#token", "a-secret", Keys.ENTER);

    eventually(() -> assertThat(browser.text("#token-state")).contains("is shown from now on"));
    assertThat(
            browser.run(
                "return location.href + document.cookie + JSON.stringify(localStorage)"
                    + " + JSON.stringify(sessionStorage)"))
        .doesNotContain("a-secret");
    type("#keys input[type=text]", "a", Keys.ENTER);
    eventually(() -> assertThat(mesh.reads).isNotEmpty());
    assertThat(mesh.reads.element().caller()).isNotEqualTo(Caller.ANYBODY);
  }

  @Test
  void tokenIsNotShownToWhoeverSendsPictures() {
    open();
    browser.run(
        """
        const real = window.fetch;
        window.shown = [];
        window.fetch = (path, options) => {
          window.shown.push(path + ' ' + new Headers(options?.headers).get('authorization'));
          return real(path, options);
        };
        """);
    type("#token", "a-secret", Keys.ENTER);
    eventually(() -> assertThat(browser.text("#token-state")).contains("is shown from now on"));
    browser.run("document.querySelector('#lost-retry').click();");
    browser.find("#why form button").click();

    eventually(
        () ->
            assertThat(browser.run("return window.shown.join('\\n')"))
                .contains("v1/pictures null", "/why Bearer a-secret"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", "gr\u00f6\u00dfe", "a\u200bb"})
  void whatIsNoTokenIsNotTaken(String text) {
    open();
    type("#token", text, Keys.ENTER);

    eventually(() -> assertThat(browser.text("#token-state")).startsWith("This is no token"));
    browser.find("#why form button").click();
    eventually(() -> assertThat(browser.text("#why .record")).contains("Group main"));
  }

  @Test
  void everyInputHasALabelAndHeadingsAreInOrder() {
    open();

    assertThat(browser.run(UNLABELLED)).isEmpty();
    String headings = browser.run(HEADINGS);
    assertThat(headings).startsWith("12").contains("23");
    for (int i = 1; i < headings.length(); i++) {
      assertThat(headings.charAt(i) - headings.charAt(i - 1)).as(headings).isLessThanOrEqualTo(1);
    }
    assertThat(browser.findAll("h1, main, header, footer, nav[aria-label]")).hasSizeGreaterThan(4);
    assertThat(
            browser.run(
                "return String(document.querySelectorAll('table:not(:has(caption))').length)"))
        .isEqualTo("0");
    assertThat(browser.attribute(".skip", "href")).isEqualTo("#wrong");
  }

  @ParameterizedTest
  @ValueSource(strings = {"light", "dark"})
  void everyTextStandsOutFromItsGround(String theme) {
    scene.lose("n3");
    scene.skew("n2", -2_500);
    scene.fail("01890a5d-ac96-774b-bcce-b302099a8057", "n3");
    browser.theme(theme);
    open();
    String ground = browser.run("return getComputedStyle(document.body).backgroundColor");

    assertThat(ground).isEqualTo(theme.equals("light") ? "rgb(243, 245, 247)" : "rgb(14, 18, 22)");
    assertThat(browser.run(FAINT_TEXTS)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {360, 720, 1080, 1920})
  void onlyWhatIsWideScrollsSideways(int width) {
    scene.lose("n3");
    scene.detail("x".repeat(300));
    scene.fail("01890a5d-ac96-774b-bcce-b302099a8057", "n3");
    open();

    browser.assertFits(width);
  }
}
