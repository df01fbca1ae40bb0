package io.holdfast.quorum.core;

import io.holdfast.acceptor.core.AcceptorRequest.Probe;
import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.Now;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Linearizable reads of a leader (protocol, section 4; Raft dissertation, section 6.4, with the
 * probe answered by acceptors). The index is taken once the read has arrived; a probe that is sent
 * after that must be confirmed by w members, so that no other leader can have been elected before
 * the read arrived. All reads that wait share the next probe.
 */
final class ReadProbes {

  private final Ballot ballot;
  private final MemberId self;
  private List<Long> waiting = new ArrayList<>();
  private List<Long> probing = List.of();
  private Slot readIndex = Slot.ZERO;
  private final Set<MemberId> confirmed = new HashSet<>();
  private @Nullable Configuration configuration;
  private long nonce;
  private long resendAtNanos;

  /**
   * @param nonce the first probe's nonce is one more; random, so that probes of an earlier run
   *     never confirm ours
   */
  ReadProbes(Ballot ballot, MemberId self, long nonce) {
    this.ballot = ballot;
    this.self = self;
    this.nonce = nonce;
  }

  int size() {
    return waiting.size() + probing.size();
  }

  void arrived(long token) {
    waiting.add(token);
  }

  /**
   * Starts a probe for the reads that wait, unless one is under way that can still be confirmed.
   *
   * @param chosenUpTo everything that was committed before now is at or below it
   * @param current the voters of the slot after {@code chosenUpTo}
   */
  void start(
      Slot chosenUpTo,
      Configuration current,
      Now now,
      CoordinatorTiming timing,
      List<CoordinatorEffect> out) {
    if (configuration != null && !configuration.equals(current)) {
      // Voters that are members no longer may be gone for good: ask those that are.
      waiting = drain();
    }
    if (configuration != null || waiting.isEmpty()) {
      return;
    }
    configuration = current;
    readIndex = chosenUpTo;
    probing = waiting;
    waiting = new ArrayList<>();
    confirmed.clear();
    nonce++;
    send(now, timing, out);
  }

  /** Sends an unanswered probe again. */
  void tick(Now now, CoordinatorTiming timing, List<CoordinatorEffect> out) {
    if (configuration != null && now.isAfter(resendAtNanos)) {
      send(now, timing, out);
    }
  }

  private void send(Now now, CoordinatorTiming timing, List<CoordinatorEffect> out) {
    resendAtNanos = now.nanosAfter(timing.resendInitial());
    for (MemberId member : currentMembers()) {
      if (!confirmed.contains(member)) {
        out.add(new CoordinatorEffect.AskAcceptor(member, new Probe(ballot, nonce)));
      }
    }
  }

  private Set<MemberId> currentMembers() {
    return configuration == null ? Set.of() : configuration.members();
  }

  /** A confirmation; answers the reads that share the probe once w members have confirmed it. */
  void confirmed(MemberId from, long confirmedNonce, List<CoordinatorEffect> out) {
    if (configuration == null || confirmedNonce != nonce) {
      return;
    }
    confirmed.add(from);
    if (configuration.acceptedBy(confirmed, self)) {
      probing.forEach(token -> out.add(new CoordinatorEffect.ConcludeRead(token, readIndex)));
      probing = List.of();
      configuration = null;
    }
  }

  /** The tokens of all reads that are not answered. */
  List<Long> drain() {
    List<Long> tokens = new ArrayList<>(probing);
    tokens.addAll(waiting);
    probing = List.of();
    waiting = new ArrayList<>();
    configuration = null;
    return tokens;
  }
}
