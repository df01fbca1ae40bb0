package io.holdfast.config.core;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a node durably knows of the others, and whether it may vote itself.
 *
 * <p>An acceptor that forgot its promises must never answer under its old name. So every node binds
 * each name to the incarnation that it saw first, and remembers the highest boot of it: a directory
 * that was emptied has another incarnation, a directory restored from a copy has a boot of the
 * past. A fresh directory may vote only once every other member has bound its incarnation: had the
 * name been known to just one of them, that one would have refused.
 *
 * @param peers what is known, by name
 * @param acknowledged the members that have durably bound this node's incarnation
 * @param admitted whether this node may vote; never taken back
 * @param founders the members, this node included, at the time of admission; empty before, and of a
 *     node that has founded nothing
 * @param directory the newest directory of the mesh that this node has heard of; where it lists a
 *     name, only the listed incarnation may speak under it
 */
public record PeerLedger(
    SortedMap<NodeId, KnownPeer> peers,
    SortedSet<NodeId> acknowledged,
    boolean admitted,
    List<MemberId> founders,
    MeshDirectory directory) {

  private static final int MAX_SHOWN = 800;

  /** Nothing known, not admitted: what a fresh directory starts from. */
  public static final PeerLedger EMPTY =
      new PeerLedger(new TreeMap<>(), new TreeSet<>(), false, List.of());

  public PeerLedger {
    peers = Collections.unmodifiableSortedMap(new TreeMap<>(peers));
    acknowledged = Collections.unmodifiableSortedSet(new TreeSet<>(acknowledged));
    founders = founders.stream().sorted().toList();
    boolean listed = admitted && directory.version() > 0;
    if (admitted == founders.isEmpty() && !listed) {
      throw new IllegalArgumentException(
          "admitted " + admitted + " with founders " + founders + ": one goes with the other");
    }
  }

  /** That of a node that has heard of no directory. */
  public PeerLedger(
      SortedMap<NodeId, KnownPeer> peers,
      SortedSet<NodeId> acknowledged,
      boolean admitted,
      List<MemberId> founders) {
    this(peers, acknowledged, admitted, founders, MeshDirectory.NONE);
  }

  /**
   * Judges a greeting. Everything that speaks against it is said before anything is remembered.
   *
   * @param hello what the other says of itself
   * @param terms what this node expects
   */
  public Greeted greet(Greeting hello, GreetingTerms terms) {
    NodeId name = hello.member().node();
    if (!hello.meshId().equals(terms.meshId())) {
      return refused(
          RefusalCode.FOREIGN_MESH,
          "%s belongs to mesh %s, this node to mesh %s: correct holdfast.mesh.id or the address",
          name,
          hello.meshId(),
          terms.meshId());
    }
    if (name.equals(terms.self())) {
      return refused(
          RefusalCode.OWN_NAME,
          "the other calls itself %s, as this node does: give each node its own holdfast.node.id",
          name);
    }
    MemberId listed = directory.member(name).orElse(null);
    if (!terms.peers().contains(name) && listed == null) {
      return refused(
          RefusalCode.NOT_A_PEER,
          "%s is neither in holdfast.mesh.peers of %s nor in the directory: let it in with 'holdfast"
              + " member add %s --at HOST:PORT' while it runs with holdfast.mesh.join = on, or do"
              + " not start it",
          name,
          terms.self(),
          name);
    }
    KnownPeer known = peers.get(name);
    if (listed != null && !listed.equals(hello.member())) {
      return emptied(hello, listed.incarnation());
    }
    if (known != null && hello.member().incarnation() != known.incarnation()) {
      return emptied(hello, known.incarnation());
    }
    if (!directory.isLetIn(hello.member()) && !hello.fingerprint().equals(terms.fingerprint())) {
      return refused(
          RefusalCode.SETTINGS_DIFFER,
          "settings differ: %s has [%s], %s has [%s]: make them equal",
          name,
          firstDifference(hello.fingerprint(), terms.fingerprint()),
          terms.self(),
          firstDifference(terms.fingerprint(), hello.fingerprint()));
    }
    return known == null ? welcome(hello) : greetKnown(hello, known);
  }

  private static Greeted emptied(Greeting hello, long known) {
    NodeId name = hello.member().node();
    return refused(
        RefusalCode.EMPTIED_DIRECTORY,
        "%s is known here under incarnation %x and now comes as %x: its data directory was lost,"
            + " emptied or replaced, and with it its promises: restore the directory, or start it"
            + " with holdfast.mesh.join = on and run 'holdfast member replace %s %s --at HOST:PORT'",
        name,
        known,
        hello.member().incarnation(),
        name,
        name);
  }

  private Greeted greetKnown(Greeting hello, KnownPeer known) {
    NodeId name = hello.member().node();
    if (hello.bootCount() < known.bootCount()) {
      return refused(
          RefusalCode.STALE_COPY,
          "%s comes with boot %d, but boot %d was seen here: its data directory is an older copy:"
              + " restore the newest one or replace the node",
          name,
          hello.bootCount(),
          known.bootCount());
    }
    if (hello.bootCount() == known.bootCount() && hello.bootNonce() != known.bootNonce()) {
      return refused(
          RefusalCode.STALE_COPY,
          "%s comes with boot %d, but another process was seen here with that boot: its data"
              + " directory was copied: restore the newest one or replace the node",
          name,
          hello.bootCount());
    }
    OptionalLong then = hello.nonceOf(known.bootCount());
    if (then.isPresent() && then.getAsLong() != known.bootNonce()) {
      // Counting alone would let a copy in once it has been started often enough.
      return refused(
          RefusalCode.STALE_COPY,
          "%s comes with boot %d, but its boot %d was another one than was seen here: its data"
              + " directory is an older copy, started again: restore the newest one or replace the"
              + " node",
          name,
          hello.bootCount(),
          known.bootCount());
    }
    return hello.bootCount() == known.bootCount()
        ? new Greeted.Welcome(this, false)
        : welcome(hello);
  }

  /**
   * Whether a refusal condemns this node's directory for good, and not only this start: it says
   * that promises were made from it, or under its name, that it does not hold.
   *
   * <p>A boot of the past can be known only to one that has met this very directory: incarnations
   * are random. Another incarnation can be known to any mesh with the same names, so that is
   * believed only of a member that is bound here. One that is bound here as another is never
   * believed. And a directory that was never admitted holds no promises: it may be let in yet.
   *
   * @param by who refuses, a node of {@code mesh.peers}
   */
  public boolean condemnedBy(MemberId by, RefusalCode code) {
    KnownPeer known = peers.get(by.node());
    boolean contradicted = known != null && known.incarnation() != by.incarnation();
    return switch (code) {
      case STALE_COPY -> !contradicted;
      case EMPTIED_DIRECTORY -> admitted && known != null && !contradicted;
      case FOREIGN_MESH, OWN_NAME, NOT_A_PEER, SETTINGS_DIFFER -> false;
    };
  }

  /**
   * The ledger after {@code peer} has answered this node's greeting with a welcome: it has durably
   * bound this node's incarnation.
   */
  public PeerLedger acknowledgedBy(NodeId peer) {
    if (acknowledged.contains(peer)) {
      return this;
    }
    SortedSet<NodeId> more = new TreeSet<>(acknowledged);
    more.add(peer);
    return new PeerLedger(peers, more, admitted, founders, directory);
  }

  /**
   * Whether a directory is of the mesh that this node takes part in. Another mesh may have the same
   * id and names, and be asked by a wrong address; its directory would unbind everyone here, and
   * condemn this node. The founders of group {@code meta} are listed in every directory of a mesh
   * and never change, and incarnations are random. A node that was not admitted has nothing to go
   * by.
   */
  public boolean believes(MeshDirectory other) {
    Set<MemberId> theirs = other.metaFounders();
    if (directory.version() > 0) {
      return theirs.equals(directory.metaFounders());
    }
    boolean contradicted =
        founders.stream()
            .anyMatch(
                known ->
                    theirs.stream()
                        .anyMatch(one -> one.node().equals(known.node()) && !one.equals(known)));
    boolean known = theirs.stream().anyMatch(one -> founders.contains(one) || isBound(one));
    return !admitted || (known && !contradicted);
  }

  /** Whether the name is bound to exactly this incarnation. */
  public boolean isBound(MemberId member) {
    KnownPeer known = peers.get(member.node());
    return known != null && known.incarnation() == member.incarnation();
  }

  /**
   * The ledger after a newer directory was heard of; this one where it is not newer. A name that is
   * listed there under another incarnation than it is bound to here is unbound: whoever had it is
   * heard no more, at once.
   */
  public PeerLedger learned(MeshDirectory newer) {
    if (newer.version() <= directory.version()) {
      return this;
    }
    SortedMap<NodeId, KnownPeer> kept = new TreeMap<>(peers);
    kept.entrySet()
        .removeIf(
            peer -> newer.contradicts(new MemberId(peer.getKey(), peer.getValue().incarnation())));
    SortedSet<NodeId> still = new TreeSet<>(acknowledged);
    still.removeIf(name -> peers.containsKey(name) && !kept.containsKey(name));
    return new PeerLedger(kept, still, admitted, founders, newer);
  }

  /**
   * Whether this node may take part: once admitted, always; else when the directory lists it, or,
   * before there is one, when every other member has acknowledged this node's incarnation and has
   * its own bound here.
   *
   * <p>A node that the directory lists has founded what the directory says that it has founded, and
   * nothing else: one that was let in under a name that a founder had before must not take itself
   * for that founder. So the directory is not believed before it lists every group that this node
   * would found, and once there is one nobody founds anything on the word of its settings. Nor does
   * a node of which they name no group: nobody need have bound its incarnation, so it waits for the
   * word of the directory.
   *
   * @param members who must have met this node ({@link HoldfastSettings#admittingMembers})
   * @param founding the groups that this node would found
   * @param join whether it is to found nothing, and to wait until the directory lists it
   * @param self this node; its name may be among {@code members}
   */
  public Admission admission(
      Set<NodeId> members, Set<GroupId> founding, boolean join, MemberId self) {
    if (admitted) {
      return new Admission.Admitted(this, false);
    }
    boolean complete = join || directory.groups().keySet().containsAll(founding);
    boolean listed = directory.lists(self);
    if (listed && complete) {
      return new Admission.Admitted(
          new PeerLedger(peers, acknowledged, true, directory.foundersWith(self), directory), true);
    }
    SortedSet<NodeId> others = new TreeSet<>(members);
    others.remove(self.node());
    Set<NodeId> unacknowledged = join ? others : without(others, acknowledged);
    Set<NodeId> unbound = without(others, peers.keySet());
    boolean byDirectory = join || founding.isEmpty() || directory.version() > 0;
    if (byDirectory || !unacknowledged.isEmpty() || !unbound.isEmpty()) {
      return new Admission.Waiting(unacknowledged, unbound);
    }
    List<MemberId> all =
        Stream.concat(
                Stream.of(self),
                peers.entrySet().stream()
                    .filter(entry -> others.contains(entry.getKey()))
                    .map(entry -> new MemberId(entry.getKey(), entry.getValue().incarnation())))
            .toList();
    return new Admission.Admitted(new PeerLedger(peers, acknowledged, true, all, directory), true);
  }

  /**
   * Whether this ledger still knows all that {@code earlier} knew: no name unbound or bound anew
   * but by a newer directory, no boot gone back, nothing unacknowledged, no admission or founder
   * changed, no older directory.
   */
  public boolean remembers(PeerLedger earlier) {
    if (directory.version() < earlier.directory.version()
        || (directory.version() == earlier.directory.version()
            && !directory.equals(earlier.directory))) {
      return false;
    }
    Set<NodeId> replaced = new TreeSet<>();
    for (Map.Entry<NodeId, KnownPeer> entry : earlier.peers.entrySet()) {
      KnownPeer now = peers.get(entry.getKey());
      KnownPeer then = entry.getValue();
      if (directory.contradicts(new MemberId(entry.getKey(), then.incarnation()))) {
        replaced.add(entry.getKey());
        continue;
      }
      if (now == null
          || now.incarnation() != then.incarnation()
          || now.bootCount() < then.bootCount()
          || (now.bootCount() == then.bootCount() && now.bootNonce() != then.bootNonce())) {
        return false;
      }
    }
    return acknowledged.containsAll(without(earlier.acknowledged, replaced))
        && (!earlier.admitted || (admitted && founders.equals(earlier.founders)));
  }

  private Greeted welcome(Greeting hello) {
    SortedMap<NodeId, KnownPeer> more = new TreeMap<>(peers);
    more.put(
        hello.member().node(),
        new KnownPeer(hello.member().incarnation(), hello.bootCount(), hello.bootNonce()));
    return new Greeted.Welcome(
        new PeerLedger(more, acknowledged, admitted, founders, directory), true);
  }

  @FormatMethod
  private static Greeted refused(RefusalCode code, @FormatString String reason, Object... facts) {
    return new Greeted.Refused(code, String.format(reason, facts));
  }

  private static Set<NodeId> without(Set<NodeId> all, Set<NodeId> some) {
    return all.stream().filter(node -> !some.contains(node)).collect(Collectors.toSet());
  }

  /**
   * The first line of {@code text} that {@code other} lacks; bounded, since it may be a stranger's.
   */
  private static String firstDifference(String text, String other) {
    List<String> known = other.lines().toList();
    String line =
        text.lines().filter(candidate -> !known.contains(candidate)).findFirst().orElse("no more");
    String printable = line.replaceAll("[^ -~]", "?");
    return printable.length() <= MAX_SHOWN ? printable : printable.substring(0, MAX_SHOWN) + "...";
  }
}
