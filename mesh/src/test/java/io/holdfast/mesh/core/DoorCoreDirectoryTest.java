package io.holdfast.mesh.core;

import static io.holdfast.mesh.core.DirectorySample.N1;
import static io.holdfast.mesh.core.DirectorySample.N1_AGAIN;
import static io.holdfast.mesh.core.DirectorySample.N2;
import static io.holdfast.mesh.core.DirectorySample.N2_AGAIN;
import static io.holdfast.mesh.core.DirectorySample.N3;
import static io.holdfast.mesh.core.DirectorySample.N4;
import static io.holdfast.mesh.core.DirectorySample.ORDERS;
import static io.holdfast.mesh.core.DirectorySample.ORDERS_LOG;
import static io.holdfast.mesh.core.DirectorySample.addressOf;
import static io.holdfast.mesh.core.DirectorySample.founded;
import static io.holdfast.mesh.core.DirectorySample.group;
import static io.holdfast.mesh.core.DirectorySample.member;
import static io.holdfast.mesh.core.DirectorySample.seeded;
import static io.holdfast.mesh.core.DirectorySample.with;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.holdfast.config.SettingsReader;
import io.holdfast.config.SettingsResult;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.GroupSettings;
import io.holdfast.config.core.HoldfastSettings;
import io.holdfast.config.core.HostPort;
import io.holdfast.config.core.KnownPeer;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.MeshDirectory;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.NodeIdentity;
import io.holdfast.config.core.Origins;
import io.holdfast.config.core.PeerLedger;
import io.holdfast.config.core.RefusalCode;
import io.holdfast.mesh.core.DoorEffect.Admitted;
import io.holdfast.mesh.core.DoorEffect.DirectoryIs;
import io.holdfast.mesh.core.DoorEffect.HeardLeading;
import io.holdfast.mesh.core.DoorEffect.HeardSealed;
import io.holdfast.mesh.core.DoorEffect.MarkRefused;
import io.holdfast.mesh.core.DoorEffect.PassOn;
import io.holdfast.mesh.core.DoorEffect.PeerAt;
import io.holdfast.mesh.core.DoorEffect.Refused;
import io.holdfast.mesh.core.DoorEffect.Save;
import io.holdfast.mesh.core.DoorEffect.Send;
import io.holdfast.mesh.core.DoorEffect.SendTo;
import io.holdfast.mesh.core.DoorEffect.Stranger;
import io.holdfast.mesh.core.DoorEffect.Waits;
import io.holdfast.mesh.core.Envelope.Body;
import io.holdfast.mesh.core.Envelope.Forward;
import io.holdfast.mesh.core.Envelope.Greet;
import io.holdfast.mesh.core.Envelope.KnowsDirectory;
import io.holdfast.mesh.core.Envelope.Refuse;
import io.holdfast.mesh.core.Envelope.Request;
import io.holdfast.mesh.core.Envelope.TellDirectory;
import io.holdfast.mesh.core.Envelope.Welcome;
import io.holdfast.quorum.core.LeaderSpread.Told;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What the directory of the mesh makes of a {@link DoorCore}. */
class DoorCoreDirectoryTest {

  private static final String HTTP = "127.0.0.1:8101";
  private static final String MESH = "holdfast";
  private static final long BOOT = 5;
  private static final MeshDirectory REPLACED = with(seeded(), 7, N2_AGAIN);
  private static final Forward OF_MAIN =
      new Forward(DirectorySample.MAIN, 1, 0, new Request.Read(ByteString.EMPTY));

  private static final Told LEADING = new Told(3, Optional.of(ORDERS_LOG));

  // ---- Telling and hearing

  @Test
  void tellsWhoKnowsAnOlderDirectoryAtTheAddressThatItNames() {
    Scene n1 = founder(REPLACED);

    assertThat(n1.said(N2, knows(6)))
        .containsExactly(
            new SendTo(N2.node(), addressOf(N4.node()), new TellDirectory(MESH, REPLACED)));
    assertThat(n1.said(N2, knows(7))).isEmpty();
    assertThat(n1.said(N2, knows(8))).isEmpty();
  }

