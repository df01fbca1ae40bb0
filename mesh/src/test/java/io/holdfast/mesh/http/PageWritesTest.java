package io.holdfast.mesh.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.ReadAnswer;
import io.holdfast.mesh.ReadAnswer.ReadPoint;
import io.holdfast.mesh.WriteAnswer;
import io.holdfast.mesh.WriteRequest;
import io.holdfast.sync.core.Caller;
import io.holdfast.sync.core.Command;
import io.holdfast.sync.core.CommandResult;
import io.holdfast.sync.core.WriteId;
import io.holdfast.sync.core.reservation.ReservationFilter;
import io.holdfast.sync.core.reservation.ReservationOutcome.Entry;
import io.holdfast.sync.core.reservation.ReservationOutcome.Kind;
import io.holdfast.sync.core.reservation.ReservationRequest;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.Keys;

/** The page of a node whose settings have it offer to write. */
final class PageWritesTest extends BrowserPageTest {

  private static final ByteString KEY = ByteString.copyFromUtf8("a");
  private static final String FORM = "#keys .record:not(.new) form";
  private static final String SAVE = FORM + " button[type=submit]";
  private static final String DELETE = FORM + " button[type=button]";
  private static final String NEW = "#keys .new";
  private static final String TOLD = "#keys .change";
  private static final String RELEASE = "#reservations td button";

  PageWritesTest() {
    super(limits -> limits.withPageWrites(true));
  }

  private void has(byte[] value, long lease) {
    mesh.readAnswer =
        CompletableFuture.completedFuture(
            new ReadAnswer.Found(
                ByteString.copyFrom(value),
                3,
                17,
                4,
                lease,
                new ReadPoint(99, 120, Optional.empty())));
  }

  /** The page shows the key. */
  private void openKey(String value, long lease) {
    mesh.readAnswer = listed(RECORD);
    open();
    type("#keys input[type=text]", "a", Keys.ENTER);
    eventually(() -> assertThat(browser.text("#keys table button")).isEqualTo("a"));
    has(ByteString.copyFromUtf8(value).toByteArray(), lease);
    browser.find("#keys table button").click();
    eventually(() -> assertThat(browser.findAll(DELETE)).hasSize(1));
  }

  private static void edit(String value) {
    browser.find(FORM + " textarea").clear();
    type(FORM + " textarea", value);
  }

  private void answers(OutcomeCode code) {
    mesh.writeAnswer = CompletableFuture.completedFuture(FakeMesh.answer(code, Optional.empty()));
  }

  private void executed(OutcomeCode code, String detail, WriteAnswer.Executed result) {
    mesh.writeAnswer =
        CompletableFuture.completedFuture(
            new WriteAnswer(
                code,
                Optional.empty(),
                detail,
                FakeMesh.WRITE_ID,
                Optional.of(result),
                Optional.of(FakeMesh.ACKS),
                Optional.empty()));
  }

  private static void assertTold(String selector, String outcome, String... parts) {
    eventually(() -> assertThat(browser.attribute(selector, "data-outcome")).isEqualTo(outcome));
    assertThat(browser.text(selector)).contains(parts);
  }

  private static boolean disabled(String selector) {
    return !browser.find(selector).isEnabled();
  }

  @Test
  void saveIsGuardedByWhatWasShownAndTellsWhoAcknowledged() {
    openKey("one\ntwo", 7);
    assertThat(browser.run("return document.querySelector(arguments[0]).value", FORM + " textarea"))
        .isEqualTo("one\ntwo");
    type("#token", "a-secret", Keys.ENTER);
    edit("gr\u00f6\u00dfer");
    browser.find(SAVE).click();

    assertTold(
        TOLD, "committed", "Saving a: committed at revision 17 with 2 of 3 acknowledgements.");
    WriteRequest write = mesh.onlyWrite();
    assertThat(write.group().value()).isEqualTo("main");
    assertThat(write.command())
        .as("the value, the revision shown, and the lease that it had")
        .isEqualTo(new Command.PutIf(KEY, ByteString.copyFromUtf8("gr\u00f6\u00dfer"), 17, 7));
    assertThat(write.caller().credentials()).isNotEqualTo(Caller.ANYBODY.credentials());
    String id = write.writeId().orElseThrow();
    assertThat(WriteId.refusalOf(id)).isEmpty();
    assertThat(Long.parseLong(id.substring(0, 13).replace("-", ""), 16))
        .as("dated by the node's clock")
        .isBetween(scene.later(0).atMillis() - 60_000, scene.later(0).atMillis() + 60_000);
    eventually(() -> assertThat(disabled(SAVE)).isFalse());
  }

