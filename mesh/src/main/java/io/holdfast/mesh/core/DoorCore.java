package io.holdfast.mesh.core;

import io.holdfast.config.core.Admission;
import io.holdfast.config.core.Greeted;
import io.holdfast.config.core.Greeting;
import io.holdfast.config.core.GreetingTerms;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.GroupSettings;
import io.holdfast.config.core.HoldfastSettings;
import io.holdfast.config.core.KnownPeer;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.MeshDirectory;
import io.holdfast.config.core.MeshDirectory.ListedNode;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.NodeIdentity;
import io.holdfast.config.core.Origins;
import io.holdfast.config.core.PeerLedger;
import io.holdfast.config.core.RefusalCode;
import io.holdfast.mesh.Glimpse;
import io.holdfast.mesh.core.Envelope.Greet;
import io.holdfast.mesh.core.Envelope.KnowsDirectory;
import io.holdfast.mesh.core.Envelope.OfGroup;
import io.holdfast.mesh.core.Envelope.Refuse;
import io.holdfast.mesh.core.Envelope.TellDirectory;
import io.holdfast.mesh.core.Envelope.TellGlimpse;
import io.holdfast.mesh.core.Envelope.Welcome;
import io.holdfast.quorum.core.LeaderSpread;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Decides who is heard. Every boot greets every peer until it is welcomed; what a peer says about a
 * group is passed on only when it comes from the very boot that was greeted ({@link PeerLedger}),
 * and only once this node may vote.
 *
 * <p>It also keeps the newest directory of the mesh that it hears of, and tells whoever knows an
 * older one. A node that the directory lists is welcome under the listed incarnation and no other.
 *
 * <p>What a greeting or a directory changes is on disk before its answer leaves; while such a write
 * is under way other greetings that would change something wait to be repeated.
 */
public final class DoorCore {

  private final HoldfastSettings settings;
  private final NodeIdentity self;
  private final String httpAddr;
  private final Origins origins;

  /** Ticks from one word about the directory to the next. */
  private static final int NEWS_EVERY = 4;

  private static final String NOT_LISTED =
      "the mesh knows this node with another data directory, and this one is fresh: restore the"
          + " other one, or start this with holdfast.mesh.join = on and run 'holdfast member replace"
          + " NODE NODE --at HOST:PORT'";

  private final Set<NodeId> welcomedBy = new HashSet<>();
  private Set<GroupId> groups = Set.of();
  private PeerLedger ledger;
  private boolean saving;
  private Optional<DoorEffect.Send> welcomeOwed = Optional.empty();
  private boolean announced;

  /** Only what a peer of this mesh has said; this node may not have heard of it yet. */
  private long newestVersion;

  private Set<GroupId> sealed = Set.of();
  private LeaderSpread.Told leading = LeaderSpread.Told.NOTHING;
  private int ticks;

  /** What ends this node once its mark is on disk. */
  private Optional<DoorEffect.Refused> marking = Optional.empty();

  private List<DoorEffect> effects = new ArrayList<>();

  /**
   * @param settings what this node runs with
   * @param self who it is
   * @param ledger what it durably knows of the others
   * @param httpAddr where its front door listens
   */
  public DoorCore(
      HoldfastSettings settings, NodeIdentity self, PeerLedger ledger, String httpAddr) {
    this(settings, self, ledger, httpAddr, Origins.NONE);
  }

  /**
   * The same.
   *
   * @param origins what the groups in this node's directory began with
   */
  public DoorCore(
      HoldfastSettings settings,
      NodeIdentity self,
      PeerLedger ledger,
      String httpAddr,
      Origins origins) {
    this.settings = settings;
    this.self = self;
    this.ledger = ledger;
    this.httpAddr = httpAddr;
    this.origins = origins;
  }

  /**
   * Takes one input.
   *
   * @return what to do, in order
   */
  public List<DoorEffect> on(DoorInput input) {
    effects = new ArrayList<>(1);
    if (input instanceof DoorInput.Said said) {
      onEnvelope(said.envelope());
    } else if (input instanceof DoorInput.Saved saved) {
      onSaved(saved.ledger());
    } else if (input instanceof DoorInput.Marked) {
      marking.ifPresent(effects::add);
    } else if (input instanceof DoorInput.Serve serve) {
      groups = serve.groups();
    } else if (input instanceof DoorInput.Learned learned) {
      onDirectory(self.member(), learned.directory());
    } else if (input instanceof DoorInput.Sealed some) {
      sealed = some.logs();
    } else if (input instanceof DoorInput.Leading now) {
      leading = now.told();
    } else if (input instanceof DoorInput.Say say) {
      onSay(new TellGlimpse(say.glimpse()));
    } else if (input instanceof DoorInput.Tick) {
      onTick();
    }
    return effects;
  }