  @Test
  void tellsNobodyOfAnotherMesh() {
    Scene n1 = founder(REPLACED);

    assertThat(
            n1.said(N2, new KnowsDirectory("other", 0, addressOf(N4.node()), Set.of(ORDERS_LOG))))
        .containsExactly(new Stranger(N2));
  }

  @Test
  void newerDirectoryHoldsOnceItIsSaved() {
    Scene n1 = founder(seeded());

    List<DoorEffect> heard = n1.said(N3, tell(REPLACED));
    assertThat(heard).singleElement().isInstanceOf(Save.class);
    assertThat(n1.saved()).containsExactly(new DirectoryIs(REPLACED));
    assertThat(n1.ledger.directory()).isEqualTo(REPLACED);
  }

  @Test
  void ownReplicaIsHeardAsAPeerIs() {
    Scene n1 = founder(seeded());

    n1.on(new DoorInput.Learned(REPLACED));
    assertThat(n1.saved()).containsExactly(new DirectoryIs(REPLACED));
  }

  @Test
  void directoryThatIsNotNewerChangesNothing() {
    Scene n1 = founder(REPLACED);

    assertThat(n1.said(N3, tell(with(seeded(), 7)))).isEmpty();
    assertThat(n1.said(N3, tell(with(seeded(), 6)))).isEmpty();
    assertThat(n1.on(new DoorInput.Learned(with(seeded(), 6)))).isEmpty();
    assertThat(n1.said(N3, tell(MeshDirectory.NONE))).isEmpty();
  }

  @Test
  void directoryOfAMeshOfAnotherIdIsNotBelieved() {
    Scene n1 = founder(seeded());

    assertThat(n1.said(N3, new TellDirectory("other", REPLACED))).containsExactly(new Stranger(N3));
  }

  /** It would condemn this node, though it is another mesh's with the same id and names. */
  @Test
  void directoryOfAMeshThatOthersHaveFoundedIsNotBelieved() {
    MeshDirectory foreign = with(founded(N1_AGAIN, N2, N3), 90);

    assertThat(founder(MeshDirectory.NONE).said(N3, tell(foreign)))
        .containsExactly(new Stranger(N3));
    assertThat(founder(seeded()).said(N3, tell(foreign))).containsExactly(new Stranger(N3));
  }

  @Test
  void nothingIsSavedWhileAnotherSaveIsUnderWayAndItComesAgainLater() {
    Scene n1 = founder(with(seeded(), 5, N4));

    n1.said(N4, greet("")); // being saved
    assertThat(n1.said(N3, tell(REPLACED))).isEmpty();
    n1.saved();
    assertThat(n1.said(N3, tell(REPLACED))).singleElement().isInstanceOf(Save.class);
  }

  @Test
  void saysToEveryoneInTheDirectoryHowFarItKnowsIt() {
    Scene n1 = founder(with(seeded(), 5, N4));

    KnowsDirectory knows = new KnowsDirectory(MESH, 5, addressOf(N1.node()), Set.of());
    assertThat(n1.tick())
        .contains(
            new Send(N2.node(), knows), new Send(N3.node(), knows), new Send(N4.node(), knows))
        .doesNotContain(new Send(N1.node(), knows));
  }

  @Test
  void tellsWhichLogsAreSealed() {
    Scene n1 = founder(seeded());

    n1.on(new DoorInput.Sealed(Set.of(ORDERS_LOG)));
    assertThat(n1.tick())
        .contains(
            new Send(
                N2.node(), new KnowsDirectory(MESH, 1, addressOf(N1.node()), Set.of(ORDERS_LOG))));
  }