  @Test
  void valueThatIsEmptiedIsSavedAsEmpty() {
    openKey("v", 0);
    browser.find(FORM + " textarea").clear();
    browser.find(SAVE).click();

    assertTold(TOLD, "committed", "committed");
    assertThat(mesh.onlyWrite().command()).isEqualTo(new Command.PutIf(KEY, ByteString.EMPTY, 17));
  }

  @Test
  void buttonsAreHeldWhileTheRequestIsUnderWay() {
    CompletableFuture<WriteAnswer> answer = new CompletableFuture<>();
    mesh.writeAnswer = answer;
    openKey("v", 0);
    browser.find(SAVE).click();

    assertTold(TOLD, "sent", "Saving a: sent, there is no answer yet.");
    assertThat(disabled(SAVE)).isTrue();
    assertThat(disabled(DELETE)).isTrue();

    answer.complete(FakeMesh.answer(OutcomeCode.NO_LEADER, Optional.empty()));
    assertTold(TOLD, "refused", "refused, nothing was changed. (no_leader: told so)");
    assertThat(disabled(SAVE)).isFalse();
    assertThat(browser.findAll(TOLD + " .again:not([hidden])")).isEmpty();
    assertThat(browser.complaints()).allMatch(complaint -> complaint.contains("503"));
  }

  @Test
  void guardThatDoesNotHoldIsToldSo() {
    answers(OutcomeCode.COMPARE_FAILED);
    openKey("v", 0);
    browser.find(SAVE).click();

    assertTold(
        TOLD,
        "refused",
        "refused, nothing was changed.",
        "It was changed meanwhile: open it again. (compare_failed: told so)");
    assertThat(browser.complaints()).allMatch(complaint -> complaint.contains("412"));
  }

  @Test
  void unknownOutcomeNamesItsStoryAndIsSentAgainUnderItsId() {
    answers(OutcomeCode.QUORUM_NOT_MET);
    openKey("v", 0);
    browser.find(SAVE).click();

    assertTold(
        TOLD, "unknown", "it is not known whether it took effect", "quorum_not_met: told so");
    assertThat(disabled(SAVE)).as("it would be another write").isTrue();
    String id = mesh.onlyWrite().writeId().orElseThrow();
    assertThat(browser.text(TOLD + " button.key")).isEqualTo(id);
    browser.find(TOLD + " button.key").click();
    assertThat(browser.run("return document.querySelector('input[name=write-id]').value"))
        .isEqualTo(id);
    eventually(() -> assertThat(browser.text("#why")).contains("slot 9 under ballot 2"));

    answers(OutcomeCode.OVERLOADED);
    browser.find(TOLD + " button:not(.key)").click();
    eventually(() -> assertThat(browser.text(TOLD)).contains("overloaded"));
    assertTold(TOLD, "unknown", "it is not known whether it took effect");

    mesh.writeAnswer = CompletableFuture.completedFuture(FakeMesh.committed(OptionalLong.of(18)));
    browser.find(TOLD + " button:not(.key)").click();
    assertTold(TOLD, "committed", "committed at revision 18");
    assertThat(mesh.writes).hasSize(3);
    assertThat(mesh.writes).extracting(one -> one.writeId().orElseThrow()).containsOnly(id);
    assertThat(mesh.writes)
        .extracting(WriteRequest::command)
        .containsOnly(mesh.writes.element().command());
    eventually(() -> assertThat(disabled(SAVE)).isFalse());
    assertThat(browser.complaints()).allMatch(complaint -> complaint.contains("/keys/a"));
  }

  @Test
  void refusalThatWasExecutedSettlesWhatWasUnknown() {
    answers(OutcomeCode.QUORUM_NOT_MET);
    openKey("v", 7);
    browser.find(SAVE).click();
    assertTold(TOLD, "unknown", "it is not known whether it took effect");

    executed(
        OutcomeCode.NOT_FOUND,
        "There is no lease 7.",
        WriteAnswer.Executed.of(9, true, new CommandResult.LeaseNotFound(7)));
    browser.find(TOLD + " button:not(.key)").click();
    assertTold(TOLD, "refused", "refused, nothing was changed. (not_found: There is no lease 7.)");
    assertThat(browser.complaints()).allMatch(complaint -> complaint.contains("/keys/a"));
  }

  @Test
  void whatIsTooOldToBeToldIsNotSentAgain() {
    answers(OutcomeCode.QUORUM_NOT_MET);
    openKey("v", 0);
    browser.find(SAVE).click();
    assertTold(TOLD, "unknown", "it is not known whether it took effect");

    answers(OutcomeCode.WRITE_ID_EXPIRED);
    browser.find(TOLD + " button:not(.key)").click();
    assertTold(TOLD, "expired", "nobody knows any more whether it took effect", "told so");
    assertThat(browser.findAll(TOLD + " .again:not([hidden])")).isEmpty();
    eventually(() -> assertThat(disabled(SAVE)).isFalse());
    assertThat(browser.complaints()).allMatch(complaint -> complaint.contains("/keys/a"));
  }