  private void onEnvelope(Envelope envelope) {
    if (envelope.body() instanceof OfGroup body) {
      onGroup(envelope, body);
    } else if (envelope.body() instanceof Greet greet) {
      onGreet(envelope, greet);
    } else if (envelope.body() instanceof Welcome welcome) {
      onWelcome(envelope.from(), welcome);
    } else if (envelope.body() instanceof Refuse refuse) {
      onRefuse(envelope.from(), refuse);
    } else if (envelope.body() instanceof KnowsDirectory knows) {
      onKnows(envelope, knows);
    } else if (envelope.body() instanceof TellDirectory tell) {
      onTell(envelope.from(), tell);
    } else if (envelope.body() instanceof TellGlimpse tell) {
      onGlimpse(envelope, tell.glimpse());
    }
  }

  // ---- What nodes tell of themselves

  private void onSay(TellGlimpse words) {
    for (NodeId peer : everyone()) {
      if (!peer.equals(self.node())) {
        effects.add(new DoorEffect.Send(peer, words));
      }
    }
  }

  private void onGlimpse(Envelope envelope, Glimpse glimpse) {
    effects.add(
        isKnownBoot(envelope)
            ? new DoorEffect.HeardGlimpse(envelope.from(), glimpse)
            : new DoorEffect.Stranger(envelope.from()));
  }

  // ---- The directory

  private void onKnows(Envelope envelope, KnowsDirectory knows) {
    MemberId from = envelope.from();
    if (!knows.meshId().equals(self.meshId())) {
      effects.add(new DoorEffect.Stranger(from));
      return;
    }
    if (ledger.isBound(from)) {
      if (isKnownBoot(envelope)) {
        effects.add(new DoorEffect.PeerAt(from, knows.address()));
      }
      if (!knows.sealed().isEmpty()) {
        effects.add(new DoorEffect.HeardSealed(knows.sealed()));
      }
      effects.add(new DoorEffect.HeardLeading(from, knows.leading()));
    }
    if (knows.version() < ledger.directory().version()) {
      // Not by its name: that may be another node's by now, which is what it is to hear.
      effects.add(
          new DoorEffect.SendTo(
              from.node(), knows.address(), new TellDirectory(self.meshId(), ledger.directory())));
    }
  }

  private void onTell(MemberId from, TellDirectory tell) {
    if (tell.meshId().equals(self.meshId())) {
      onDirectory(from, tell.directory());
    } else {
      effects.add(new DoorEffect.Stranger(from));
    }
  }

  /** It is chosen, so it is true whoever says it; one that cannot be saved now comes again. */
  private void onDirectory(MemberId from, MeshDirectory directory) {
    if (directory.version() <= ledger.directory().version() || saving || marking.isPresent()) {
      return;
    }
    if (!ledger.believes(directory)) {
      effects.add(new DoorEffect.Stranger(from));
      return;
    }
    NodeId by = from.node();
    if (directory.contradicts(self.member())) {
      String reason =
          "%s was let in again from another data directory, in the place of this one: it is of no use any more"
              .formatted(self.member().node());
      if (ledger.admitted()) {
        mark(by, RefusalCode.EMPTIED_DIRECTORY, reason);
      } else if (!waits()) {
        effects.add(new DoorEffect.Refused(by, RefusalCode.EMPTIED_DIRECTORY.code(), NOT_LISTED));
      }
      return;
    }
    save(ledger.learned(directory));
  }

  private void mark(NodeId by, RefusalCode code, String reason) {
    marking = Optional.of(new DoorEffect.Refused(by, code.code(), reason));
    effects.add(new DoorEffect.MarkRefused(by, code, reason));
  }

  /** Whether it is to be let in, and was not yet. */
  private boolean waits() {
    return settings.mesh().join() && !ledger.admitted();
  }

  /** Whether its settings say nothing of the groups that it takes part in. */
  private boolean joins() {
    return waits() || ledger.directory().isLetIn(self.member());
  }

  private Set<NodeId> everyone() {
    Set<NodeId> names = new TreeSet<>(settings.mesh().members());
    names.addAll(ledger.directory().nodes().keySet());
    return names;
  }

  // ---- Greetings