  @Test
  void hearsWhichLogsAreSealedOnlyOfWhomItHasBound() {
    Scene n1 = founder(seeded());
    KnowsDirectory sealed = new KnowsDirectory(MESH, 1, addressOf(N2.node()), Set.of(ORDERS_LOG));

    assertThat(n1.said(N2, sealed))
        .contains(new HeardSealed(Set.of(ORDERS_LOG)), new HeardLeading(N2, Told.NOTHING));
    assertThat(n1.said(N2_AGAIN, sealed)).isEmpty();
    assertThat(n1.said(N4, sealed)).isEmpty();
  }

  @Test
  void tellsWhatItLeadsAndWants() {
    Scene n1 = founder(seeded());

    n1.on(new DoorInput.Leading(LEADING));
    assertThat(n1.tick())
        .contains(
            new Send(
                N3.node(), new KnowsDirectory(MESH, 1, addressOf(N1.node()), Set.of(), LEADING)));
  }

  @Test
  void hearsWhatIsLedOnlyOfWhomItHasBound() {
    Scene n1 = founder(seeded());
    KnowsDirectory leads = new KnowsDirectory(MESH, 1, addressOf(N2.node()), Set.of(), LEADING);

    assertThat(n1.said(N2, leads)).contains(new HeardLeading(N2, LEADING));
    assertThat(n1.said(N2_AGAIN, leads)).isEmpty();
    assertThat(n1.said(N4, leads)).isEmpty();
    KnowsDirectory elsewhere =
        new KnowsDirectory("other", 1, addressOf(N2.node()), Set.of(), LEADING);
    assertThat(n1.said(N2, elsewhere)).containsExactly(new Stranger(N2));
  }

  // ---- A name that another data directory has

  @Test
  void oldIncarnationIsHeardNoMoreOnceAnotherIsListed() {
    Scene n1 = founder(seeded());
    n1.on(new DoorInput.Serve(Set.of(DirectorySample.MAIN)));
    assertThat(n1.said(N2, OF_MAIN)).containsExactly(new PassOn(N2, OF_MAIN));
    n1.learn(REPLACED);

    assertThat(n1.said(N2, OF_MAIN)).containsExactly(new Stranger(N2));
    assertThat(n1.said(N2, greet(n1.print(N2))))
        .containsExactly(new Send(N2.node(), refusalOf(n1, N2, "emptied_directory", 7)));
  }

  /** The words are the ledger's. */
  private static Refuse refusalOf(Scene scene, MemberId from, String code, long version) {
    Send sent = (Send) scene.said(from, greet(scene.print(from))).get(0);
    Refuse refuse = (Refuse) sent.body();
    assertThat(refuse.code()).isEqualTo(code);
    return new Refuse(code, refuse.reason(), from.incarnation(), version);
  }

  @Test
  void listedIncarnationIsWelcomeWithWordOfTheDirectory() {
    Scene n1 = founder(REPLACED);

    n1.said(N2_AGAIN, greet(""));
    assertThat(n1.saved())
        .containsExactly(new Send(N2.node(), new Welcome(HTTP, N2_AGAIN.incarnation(), 7)));
    assertThat(Objects.requireNonNull(n1.ledger.peers().get(N2.node())).incarnation())
        .isEqualTo(N2_AGAIN.incarnation());
  }

  @Test
  void nameThatAnotherHasNowIsGreetedAnew() {
    Scene n1 = founder(seeded());
    n1.said(N2, new Welcome("h", BOOT, 1));
    n1.said(N3, new Welcome("h", BOOT, 1));
    assertThat(n1.greeted()).isEmpty();

    n1.learn(REPLACED);
    assertThat(n1.greeted()).containsExactly(N2.node());
    n1.said(N2_AGAIN, greet(""));
    n1.saved();
    n1.said(N2_AGAIN, new Welcome("h", BOOT, 7));
    assertThat(n1.greeted()).isEmpty();
  }

