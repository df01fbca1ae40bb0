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
 * probe answered by acceptors). A read takes its index when it arrives; a probe that is sent after
 * that must be confirmed by w members, so that no other leader can have been elected before the
 * read arrived. All reads that wait share the next probe.
 */
final class ReadProbes {

  private record Arrived(long token, Slot readIndex) {}

  private final Ballot ballot;
  private final MemberId self;
  private List<Arrived> waiting = new ArrayList<>();
  private List<Arrived> probing = List.of();
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

  void arrived(long token, Slot readIndex) {
    waiting.add(new Arrived(token, readIndex));
  }

  /** Starts a probe for the reads that wait, unless one is under way. */
  void start(
      Configuration current, Now now, CoordinatorTiming timing, List<CoordinatorEffect> out) {
    if (configuration != null || waiting.isEmpty()) {
      return;
    }
    configuration = current;
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
      probing.forEach(
          read -> out.add(new CoordinatorEffect.ConcludeRead(read.token(), read.readIndex())));
      probing = List.of();
      configuration = null;
    }
  }

  /** The tokens of all reads that are not answered. */
  List<Long> drain() {
    List<Long> tokens = new ArrayList<>();
    probing.forEach(read -> tokens.add(read.token()));
    waiting.forEach(read -> tokens.add(read.token()));
    probing = List.of();
    waiting = new ArrayList<>();
    configuration = null;
    return tokens;
  }
}
