package io.holdfast.acceptor.core;

import io.holdfast.acceptor.core.AcceptorReply.AcceptedPair;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * Picks, from journal events in any order, the pair of the highest ballot for each slot of a range,
 * in bounded memory: when the pairs exceed the bound, the highest slots are given up, never the
 * first one.
 */
public final class PairSelection {

  private final Slot from;
  private final int maxBytes;
  private Slot upTo;
  private final TreeMap<Slot, AcceptedPair> best = new TreeMap<>();
  private long bytes;

  /**
   * @param from the first slot
   * @param upTo the last slot
   * @param maxBytes the bound
   */
  public PairSelection(Slot from, Slot upTo, int maxBytes) {
    this.from = from;
    this.upTo = upTo;
    this.maxBytes = maxBytes;
  }

  /** Considers one journal event. */
  public void offer(AcceptorEvent event) {
    if (event instanceof AcceptorEvent.PairAccepted accepted) {
      offer(new AcceptedPair(accepted.slot(), accepted.ballot(), accepted.batch()));
    } else if (event instanceof AcceptorEvent.ChosenRecorded chosen) {
      offer(new AcceptedPair(chosen.slot(), chosen.ballot(), chosen.batch()));
    }
  }

  private void offer(AcceptedPair pair) {
    AcceptedPair known = best.get(pair.slot());
    boolean wanted = !from.isAfter(pair.slot()) && pair.slot().isAtMost(upTo);
    if (!wanted || (known != null && !pair.ballot().isAbove(known.ballot()))) {
      return;
    }
    best.put(pair.slot(), pair);
    bytes += AcceptedTail.sizeOf(pair) - (known == null ? 0 : AcceptedTail.sizeOf(known));
    while (bytes > maxBytes && best.size() > 1) {
      AcceptedPair given = best.pollLastEntry().getValue();
      bytes -= AcceptedTail.sizeOf(given);
      upTo = given.slot().previous();
    }
  }

  /** The picked pairs from the first slot on, up to the first hole. */
  public List<AcceptedPair> contiguous() {
    List<AcceptedPair> run = new ArrayList<>();
    Slot next = from;
    for (AcceptedPair pair : best.values()) {
      if (!pair.slot().equals(next)) {
        break;
      }
      run.add(pair);
      next = next.next();
    }
    return run;
  }
}