  @Test
  void nodeThatIsLetInIsGreeted() {
    Scene n1 = founder(seeded());
    n1.said(N2, new Welcome("h", BOOT, 1));
    n1.said(N3, new Welcome("h", BOOT, 1));

    n1.learn(with(seeded(), 7, N4));
    assertThat(n1.greeted()).containsExactly(N4.node());
  }

  @Test
  void nodeThatWasReplacedMarksItsDirectoryAndEnds() {
    Scene n1 = founder(seeded());

    List<DoorEffect> heard = n1.said(N3, tell(with(seeded(), 7, N1_AGAIN)));
    assertThat(heard)
        .singleElement()
        .isInstanceOfSatisfying(
            MarkRefused.class,
            mark -> {
              assertThat(mark.by()).isEqualTo(N3.node());
              assertThat(mark.code()).isEqualTo(RefusalCode.EMPTIED_DIRECTORY);
              assertThat(mark.reason()).startsWith("n1 was let in again");
            });
    assertThat(n1.said(N2, tell(with(seeded(), 8, N1_AGAIN)))).as("once").isEmpty();
    assertThat(n1.on(new DoorInput.Marked()))
        .singleElement()
        .isInstanceOfSatisfying(
            Refused.class, refused -> assertThat(refused.code()).isEqualTo("emptied_directory"));
    assertThat(n1.ledger.directory()).isEqualTo(seeded());
  }

  @Test
  void nodeThatWasReplacedBeforeItWasAdmittedEndsAndIsNotMarked() {
    Scene n1 = fresh(N1, settings("n1", "off"));

    assertThat(n1.said(N3, tell(with(seeded(), 7, N1_AGAIN))))
        .singleElement()
        .isInstanceOfSatisfying(
            Refused.class, refused -> assertThat(refused.code()).isEqualTo("emptied_directory"));
  }

  /** It needs nobody's word for it to found nothing: it could be the next disk of a lost node. */
  @Test
  void freshNodeInNoGroupWaitsForTheDirectoryAndIsNotMarked() {
    HoldfastSettings settings = settings("n4", "off");
    Scene n4 = fresh(N4, settings);
    n4.meet(List.of(N1, N2, N3), 0);
    assertThat(n4.tick()).noneMatch(Admitted.class::isInstance);

    MeshDirectory lost = with(seeded(), 7, member("n4", 444));
    assertThat(n4.said(N3, tell(lost)))
        .singleElement()
        .isInstanceOfSatisfying(
            Refused.class, refused -> assertThat(refused.code()).isEqualTo("emptied_directory"));

    Scene other = fresh(N4, settings);
    other.learn(with(seeded(), 7, N4));
    assertThat(other.saved()).containsExactly(new Admitted(List.of()));
  }

  // ---- Being let in

  @Test
  void whoIsToJoinWaitsWhereItIsNotKnownYet() {
    Scene n4 = fresh(N4, settings("n4", "on"));

    for (String code : List.of("not_a_peer", "emptied_directory")) {
      assertThat(n4.said(N1, new Refuse(code, "because", BOOT)))
          .containsExactly(new Waits(N1.node(), "because"));
    }
    assertThat(n4.said(N1, new Refuse("foreign_mesh", "because", BOOT)))
        .containsExactly(new Refused(N1.node(), "foreign_mesh", "because"));
  }

  @Test
  void whoIsToJoinSaysNothingOfItsSettings() {
    Scene n4 = fresh(N4, settings("n4", "on"));

    HoldfastSettings settings = settings("n4", "on");
    Greet silent =
        new Greet(
            settings.mesh().id(),
            "",
            1,
            List.of(),
            HTTP,
            Optional.of(settings.mesh().advertised()));
    assertThat(n4.tick()).contains(new Send(N1.node(), silent));
  }