  @Test
  void silenceIsNoOutcome() throws Exception {
    openKey("v", 0);
    close();
    browser.find(SAVE).click();

    assertTold(TOLD, "unknown", "it is not known whether it took effect", "no answer");
    assertThat(browser.text(TOLD + " button.key")).hasSize(36);
    browser.open("about:blank"); // else it goes on trying, and complaining
    assertThat(browser.complaints()).isNotEmpty();
  }

  @Test
  void deleteTakesTwoPressesOfWhichTheFirstIsTakenBack() {
    openKey("v", 0);
    browser.find(DELETE).click();
    assertThat(browser.text(DELETE)).isEqualTo("Really delete?");
    type(DELETE, Keys.ESCAPE);
    assertThat(browser.text(DELETE)).isEqualTo("Delete");
    browser.find(DELETE).click();
    browser.run("document.activeElement.blur()");
    assertThat(browser.text(DELETE)).isEqualTo("Delete");
    browser.run(
        "const press = (detail) => document.querySelector(arguments[0])"
            + ".dispatchEvent(new MouseEvent('click', {detail})); press(1); press(2);",
        DELETE);
    assertThat(browser.text(DELETE)).as("a double click is one press").isEqualTo("Really delete?");
    assertThat(mesh.writes).isEmpty();

    browser.find(DELETE).click();
    assertTold(TOLD, "committed", "Deleting a: committed at revision 17");
    assertThat(mesh.onlyWrite().command()).isEqualTo(new Command.DeleteIf(KEY, 17));
    eventually(() -> assertThat(browser.findAll(DELETE)).isEmpty());
    assertThat(browser.run("return document.activeElement.id")).isEqualTo("keys");
  }

  @ParameterizedTest
  @CsvSource({"610d0a62, CR", "61ff, no UTF-8"})
  void valueThatATextBoxWouldChangeIsNotEdited(String hex, String what) {
    openKey("v", 0);
    has(HexFormat.of().parseHex(hex), 0);
    browser.find("#keys table button").click();

    eventually(() -> assertThat(browser.text(FORM)).as(what).contains("is not changed here"));
    assertThat(browser.findAll(FORM + " textarea")).isEmpty();
    assertThat(browser.findAll(DELETE)).hasSize(1);
  }

  @Test
  void markOfTheOrderOfBytesStaysWhereItIs() {
    openKey("\ufeffa", 0);
    type(FORM + " textarea", Keys.END, "b");
    browser.find(SAVE).click();

    assertTold(TOLD, "committed", "committed");
    assertThat(mesh.onlyWrite().command())
        .isEqualTo(new Command.PutIf(KEY, ByteString.copyFromUtf8("\ufeffab"), 17));
  }

  @Test
  void newKeyIsWrittenWhereThereIsNone() {
    open();
    type(NEW + " input", "new\\x00key");
    type(NEW + " textarea", "v");
    browser.find(NEW + " button").click();

    assertTold(TOLD, "committed", "Creating new\\x00key: committed at revision 17");
    assertThat(mesh.onlyWrite().command())
        .isEqualTo(
            new Command.PutIf(
                ByteString.copyFromUtf8("new\0key"), ByteString.copyFromUtf8("v"), 0));

    answers(OutcomeCode.COMPARE_FAILED);
    browser.find(NEW + " button").click();
    assertTold(TOLD, "refused", "There is such a key already");
    assertThat(browser.complaints()).allMatch(complaint -> complaint.contains("412"));
  }

  @Test
  void newKeyOfUnknownOutcomeIsAnotherWriteOnlyWithOtherText() {
    answers(OutcomeCode.OUTCOME_UNKNOWN);
    open();
    type(NEW + " input", "k", Keys.ENTER);

    assertTold(TOLD, "unknown", "not known");
    assertThat(disabled(NEW + " button")).isTrue();
    type(NEW + " input", Keys.ENTER);
    type(NEW + " textarea", "v");
    assertThat(disabled(NEW + " button")).isFalse();
    assertThat(mesh.writes).hasSize(1);
    assertThat(browser.complaints()).allMatch(complaint -> complaint.contains("503"));
  }

