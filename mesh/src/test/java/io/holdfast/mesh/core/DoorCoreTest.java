package io.holdfast.mesh.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.holdfast.config.SettingsReader;
import io.holdfast.config.SettingsResult;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.HoldfastSettings;
import io.holdfast.config.core.KnownPeer;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.NodeIdentity;
import io.holdfast.config.core.Origins;
import io.holdfast.config.core.PeerLedger;
import io.holdfast.config.core.RefusalCode;
import io.holdfast.mesh.Glimpse;
import io.holdfast.mesh.core.DoorEffect.Admitted;
import io.holdfast.mesh.core.DoorEffect.FrontDoor;
import io.holdfast.mesh.core.DoorEffect.MarkRefused;
import io.holdfast.mesh.core.DoorEffect.PassOn;
import io.holdfast.mesh.core.DoorEffect.Refused;
import io.holdfast.mesh.core.DoorEffect.Save;
import io.holdfast.mesh.core.DoorEffect.Send;
import io.holdfast.mesh.core.DoorEffect.Stranger;
import io.holdfast.mesh.core.Envelope.Body;
import io.holdfast.mesh.core.Envelope.Forward;
import io.holdfast.mesh.core.Envelope.Greet;
import io.holdfast.mesh.core.Envelope.KnowsDirectory;
import io.holdfast.mesh.core.Envelope.Refuse;
import io.holdfast.mesh.core.Envelope.Request;
import io.holdfast.mesh.core.Envelope.TellGlimpse;
import io.holdfast.mesh.core.Envelope.Welcome;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DoorCoreTest {

  private static final String HTTP = "127.0.0.1:8101";
  private static final MemberId N1 = member("n1", 11);
  private static final MemberId N2 = member("n2", 22);
  private static final MemberId N3 = member("n3", 33);
  private static final GroupId MAIN = new GroupId("main");
  private static final HoldfastSettings SETTINGS = settings();
  private static final NodeIdentity SELF =
      new NodeIdentity(SETTINGS.mesh().id(), N1.node(), N1.incarnation(), 1, 111, List.of());
  private static final Forward OF_MAIN =
      new Forward(MAIN, 1, 0, new Request.Read(ByteString.EMPTY));

  private final DoorCore door = new DoorCore(SETTINGS, SELF, PeerLedger.EMPTY, HTTP);

  // ---- Founders that began with something

  private static final Origins RESTORED = Origins.NONE.with(MAIN, "slot 7, chain hash ab");

  private static Greet from(Origins origins) {
    Greet greet = greet();
    return new Greet(
        greet.meshId(),
        origins.below(greet.fingerprint()),
        greet.bootCount(),
        greet.earlierNonces(),
        greet.httpAddr());
  }

  private static List<DoorEffect> greetedBy(DoorCore door, Greet greet) {
    return door.on(new DoorInput.Said(new Envelope(N2, 222, greet)));
  }

  @Test
  void founderSaysWhatItBeganWith() {
    DoorCore restored = new DoorCore(SETTINGS, SELF, PeerLedger.EMPTY, HTTP, RESTORED);

    assertThat(restored.on(new DoorInput.Tick()))
        .contains(new Send(N2.node(), own(from(RESTORED))));
  }

  @Test
  void founderThatRestoredRefusesOneThatDidNotBeforeItIsRemembered() {
    DoorCore restored = new DoorCore(SETTINGS, SELF, PeerLedger.EMPTY, HTTP, RESTORED);

    assertThat(greetedBy(restored, from(Origins.NONE)))
        .singleElement()
        .isInstanceOfSatisfying(
            Send.class,
            send ->
                assertThat(((Refuse) send.body()).reason())
                    .contains("founders began with different states"));
    assertThat(greetedBy(restored, from(RESTORED))).anyMatch(Save.class::isInstance);
  }

  @Test
  void whoIsAdmittedTakesNewMembersThatBeganWithNothing() {
    DoorCore admitted = new DoorCore(SETTINGS, SELF, admittedLedger(), HTTP, RESTORED);

    assertThat(greetedBy(admitted, from(Origins.NONE)))
        .noneMatch(effect -> effect instanceof Send send && send.body() instanceof Refuse);
  }

  @Test
  void whoBeganWithNothingTakesThoseThatRestored() {
    assertThat(greetedBy(door, from(RESTORED))).anyMatch(Save.class::isInstance);
  }

  // ---- What nodes tell of themselves

  @Test
  void tellsEveryPeerWhatItIsToSay() {
    Glimpse words = GlimpseSample.of(N1.node());

    assertThat(door.on(new DoorInput.Say(words)))
        .containsExactly(
            new Send(N2.node(), new TellGlimpse(words)),
            new Send(N3.node(), new TellGlimpse(words)));
  }

  @Test
  void hearsOnlyBootsThatItKnowsTellOfThemselves() {
    TellGlimpse words = new TellGlimpse(GlimpseSample.of(N2.node()));

    assertThat(said(N2, 222, words)).containsExactly(new DoorEffect.Stranger(N2));
    bind(N2);
    assertThat(said(N2, 222, words))
        .containsExactly(new DoorEffect.HeardGlimpse(N2, words.glimpse()));
    assertThat(said(N2, 221, words)).containsExactly(new DoorEffect.Stranger(N2));
  }

  // ---- Greeting

  @Test
  void greetsEveryOtherPeerUntilItIsWelcomedByAll() {
    assertThat(tick())
        .containsExactly(
            new Send(N2.node(), knows()),
            new Send(N2.node(), ownGreet()),
            new Send(N3.node(), knows()),
            new Send(N3.node(), ownGreet()));

    bind(N2);
    said(N2, 222, new Welcome("h", SELF.bootNonce()));
    saved();
    assertThat(tick()).containsExactly(new Send(N3.node(), ownGreet()));
  }

  @Test
  void saysHowFarItKnowsTheDirectoryOnEveryFourthTick() {
    for (int i = 0; i < 9; i++) {
      assertThat(tick().contains(new Send(N2.node(), knows()))).as("%s", i).isEqualTo(i % 4 == 0);
    }
  }

  @Test
  void greetsAgainWhoWasWelcomedByButCouldNotBeRemembered() {
    bind(N2);
    said(N3, 333, greet()); // being saved
    assertThat(said(N2, 222, new Welcome("h", SELF.bootNonce())))
        .containsExactly(new FrontDoor(N2.node(), "h"));
    saved();

    assertThat(tick()).contains(new Send(N2.node(), ownGreet()));
  }

  @Test
  void welcomesANewPeerOnlyOnceItIsRemembered() {
    List<DoorEffect> effects = said(N2, 222, greet());
    assertThat(effects).hasSize(2);
    assertThat(effects.get(0)).isEqualTo(new FrontDoor(N2.node(), HTTP));
    assertThat(((Save) effects.get(1)).ledger().peers())
        .containsExactly(Map.entry(N2.node(), new KnownPeer(22, 1, 222)));

    assertThat(on(new DoorInput.Saved(((Save) effects.get(1)).ledger())))
        .containsExactly(new Send(N2.node(), new Welcome(HTTP, 222)));
  }

  @Test
  void welcomesTheSameBootAgainWithoutSaving() {
    bind(N2);

    assertThat(said(N2, 222, greet()))
        .containsExactly(
            new FrontDoor(N2.node(), HTTP), new Send(N2.node(), new Welcome(HTTP, 222)));
  }

  @Test
  void leavesAGreetingToBeRepeatedWhileItSavesAnother() {
    said(N2, 222, greet());

    assertThat(said(N3, 333, greet())).containsExactly(new FrontDoor(N3.node(), HTTP));
    assertThat(said(N2, 222, greet())).containsExactly(new FrontDoor(N2.node(), HTTP));
  }

  @ParameterizedTest
  @CsvSource({
    "n2, other-mesh, , foreign_mesh",
    "n1, , , own_name",
    "n9, , , not_a_peer",
    "n2, , other, settings_differ"
  })
  void refusesAGreetingThatDoesNotFit(String node, String mesh, String print, String code) {
    Greet greet =
        new Greet(
            Optional.ofNullable(mesh).orElse(SELF.meshId()),
            Optional.ofNullable(print).orElse(SETTINGS.sharedFingerprint(N2.node())),
            1,
            List.of(),
            HTTP);

    assertThat(said(member(node, 22), 222, greet))
        .singleElement()
        .isInstanceOfSatisfying(
            Send.class,
            send -> {
              assertThat(send.to()).isEqualTo(new NodeId(node));
              assertThat(((Refuse) send.body()).code()).isEqualTo(code);
            });
  }

  @Test
  void refusesAnEmptiedDirectory() {
    bind(N2);

    assertThat(said(member("n2", 99), 222, greet()))
        .singleElement()
        .isInstanceOfSatisfying(
            Send.class,
            send -> assertThat(((Refuse) send.body()).code()).isEqualTo("emptied_directory"));
  }

  @Test
  void dropsAGreetingThatIsMalformed() {
    Greet malformed = new Greet("not a mesh id!", "", 0, List.of(), HTTP);

    assertThat(said(N2, 222, malformed)).containsExactly(new Stranger(N2));
  }

  // ---- Admission

  @Test
  void isAdmittedOnceEveryMemberIsBoundAndHasAcknowledged() {
    bind(N2);
    bind(N3);
    said(N2, 222, new Welcome("h2", SELF.bootNonce()));
    assertThat(saved()).isEmpty();
    said(N3, 333, new Welcome("h3", SELF.bootNonce()));

    List<DoorEffect> complete = saved();
    assertThat(complete).singleElement().isInstanceOf(Save.class);
    assertThat(((Save) complete.get(0)).ledger().admitted()).isTrue();
    assertThat(saved()).containsExactly(new Admitted(List.of(N1, N2, N3)));
  }

  @Test
  void isAdmittedOnce() {
    DoorCore again = new DoorCore(SETTINGS, SELF, admittedLedger(), HTTP);

    assertThat(again.on(new DoorInput.Tick())).contains(new Admitted(List.of(N1, N2, N3)));
    assertThat(again.on(new DoorInput.Tick())).noneMatch(Admitted.class::isInstance);
  }

  @Test
  void isNotAdmittedWhileAMemberHasNotAcknowledged() {
    bind(N2);
    bind(N3);
    said(N2, 222, new Welcome("h2", SELF.bootNonce()));

    assertThat(saved()).isEmpty();
    assertThat(tick()).noneMatch(Admitted.class::isInstance);
  }

  @ParameterizedTest
  @ValueSource(strings = {"n1", "n2", "n9"})
  void countsNoWelcomeOfWhomItHasNotBound(String node) {
    MemberId from = member(node, 22);

    assertThat(said(from, 222, new Welcome("h", SELF.bootNonce())))
        .containsExactly(new Stranger(from));
    assertThat(tick()).contains(new Send(N2.node(), ownGreet()));
  }

  @Test
  void countsNoWelcomeOfAnEarlierBootAndGoesOnGreeting() {
    bind(N2);

    assertThat(said(N2, 222, new Welcome("h", SELF.bootNonce() - 1)))
        .containsExactly(new Stranger(N2));
    assertThat(tick()).contains(new Send(N2.node(), ownGreet()));
  }

  @Test
  void countsNoWelcomeOfAnotherIncarnation() {
    bind(N2);

    assertThat(said(member("n2", 99), 222, new Welcome("h", SELF.bootNonce())))
        .containsExactly(new Stranger(member("n2", 99)));
  }

  @Test
  void namesTheBootThatItRefuses() {
    assertThat(said(member("n9", 9), 999, greet()))
        .singleElement()
        .isInstanceOfSatisfying(
            Send.class, send -> assertThat(((Refuse) send.body()).refusedBoot()).isEqualTo(999));
  }

  // ---- Being refused

  @Test
  void endsAtOnceWhereOnlyThisStartIsRefused() {
    assertThat(said(N2, 222, new Refuse("settings_differ", "because", SELF.bootNonce())))
        .containsExactly(new Refused(N2.node(), "settings_differ", "because"));
  }

  @Test
  void endsWhereItsDirectoryIsRefusedOnlyOnceTheMarkIsOnDisk() {
    assertThat(said(N2, 222, new Refuse("stale_copy", "because", SELF.bootNonce())))
        .containsExactly(new MarkRefused(N2.node(), RefusalCode.STALE_COPY, "because"));
    assertThat(on(new DoorInput.Marked()))
        .containsExactly(new Refused(N2.node(), "stale_copy", "because"));
  }

  @Test
  void marksOnceThoughRefusedByTwo() {
    said(N2, 222, new Refuse("stale_copy", "because", SELF.bootNonce()));
    assertThat(said(N3, 333, new Refuse("stale_copy", "too", SELF.bootNonce()))).isEmpty();
  }

  @Test
  void believesOfAnEmptiedDirectoryOnlyAMemberThatIsBound() {
    Refuse refusal = new Refuse("emptied_directory", "because", SELF.bootNonce());
    DoorCore admitted = new DoorCore(SETTINGS, SELF, admittedLedger(), HTTP);
    assertThat(admitted.on(new DoorInput.Said(new Envelope(member("n2", 99), 222, refusal))))
        .hasOnlyElementsOfType(Refused.class);
    assertThat(admitted.on(new DoorInput.Said(new Envelope(N3, 333, refusal))))
        .hasOnlyElementsOfType(MarkRefused.class);
  }

  @Test
  void emptiedDirectoryThatWasNeverAdmittedEndsAndIsNotMarked() {
    bind(N3);

    assertThat(said(N3, 333, new Refuse("emptied_directory", "because", SELF.bootNonce())))
        .containsExactly(new Refused(N3.node(), "emptied_directory", "because"));
  }

  @Test
  void dropsARefusalOfAnotherBoot() {
    assertThat(said(N2, 222, new Refuse("stale_copy", "because", SELF.bootNonce() + 1)))
        .containsExactly(new Stranger(N2));
  }

  @Test
  void dropsARefusalByAStranger() {
    MemberId stranger = member("n9", 9);
    assertThat(said(stranger, 999, new Refuse("stale_copy", "because", SELF.bootNonce())))
        .containsExactly(new Stranger(stranger));
  }

  // ---- What is passed on

  @Test
  void passesOnWhatAGreetedBootSaysAboutAGroupThatIsServed() {
    bind(N2);
    on(new DoorInput.Serve(Set.of(MAIN)));

    assertThat(said(N2, 222, OF_MAIN)).containsExactly(new PassOn(N2, OF_MAIN));
  }

  @Test
  void dropsWhatIsSaidBeforeItServes() {
    bind(N2);

    assertThat(said(N2, 222, OF_MAIN)).isEmpty();
  }

  @Test
  void dropsWhatIsSaidAboutAnotherGroup() {
    bind(N2);
    on(new DoorInput.Serve(Set.of(MAIN)));

    Forward other = new Forward(new GroupId("other"), 1, 0, new Request.Read(ByteString.EMPTY));
    assertThat(said(N2, 222, other)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"n3, 33, 333", "n2, 99, 222", "n2, 22, 999", "n9, 22, 222"})
  void dropsWhatABootSaysThatWasNeverGreeted(String node, long incarnation, long nonce) {
    bind(N2);
    on(new DoorInput.Serve(Set.of(MAIN)));

    MemberId from = member(node, incarnation);
    assertThat(said(from, nonce, OF_MAIN)).containsExactly(new Stranger(from));
  }

  @Test
  void hearsAGreetedBootOnlyOnceItIsRemembered() {
    on(new DoorInput.Serve(Set.of(MAIN)));
    List<DoorEffect> effects = said(N2, 222, greet());

    assertThat(said(N2, 222, OF_MAIN)).containsExactly(new Stranger(N2));
    on(new DoorInput.Saved(((Save) effects.get(1)).ledger()));
    assertThat(said(N2, 222, OF_MAIN)).hasSize(1).first().isInstanceOf(PassOn.class);
  }

  // ---- The scene

  private Optional<PeerLedger> beingSaved = Optional.empty();

  private List<DoorEffect> on(DoorInput input) {
    List<DoorEffect> effects = door.on(input);
    for (DoorEffect effect : effects) {
      if (effect instanceof Save save) {
        beingSaved = Optional.of(save.ledger());
      }
    }
    return effects;
  }

  private List<DoorEffect> said(MemberId from, long bootNonce, Body body) {
    return on(new DoorInput.Said(new Envelope(from, bootNonce, body)));
  }

  private List<DoorEffect> saved() {
    PeerLedger ledger = beingSaved.orElseThrow();
    beingSaved = Optional.empty();
    return on(new DoorInput.Saved(ledger));
  }

  private List<DoorEffect> tick() {
    return on(new DoorInput.Tick());
  }

  /**
   * The peer's first boot greets, and is remembered. Its nonce is as in N2 and N3 above: 222, 333.
   */
  private void bind(MemberId peer) {
    said(peer, peer.incarnation() / 11 * 111, greet());
    saved();
  }

  /** What this node says of itself. */
  private static Greet ownGreet() {
    return own(greet());
  }

  private static Greet own(Greet greet) {
    return new Greet(
        greet.meshId(),
        greet.fingerprint(),
        greet.bootCount(),
        greet.earlierNonces(),
        greet.httpAddr(),
        Optional.of(SETTINGS.mesh().advertised()));
  }

  private static Greet greet() {
    return new Greet(SELF.meshId(), SETTINGS.sharedFingerprint(N2.node()), 1, List.of(), HTTP);
  }

  private static KnowsDirectory knows() {
    return new KnowsDirectory(SELF.meshId(), 0, SETTINGS.mesh().advertised(), Set.of());
  }

  private static PeerLedger admittedLedger() {
    DoorCoreTest founding = new DoorCoreTest();
    founding.bind(N2);
    founding.bind(N3);
    founding.said(N2, 222, new Welcome("h2", SELF.bootNonce()));
    founding.saved();
    founding.said(N3, 333, new Welcome("h3", SELF.bootNonce()));
    founding.saved();
    return founding.beingSaved.orElseThrow();
  }

  private static MemberId member(String node, long incarnation) {
    return new MemberId(new NodeId(node), incarnation);
  }

  private static HoldfastSettings settings() {
    SettingsResult result =
        SettingsReader.read(
            Optional.empty(),
            new Properties(),
            Map.of(),
            Map.of(
                "holdfast.node.id", "n1",
                "holdfast.node.data-dir", "data",
                "holdfast.mesh.addr", "127.0.0.1:7001",
                "holdfast.mesh.peers", "n1@127.0.0.1:7001,n2@127.0.0.1:7002,n3@127.0.0.1:7003"));
    assertThat(result).isInstanceOf(SettingsResult.Valid.class);
    return ((SettingsResult.Valid) result).settings();
  }
}