  /** A refusal of this very boot ends it; one that speaks against its directory ends that too. */
  private void onRefuse(MemberId by, Refuse refuse) {
    if (!everyone().contains(by.node()) || refuse.refusedBoot() != self.bootNonce()) {
      effects.add(new DoorEffect.Stranger(by));
      return;
    }
    Optional<RefusalCode> code = RefusalCode.of(refuse.code());
    boolean unknownThere = code.filter(DoorCore::mayBeLetIn).isPresent();
    // Where it is not known to have been let in, it is expected to have settings in common.
    boolean mayChange =
        unknownThere || (joins() && code.equals(Optional.of(RefusalCode.SETTINGS_DIFFER)));
    if (mayChange
        && ledger.directory().lists(self.member())
        && refuse.directoryVersion() < ledger.directory().version()) {
      return; // it has not heard yet that this node was let in, and will
    }
    if (unknownThere && waits()) {
      effects.add(new DoorEffect.Waits(by.node(), refuse.reason()));
      return;
    }
    Optional<RefusalCode> lasting = code.filter(known -> ledger.condemnedBy(by, known));
    if (lasting.isEmpty()) {
      effects.add(new DoorEffect.Refused(by.node(), refuse.code(), refuse.reason()));
    } else if (marking.isEmpty()) {
      mark(by.node(), lasting.get(), refuse.reason());
    }
  }

  private static boolean mayBeLetIn(RefusalCode code) {
    return code == RefusalCode.NOT_A_PEER || code == RefusalCode.EMPTIED_DIRECTORY;
  }

  /** MembersOnly, by incarnation and boot; members of the group or not is for its cores to say. */
  private void onGroup(Envelope envelope, OfGroup body) {
    if (!isKnownBoot(envelope)) {
      effects.add(new DoorEffect.Stranger(envelope.from()));
    } else if (groups.contains(body.group())) {
      effects.add(new DoorEffect.PassOn(envelope.from(), body));
    }
  }

  private boolean isKnownBoot(Envelope envelope) {
    KnownPeer known = ledger.peers().get(envelope.from().node());
    return known != null
        && known.incarnation() == envelope.from().incarnation()
        && known.bootNonce() == envelope.bootNonce();
  }

  private void onGreet(Envelope envelope, Greet greet) {
    NodeId peer = envelope.from().node();
    Greeting greeting;
    Origins theirs;
    try {
      theirs = Origins.in(greet.fingerprint());
      greeting =
          new Greeting(
              greet.meshId(),
              Origins.above(greet.fingerprint()),
              envelope.from(),
              greet.bootCount(),
              envelope.bootNonce(),
              greet.earlierNonces());
    } catch (IllegalArgumentException malformed) {
      effects.add(new DoorEffect.Stranger(envelope.from()));
      return;
    }
    GreetingTerms terms = settings.greetingTerms(peer);
    Greeted answer =
        ledger.greet(greeting, joins() ? terms.whatever(greeting.fingerprint()) : terms);
    if (answer instanceof Greeted.Welcome && !ledger.admitted() && !waits()) {
      answer =
          origins
              .refusal(self.node(), peer, sharedWith(peer), theirs)
              .<Greeted>map(reason -> new Greeted.Refused(RefusalCode.SETTINGS_DIFFER, reason))
              .orElse(answer);
    }
    if (answer instanceof Greeted.Refused refused && waits() && mayBeLetIn(refused.code())) {
      // Who is not let in yet has no say about who is; it will hear of it.
      effects.add(new DoorEffect.Stranger(envelope.from()));
    } else if (answer instanceof Greeted.Refused refused) {
      Refuse refuse =
          new Refuse(
              refused.code().code(),
              refused.reason(),
              envelope.bootNonce(),
              ledger.directory().version());
      effects.add(
          greet
              .address()
              .<DoorEffect>map(address -> new DoorEffect.SendTo(peer, address, refuse))
              .orElseGet(() -> new DoorEffect.Send(peer, refuse)));
    } else if (answer instanceof Greeted.Welcome welcome) {
      greet
          .address()
          .ifPresent(address -> effects.add(new DoorEffect.PeerAt(envelope.from(), address)));
      effects.add(new DoorEffect.FrontDoor(peer, greet.httpAddr()));
      if (!welcome.changed()) {
        effects.add(welcome(envelope));
      } else if (!saving) {
        welcomeOwed = Optional.of(welcome(envelope));
        save(welcome.updated());
      }
    }
  }