  @Test
  void whoIsToJoinWelcomesItsPeersWhateverTheirSettings() {
    Scene n4 = fresh(N4, settings("n4", "on"));

    n4.said(N1, greet("other"));
    assertThat(n4.saved())
        .containsExactly(new Send(N1.node(), new Welcome(HTTP, N1.incarnation(), 0)));
  }

  @Test
  void whoIsToJoinNeverFoundsThoughEveryoneWelcomesIt() {
    Scene n4 = fresh(N4, settings("n4", "on"));
    n4.meet(List.of(N1, N2, N3), 0);

    assertThat(n4.tick()).noneMatch(Admitted.class::isInstance);
    assertThat(n4.ledger.admitted()).isFalse();
  }

  @Test
  void whoIsToJoinIsLetInOnceItHearsThatItIsListed() {
    Scene n4 = fresh(N4, settings("n4", "on"));

    MeshDirectory listing = with(seeded(), 7, N4);
    n4.said(N1, tell(listing));
    List<DoorEffect> heard = n4.saved();
    assertThat(heard.get(0)).isEqualTo(new DirectoryIs(listing));
    assertThat(n4.saved()).containsExactly(new Admitted(List.of()));
    assertThat(n4.ledger.directory().isLetIn(N4)).isTrue();
  }

  @Test
  void whoIsToJoinUnderANameThatAnotherHasStillWaits() {
    Scene again = fresh(N1_AGAIN, settings("n1", "on"));

    assertThat(again.said(N3, tell(seeded()))).isEmpty();
    again.said(N3, tell(with(seeded(), 7, N1_AGAIN)));
    again.saved();
    assertThat(again.saved()).containsExactly(new Admitted(List.of()));
  }

  /** It may have met others than are listed by now, and has no part in anything. */
  @Test
  void whoIsToJoinRefusesNobodyWhomItDoesNotKnowYet() {
    Scene n4 = fresh(N4, settings("n4", "on"));
    n4.meet(List.of(N2), 0);

    assertThat(n4.said(N2_AGAIN, greet(""))).containsExactly(new Stranger(N2_AGAIN));
    MemberId n5 = DirectorySample.member("n5", 55);
    assertThat(n4.said(n5, greet(""))).containsExactly(new Stranger(n5));
    assertThat(n4.said(N1, new Greet("other", "", 1, List.of(), HTTP)))
        .singleElement()
        .isInstanceOf(Send.class);
  }

  @Test
  void refusalByAPeerWithAnOlderDirectoryNeitherEndsNorCondemnsWhoWasLetIn() {
    Scene again = letIn(N2_AGAIN, REPLACED, settings("n2", "on"));
    again.meet(List.of(N1), 6);

    for (String code : List.of("emptied_directory", "not_a_peer", "settings_differ")) {
      assertThat(again.said(N1, new Refuse(code, "because", BOOT, 6))).as(code).isEmpty();
    }
    assertThat(again.said(N1, new Refuse("emptied_directory", "because", BOOT, 7)))
        .singleElement()
        .isInstanceOf(MarkRefused.class);
    assertThat(again.said(N1, new Refuse("settings_differ", "because", BOOT, 7)))
        .containsExactly(new Refused(N1.node(), "settings_differ", "because"));
  }

  @Test
  void olderCopyIsCondemnedByAPeerWithAnOlderDirectoryToo() {
    Scene again = letIn(N2_AGAIN, REPLACED, settings("n2", "on"));
    again.meet(List.of(N1), 6);

    assertThat(again.said(N1, new Refuse("stale_copy", "because", BOOT, 6)))
        .singleElement()
        .isInstanceOf(MarkRefused.class);
  }

  @Test
  void founderWithOtherSettingsEndsThoughThePeersDirectoryIsOlder() {
    Scene n1 = founder(REPLACED);

    assertThat(n1.said(N3, new Refuse("settings_differ", "because", BOOT, 6)))
        .containsExactly(new Refused(N3.node(), "settings_differ", "because"));
  }

