package io.holdfast.mesh.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.ReadAnswer;
import io.holdfast.mesh.client.WriteIds;
import io.holdfast.sync.core.Caller;
import io.holdfast.sync.core.KeyRange;
import io.holdfast.sync.core.KeyRecord;
import io.holdfast.sync.core.VersionedValue;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Optional;
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
    // A front door without a diagnosis says so, and the page goes on.
    eventually(() -> assertThat(browser.text("#why-body")).contains("no diagnosis to give"));
    assertThat(browser.complaints()).allMatch(complaint -> complaint.contains("/why"));
  }

  @Test
  void tellsThatReplicasDiffer() {
    scene.diverge("minority", "n2", "n3");
    open();

    assertThat(browser.text("#level")).isEqualTo("Failing");
    assertThat(browser.text("#troubles")).contains("replicas differ since slot 977");
    assertThat(browser.text("[data-group=main] .note:not([hidden])"))
        .contains("Replicas differ since slot 977 (minority): n2, n3");
    eventually(() -> assertThat(browser.text("#why-body")).contains("no diagnosis to give"));
    assertThat(browser.complaints()).allMatch(complaint -> complaint.contains("/why"));
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
    type("#groups .plot", Keys.END, Keys.ARROW_LEFT, Keys.ARROW_LEFT);
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
    eventually(() -> assertThat(browser.text("#why .refused")).contains("no story of it"));
    assertThat(browser.run("return document.querySelector('input[name=write-id]').value"))
        .isEqualTo("01890a5d-ac96-774b-bcce-b302099a8057");
    assertThat(browser.complaints()).allMatch(complaint -> complaint.contains("/story"));
  }

  @Test
  void diagnosisAndStoryAreShownAsTheNodeTellsThem() {
    open();
    browser.run(
        """
        const answers = {
          '/why': {group: 'main', canWrite: false, canRead: true, canElect: false,
            needed: {write: 2, read: 2, elect: 2}, answering: ['n1'],
            missing: [{node: 'n3', reason: 'silent <b>since</b> noon'}],
            ballots: [{node: 'n1', promised: '4.n2', highest: '5.n3'}],
            unblock: [['n2'], ['n3', 'n4']], text: ['2 of n1, n2, n3 are needed']},
          '/story': {writeId: 'w', group: 'main',
            events: [{atMillis: 1767225600000, node: 'n2', what: 'proposed', detail: 'slot 9'}],
            missing: [{node: 'n3', reason: 'it does not answer'}]}};
        const real = window.fetch;
        window.fetch = (path, options) => {
          const known = Object.keys(answers).find((end) => path.endsWith(end));
          return known
            ? Promise.resolve(new Response(JSON.stringify(answers[known])))
            : real(path, options);
        };
        """);

    browser.find("#why form button").click();
    eventually(() -> assertThat(browser.text("#why .record")).contains("can read"));
    assertThat(browser.text("#why .record"))
        .contains("Group main", "cannot write", "cannot elect", "2 of n1, n2, n3 are needed")
        .contains("It would go on with n2, or with n3 and n4.")
        .contains("silent <b>since</b> noon", "4.n2", "5.n3");

    type("#why input[name=write-id]", "01890a5d-ac96-774b-bcce-b302099a8057", Keys.ENTER);
    eventually(() -> assertThat(browser.text("#why")).contains("proposed"));
    assertThat(browser.text("#why")).contains("slot 9", "n3 says nothing: it does not answer");
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