  @Test
  void nothingMoreIsSentWhileTooManyOutcomesAreOpen() {
    answers(OutcomeCode.OUTCOME_UNKNOWN);
    open();
    for (int i = 1; i <= 20; i++) {
      type(NEW + " input", "k", Keys.ENTER);
      int open = i;
      eventually(() -> assertThat(mesh.writes).hasSize(open));
      assertTold(TOLD, "unknown", "not known");
    }
    type(NEW + " input", "k", Keys.ENTER);
    assertTold(TOLD, "refused", "not sent: it is not known what became of 20 others.");
    assertThat(mesh.writes).hasSize(20);
    assertThat(browser.findAll(TOLD + "[data-outcome=unknown]")).hasSize(20);
    assertThat(browser.complaints()).allMatch(complaint -> complaint.contains("503"));
  }

  @ParameterizedTest
  @ValueSource(strings = {".", ".."})
  void keysThatABrowserTakesForStepsAreRefused(String key) {
    open();
    type(NEW + " input", key, Keys.ENTER);

    eventually(() -> assertThat(browser.text(NEW + " .refused")).contains("command line"));
    assertThat(mesh.writes).isEmpty();
  }

  private void listReservations() {
    mesh.readAnswer = reserved(RESERVATION);
    open();
    type("#reservations input[type=text]", "ports", Keys.ENTER);
    eventually(() -> assertThat(browser.findAll(RELEASE)).hasSize(1));
  }

  private void releases(int count) {
    List<Entry> entries = List.of(new Entry(Kind.RELEASED, RESERVATION)).subList(0, count);
    executed(
        OutcomeCode.COMMITTED,
        "",
        WriteAnswer.Executed.of(
            9,
            false,
            new CommandResult.ReservationsDone(18, count > 0, count, Optional.of(entries))));
  }

  @Test
  void releaseNamesOneReservationAsItWasListed() {
    releases(1);
    listReservations();
    browser.find(RELEASE).click();
    assertThat(browser.text(RELEASE)).isEqualTo("Really release?");
    assertThat(mesh.writes).isEmpty();
    browser.find(RELEASE).click();

    assertTold(
        "#reservations .change",
        "committed",
        "Releasing 5000 of ports, /a on h: committed at revision 18 with 2 of 3 acknowledgements.");
    assertThat(mesh.onlyWrite().command())
        .isEqualTo(
            new Command.OnReservations(
                new ReservationRequest.Release(
                    List.of(
                        new ReservationFilter(
                            Optional.of("ports"),
                            Optional.of("h"),
                            Optional.empty(),
                            Optional.of("/a"),
                            false,
                            Optional.of("web"),
                            Optional.empty(),
                            OptionalLong.of(5000),
                            OptionalLong.of(2000))))));
    assertThat(WriteId.refusalOf(mesh.onlyWrite().writeId().orElseThrow())).isEmpty();
    eventually(() -> assertThat(browser.findAll(RELEASE)).isEmpty());
    assertThat(browser.text("#reservations tbody tr:last-child"))
        .contains("released")
        .doesNotContain("Release");
  }

  @Test
  void releaseOfWhatWasUsedMeanwhileSaysThatNothingWasReleased() {
    releases(0);
    listReservations();
    browser.find(RELEASE).click();
    browser.find(RELEASE).click();

    assertTold("#reservations .change", "committed", "nothing was released");
    assertThat(browser.attribute("#reservations .change", "data-level")).isEqualTo("degraded");
    eventually(() -> assertThat(disabled(RELEASE)).isFalse());
  }

  @Test
  void pageSaysThatItChangesWhatItIsToldTo() {
    open();
    assertThat(browser.text("main")).doesNotContain("Read only");
    assertThat(browser.text("footer")).doesNotContain("changes nothing").contains("changes what");
  }

  @ParameterizedTest
  @ValueSource(strings = {"light", "dark"})
  void whatWritesHasLabelsAndStandsOutFromItsGround(String theme) {
    browser.theme(theme);
    answers(OutcomeCode.QUORUM_NOT_MET);
    openKey("v", 0);
    browser.find(SAVE).click();
    assertTold(TOLD, "unknown", "not known");
    answers(OutcomeCode.DENIED);
    type(NEW + " input", "k", Keys.ENTER);
    assertTold(TOLD, "refused", "denied");
    mesh.readAnswer = reserved(RESERVATION);
    type("#reservations input[type=text]", "ports", Keys.ENTER);
    eventually(() -> assertThat(browser.findAll(RELEASE)).hasSize(1));
    browser.find(RELEASE).click();

    assertThat(browser.findAll(TOLD)).hasSize(2);
    assertThat(browser.run(FAINT_TEXTS)).isEmpty();
    assertThat(browser.run(UNLABELLED)).isEmpty();
    assertThat(browser.complaints()).allMatch(complaint -> complaint.contains("/keys/"));
    browser.assertFits(360);
    browser.assertFits(1080);
  }
}