  @Test
  void whoWasLetInIsWelcomedThoughAGroupWasMadeWithItSince() {
    MeshDirectory made = with(REPLACED, 9, ORDERS, group(ORDERS_LOG, N1, N2_AGAIN));
    assertGreetingIsWelcome(REPLACED, made);
  }

  /** Group {@code more} came into the settings of all nodes; both sides may be the one behind. */
  @Test
  void whoWasLetInIsWelcomedThoughTheSettingsNameItAsAFounderSince() {
    GroupId name = new GroupId("more");
    MeshDirectory more = with(REPLACED, 9, name, group(name, N1, N2_AGAIN));
    assertGreetingIsWelcome(REPLACED, more);
    assertGreetingIsWelcome(more, more);
    assertGreetingIsWelcome(more, REPLACED);
  }

  private static void assertGreetingIsWelcome(MeshDirectory knownToN2, MeshDirectory knownToN1) {
    Scene n1 = founder(knownToN1);
    Scene n2 = letIn(N2_AGAIN, knownToN2, settings("n2", "on"));
    Greet greet =
        n2.tick().stream()
            .filter(Send.class::isInstance)
            .map(Send.class::cast)
            .filter(send -> send.to().equals(N1.node()))
            .map(Send::body)
            .filter(Greet.class::isInstance)
            .map(Greet.class::cast)
            .findFirst()
            .orElseThrow();

    assertThat(n1.said(N2_AGAIN, greet)).anyMatch(Save.class::isInstance);
  }

  // ---- Founders, and who has their names

  @Test
  void slowFounderThatFindsItselfListedIsAdmittedAsFounder() {
    Scene n3 = fresh(N3, settings("n3", "off"));

    n3.said(N1, tell(seeded()));
    n3.saved();
    assertThat(n3.saved()).containsExactly(new Admitted(List.of(N1, N2, N3)));
  }

  @Test
  void whoIsListedUnderAFoundersNameIsLetInThoughItWasNotToldToJoin() {
    Scene again = fresh(N2_AGAIN, settings("n2", "off"));

    again.said(N1, tell(REPLACED));
    again.saved();
    assertThat(again.saved()).containsExactly(new Admitted(List.of()));
  }

  /** Its promises are those of another: with them it would be two members of a group. */
  @Test
  void whoHasAFoundersNameWaitsForTheDirectoryThoughEveryoneWelcomesIt() {
    Scene again = fresh(N2_AGAIN, settings("n2", "off"));
    again.meet(List.of(N1, N3), 7);

    assertThat(again.tick()).noneMatch(Admitted.class::isInstance);
    assertThat(again.ledger.admitted()).isFalse();
    again.learn(REPLACED);
    assertThat(again.saved()).containsExactly(new Admitted(List.of()));
  }

  @Test
  void whoHasAFoundersNameIsNoFounderThoughItStartsAgainBeforeItHearsOfTheDirectory() {
    Scene again = fresh(N2_AGAIN, settings("n2", "off"));
    again.meet(List.of(N1, N3), 7);

    Scene restarted = new Scene(N2_AGAIN, settings("n2", "off"), again.ledger);
    for (int i = 0; i < 3; i++) {
      assertThat(restarted.tick()).noneMatch(Save.class::isInstance);
    }
    assertThat(restarted.ledger.admitted()).isFalse();
  }

  @Test
  void welcomeOfWhoKnowsANewerDirectoryIsNoAcknowledgementAndIsAskedForAgain() {
    Scene n3 = fresh(N3, settings("n3", "off"));
    n3.meet(List.of(N1, N2), 7);

    assertThat(n3.ledger.acknowledged()).isEmpty();
    assertThat(n3.greeted()).containsExactly(N1.node(), N2.node());
  }

