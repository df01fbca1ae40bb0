package io.holdfast.sync.core;

import io.holdfast.acceptor.core.AcceptorReply.AcceptedPair;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.Now;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;

/**
 * Serves learned batches to peers, and nothing else (ChosenIsNotAccepted): new ones from memory,
 * older ones from the local acceptor's journal. The journal may hold, for a learned slot, an older
 * pair that was never chosen, until the chosen batch is recorded over it; so a read of the journal
 * serves only slots below every one that is not recorded when the read starts.
 */
final class LogServer {

  private record Reading(MemberId requester, Slot fromSlot, Slot servableUpTo, long sinceNanos) {}

  private final ReplicaSettings settings;
  private final LearnedTail tail;
  private final CatchUpRate rate;
  private final Map<Long, Reading> readings = new LinkedHashMap<>();
  // Peers that are served once as much may be sent again.
  private final Map<MemberId, ReplicaInput.FetchRequested> waiting = new LinkedHashMap<>();
  private long lastToken;

  LogServer(ReplicaSettings settings, CatchUpRate rate) {
    this.settings = settings;
    this.rate = rate;
    this.tail = new LearnedTail(settings.maxTailBytes());
  }

  void learned(AcceptedPair pair) {
    tail.add(pair);
  }

  /** Serves a peer, or reads the journal first; a peer beyond the bound gets no answer. */
  Optional<ReplicaEffect> serve(
      ReplicaInput.FetchRequested request, Slot learned, NavigableSet<Slot> unrecorded, Now now) {
    Slot from = request.fromSlot();
    if (from.isAfter(learned)) {
      return Optional.of(
          new ReplicaEffect.Send(
              request.from(), new SyncMessage.Fetched(from, List.of(), learned, false)));
    }
    if (!rate.mayLog(request.from(), now)) {
      if (waiting.size() < settings.maxLogReads() || waiting.containsKey(request.from())) {
        waiting.put(request.from(), request);
      }
      return Optional.empty();
    }
    waiting.remove(request.from());
    int maxBytes = Math.max(1, Math.min(request.maxBytes(), rate.logBytes(request.from())));
    if (tail.holds(from)) {
      return Optional.of(sent(request.from(), from, tail.from(from, maxBytes), learned, false));
    }
    Slot recorded = unrecorded.isEmpty() ? learned : unrecorded.first().previous();
    if (from.isAfter(recorded)) {
      return Optional.empty();
    }
    return readJournal(request.from(), from, recorded, maxBytes, now);
  }

  /** Serves those that wait, as far as it is allowed by now. */
  void serveWaiting(
      Slot learned, NavigableSet<Slot> unrecorded, Now now, List<ReplicaEffect> effects) {
    for (ReplicaInput.FetchRequested request : List.copyOf(waiting.values())) {
      if (rate.mayLog(request.from(), now)) {
        waiting.remove(request.from());
        serve(request, learned, unrecorded, now).ifPresent(effects::add);
      }
    }
  }

  private ReplicaEffect sent(
      MemberId to, Slot from, List<AcceptedPair> pairs, Slot learned, boolean trimmed) {
    rate.log(to, pairs.stream().mapToLong(pair -> pair.batch().size()).sum());
    return new ReplicaEffect.Send(to, new SyncMessage.Fetched(from, pairs, learned, trimmed));
  }

  /** Reads the journal for a peer or, if {@code requester} is this member, for itself. */
  Optional<ReplicaEffect> readJournal(
      MemberId requester, Slot from, Slot servableUpTo, int maxBytes, Now now) {
    long patience = settings.fetchTimeout().toNanos();
    readings.values().removeIf(reading -> now.nanosSince(reading.sinceNanos()) > patience);
    if (readings.size() >= settings.maxLogReads()) {
      return Optional.empty();
    }
    long token = ++lastToken;
    readings.put(token, new Reading(requester, from, servableUpTo, now.monotonicNanos()));
    return Optional.of(new ReplicaEffect.ReadLog(token, from, maxBytes));
  }

  /** Who a journal read was for; empty when it took too long and was given up. */
  Optional<MemberId> requesterOf(long token) {
    return Optional.ofNullable(readings.get(token)).map(Reading::requester);
  }

  /** The journal was read for a peer. */
  Optional<ReplicaEffect> answer(ReplicaInput.LogRead read, Slot learned) {
    Reading reading = readings.remove(read.token());
    if (reading == null) {
      return Optional.empty();
    }
    List<AcceptedPair> served = new ArrayList<>();
    Slot next = reading.fromSlot();
    for (AcceptedPair pair : read.pairs()) {
      if (!pair.slot().equals(next) || next.isAfter(reading.servableUpTo())) {
        break;
      }
      served.add(pair);
      next = next.next();
    }
    return Optional.of(
        sent(reading.requester(), reading.fromSlot(), served, learned, served.isEmpty()));
  }

  /** The journal was read for this member itself. */
  void forget(long token) {
    readings.remove(token);
  }
}