  private Set<GroupId> sharedWith(NodeId peer) {
    return settings.allGroups().stream()
        .filter(group -> group.members().containsAll(Set.of(self.node(), peer)))
        .map(GroupSettings::name)
        .collect(Collectors.toSet());
  }

  private DoorEffect.Send welcome(Envelope greeting) {
    return new DoorEffect.Send(
        greeting.from().node(),
        new Welcome(httpAddr, greeting.bootNonce(), ledger.directory().version()));
  }

  /**
   * Only who is bound here can acknowledge this node: a welcome from another incarnation, or from a
   * node that is none of this mesh's, is not the word of the member whose memory counts. And what
   * was said to an earlier boot leaves this one unknown: it would not be heard, and would not greet
   * again. Nor is it an acknowledgement where the other knows a newer directory: this node may be
   * welcome as one that was let in, and would take itself for a founder at its next start, before
   * it has heard of that.
   */
  private void onWelcome(MemberId from, Welcome welcome) {
    NodeId peer = from.node();
    if (!ledger.isBound(from) || welcome.greetedBoot() != self.bootNonce()) {
      effects.add(new DoorEffect.Stranger(from));
      return;
    }
    welcomedBy.add(peer);
    newestVersion = Math.max(newestVersion, welcome.directoryVersion());
    effects.add(new DoorEffect.FrontDoor(peer, welcome.httpAddr()));
    if (!ledger.admitted()
        && !saving
        && welcome.directoryVersion() <= ledger.directory().version()) {
      PeerLedger acknowledged = ledger.acknowledgedBy(peer);
      if (!acknowledged.equals(ledger)) {
        save(acknowledged);
      }
    }
  }

  private void save(PeerLedger next) {
    saving = true;
    effects.add(new DoorEffect.Save(next));
  }

  private void onSaved(PeerLedger durable) {
    saving = false;
    boolean news = durable.directory().version() > ledger.directory().version();
    if (news) {
      // Whoever has the name now has not heard of this node.
      welcomedBy.removeIf(
          name -> !Objects.equals(durable.peers().get(name), ledger.peers().get(name)));
    }
    ledger = durable;
    if (news) {
      effects.add(new DoorEffect.DirectoryIs(ledger.directory()));
    }
    welcomeOwed.ifPresent(effects::add);
    welcomeOwed = Optional.empty();
    admitIfComplete();
  }

  private void admitIfComplete() {
    if (announced || saving) {
      return;
    }
    if (!ledger.admitted() && ledger.directory().version() < newestVersion) {
      // The directory may say that this node was let in, and has founded nothing.
      return;
    }
    Admission admission =
        ledger.admission(
            settings.admittingMembers(),
            settings.foundedGroups(),
            settings.mesh().join(),
            self.member());
    if (admission instanceof Admission.Admitted admitted) {
      if (admitted.changed()) {
        save(admitted.ledger());
      } else {
        announced = true;
        effects.add(new DoorEffect.Admitted(ledger.founders()));
      }
    }
  }

  private void onTick() {
    boolean news = ticks++ % NEWS_EVERY == 0;
    for (NodeId peer : everyone()) {
      boolean other = !peer.equals(self.node());
      if (other && news) {
        effects.add(
            new DoorEffect.Send(
                peer,
                new KnowsDirectory(
                    self.meshId(),
                    ledger.directory().version(),
                    settings.mesh().advertised(),
                    sealed,
                    leading)));
      }
      // An acknowledgement that could not be saved at once is asked for again.
      boolean owed =
          !welcomedBy.contains(peer)
              || (!ledger.admitted() && !waits() && !ledger.acknowledged().contains(peer));
      if (other && owed) {
        greet(peer);
      }
    }
    admitIfComplete();
  }

  /** Where settings and directory disagree on where it is, at both places: it may have moved. */
  private void greet(NodeId peer) {
    Greet greet =
        new Greet(
            self.meshId(),
            joins() ? "" : origins.below(settings.sharedFingerprint(peer)),
            self.bootCount(),
            self.earlierNonces(),
            httpAddr,
            Optional.of(settings.mesh().advertised()));
    effects.add(new DoorEffect.Send(peer, greet));
    ListedNode listed = ledger.directory().nodes().get(peer);
    if (listed != null) {
      settings
          .mesh()
          .addressOf(peer)
          .filter(address -> !address.equals(listed.address()))
          .ifPresent(address -> effects.add(new DoorEffect.SendTo(peer, address, greet)));
    }
  }
}