  @Test
  void whatWasAcknowledgedBeforeIsNotEnoughOnceANewerDirectoryIsHeardOf() {
    Scene n2 = fresh(N2_AGAIN, settings("n2", "off"));
    n2.meet(List.of(N3), 0);
    n2.said(N1, greet(n2.print(N1)));
    n2.saved();
    n2.said(N3, new Welcome("h", BOOT, 7));
    n2.said(N1, new Welcome("h", BOOT, 0));
    n2.saved();

    assertThat(n2.ledger.acknowledged()).containsExactly(N1.node(), N3.node());
    assertThat(n2.tick()).noneMatch(Save.class::isInstance);
    assertThat(n2.ledger.admitted()).isFalse();
  }

  @Test
  void foundersThatRestoredGroupMetaFromDifferentFilesRefuseEachOther() {
    Origins some = Origins.NONE.with(GroupSettings.META, "slot 7, chain hash ab");
    HoldfastSettings settings = settings("n1", "off");
    DoorCore restored = new DoorCore(settings, identity(N1), PeerLedger.EMPTY, HTTP, some);

    assertThat(
            restored.on(
                new DoorInput.Said(
                    new Envelope(N2, 22, greet(settings.sharedFingerprint(N2.node()))))))
        .singleElement()
        .isInstanceOfSatisfying(
            Send.class, send -> assertThat(send.body()).isInstanceOf(Refuse.class));
  }

  // ---- The scene

  /** A door, and the disk below it. */
  private static final class Scene {

    private final MemberId self;
    private final HoldfastSettings settings;
    private final DoorCore door;
    private PeerLedger ledger;
    private Optional<PeerLedger> beingSaved = Optional.empty();

    Scene(MemberId self, HoldfastSettings settings, PeerLedger ledger) {
      this.self = self;
      this.settings = settings;
      this.ledger = ledger;
      this.door = new DoorCore(settings, identity(self), ledger, HTTP);
    }

    List<DoorEffect> on(DoorInput input) {
      List<DoorEffect> effects = door.on(input);
      for (DoorEffect effect : effects) {
        if (effect instanceof Save save) {
          assertThat(beingSaved).as("one save at a time").isEmpty();
          assertThat(save.ledger().remembers(ledger)).isTrue();
          beingSaved = Optional.of(save.ledger());
        }
      }
      return effects;
    }

    /** The nonce of each boot is the incarnation. */
    List<DoorEffect> said(MemberId from, Body body) {
      return on(new DoorInput.Said(new Envelope(from, from.incarnation(), body)));
    }

    List<DoorEffect> saved() {
      ledger = beingSaved.orElseThrow();
      beingSaved = Optional.empty();
      return on(new DoorInput.Saved(ledger));
    }

    List<DoorEffect> tick() {
      return on(new DoorInput.Tick());
    }

    void learn(MeshDirectory directory) {
      said(N3.equals(self) ? N1 : N3, tell(directory));
      saved();
    }

    /** All of them greet, are remembered, and welcome this node; they know this version. */
    void meet(List<MemberId> others, long version) {
      for (MemberId other : others) {
        said(other, greet(print(other)));
        if (beingSaved.isPresent()) {
          saved();
        }
        said(other, new Welcome("h", BOOT, version));
        if (beingSaved.isPresent()) {
          saved();
        }
      }
    }

    String print(MemberId other) {
      return settings.sharedFingerprint(other.node());
    }

    /** Whom it greets on the next tick. */
    List<NodeId> greeted() {
      return tick().stream()
          .filter(Send.class::isInstance)
          .map(Send.class::cast)
          .filter(send -> send.body() instanceof Greet)
          .map(Send::to)
          .toList();
    }
  }

  private static Scene fresh(MemberId self, HoldfastSettings settings) {
    return new Scene(self, settings, PeerLedger.EMPTY);
  }

  /** N1, which has founded the mesh with N2 and N3, and knows this directory. */
  private static Scene founder(MeshDirectory directory) {
    TreeMap<NodeId, KnownPeer> peers = new TreeMap<>();
    for (MemberId peer : List.of(N2, N3)) {
      peers.put(peer.node(), new KnownPeer(peer.incarnation(), 1, peer.incarnation()));
    }
    PeerLedger ledger =
        new PeerLedger(
            peers, new TreeSet<>(Set.of(N2.node(), N3.node())), true, List.of(N1, N2, N3));
    Scene scene = new Scene(N1, settings("n1", "off"), ledger.learned(directory));
    scene.on(new DoorInput.Saved(scene.ledger)); // says at once that it is admitted
    return scene;
  }

  private static Scene letIn(MemberId self, MeshDirectory directory, HoldfastSettings settings) {
    return new Scene(
        self,
        settings,
        new PeerLedger(new TreeMap<>(), new TreeSet<>(), true, List.of(), directory));
  }

  private static NodeIdentity identity(MemberId self) {
    return new NodeIdentity(MESH, self.node(), self.incarnation(), 1, BOOT, List.of());
  }

  private static KnowsDirectory knows(long version) {
    return new KnowsDirectory(MESH, version, addressOf(N4.node()), Set.of());
  }

  private static TellDirectory tell(MeshDirectory directory) {
    return new TellDirectory(MESH, directory);
  }

  private static Greet greet(String fingerprint) {
    return new Greet(MESH, fingerprint, 1, List.of(), HTTP);
  }

  private static HoldfastSettings settings(String node, String join) {
    SettingsResult result =
        SettingsReader.read(
            Optional.empty(),
            new Properties(),
            Map.of(),
            Map.of(
                "holdfast.node.id",
                node,
                "holdfast.mesh.join",
                join,
                "holdfast.mesh.addr",
                addressOf(new NodeId(node)).toString(),
                "holdfast.groups",
                "[{name = main, members = [n1, n2, n3]}]",
                "holdfast.mesh.peers",
                "n1@127.0.0.1:7001,n2@127.0.0.1:7002,n3@127.0.0.1:7003"));
    assertThat(result).isInstanceOf(SettingsResult.Valid.class);
    return ((SettingsResult.Valid) result).settings();
  }

  // ---- Where nodes are

  /** Who greets it at its old address is not greeted back: it was welcome before. */
  @Test
  void followsAPeerToWhereItsWordsComeFrom() {
    Scene n1 = founder(seeded());
    HostPort elsewhere = new HostPort("10.0.0.9", 7009);
    KnowsDirectory knows = new KnowsDirectory(MESH, 1, elsewhere, Set.of());
    assertThat(n1.said(N2, knows)).contains(new PeerAt(N2, elsewhere));

    Envelope earlierBoot = new Envelope(N2, 99, knows);
    assertThat(n1.on(new DoorInput.Said(earlierBoot))).noneMatch(PeerAt.class::isInstance);
  }

  @Test
  void refusesWhereTheOtherIsAndNotWhereItsNameIs() {
    Scene n1 = founder(seeded());
    HostPort elsewhere = new HostPort("10.0.0.9", 7009);
    assertThat(n1.said(N2_AGAIN, from(elsewhere)))
        .singleElement()
        .isInstanceOfSatisfying(
            SendTo.class,
            sent -> {
              assertThat(sent.address()).isEqualTo(elsewhere);
              assertThat(sent.body()).isInstanceOf(Refuse.class);
            });
  }

  @Test
  void followsAPeerThatIsWelcomeToWhereItSaysThatItIs() {
    Scene n1 = founder(seeded());
    HostPort moved = new HostPort("10.0.0.9", 7009);
    assertThat(n1.said(N2, from(moved))).contains(new PeerAt(N2, moved));
  }

  private static Greet from(HostPort address) {
    Greet greet = greet(settings("n1", "off").sharedFingerprint(N2.node()));
    return new Greet(
        greet.meshId(),
        greet.fingerprint(),
        greet.bootCount(),
        greet.earlierNonces(),
        greet.httpAddr(),
        Optional.of(address));
  }
}
