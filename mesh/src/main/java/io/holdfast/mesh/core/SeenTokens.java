package io.holdfast.mesh.core;

import io.holdfast.config.core.MemberId;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * Which forwarded requests came before, peer by peer: a request that arrives twice is taken once.
 * Taken twice, one of the two could be refused, and its refusal told to the client, while the other
 * takes effect.
 *
 * <p>A boot counts its tokens up from where it likes, so the newest ones are enough; they take 8
 * KiB. What is older than that is taken for seen: whoever sent it has long given up. Two boots of a
 * peer are remembered, since a message of the one before may come late, and must not make the
 * tokens of this one new again.
 */
final class SeenTokens {

  /** How many tokens back are remembered. */
  static final int WINDOW = 1 << 16;

  private static final int BOOTS = 2;

  /** Two tokens of one boot are never so far apart; those of two boots almost always are. */
  private static final long ONE_SERIES = 1L << 32;

  private static final class Series {
    private long newest;
    private final BitSet seen = new BitSet(WINDOW);

    Series(long token) {
      newest = token;
      seen.set(place(token));
    }

    boolean holds(long token) {
      long ahead = token - newest;
      return ahead < ONE_SERIES && ahead > -ONE_SERIES;
    }

    /** Adds a token that it holds; false when it is there already. */
    boolean add(long token) {
      long ahead = token - newest;
      if (ahead > 0) {
        forget(ahead);
        newest = token;
      } else if (ahead <= -WINDOW || seen.get(place(token))) {
        return false;
      }
      seen.set(place(token));
      return true;
    }

    /** The places of the tokens between the newest so far and the one that comes are free. */
    private void forget(long ahead) {
      if (ahead >= WINDOW) {
        seen.clear();
        return;
      }
      for (long i = 1; i <= ahead; i++) {
        seen.clear(place(newest + i));
      }
    }

    private static int place(long token) {
      return (int) (token & (WINDOW - 1));
    }
  }

  /** Of each peer its boots, the one that was heard first last. */
  private final Map<MemberId, Deque<Series>> peers = new HashMap<>();

  /** Whether this token of this peer is new; it is not from now on. */
  boolean isNew(MemberId peer, long token) {
    Deque<Series> boots = peers.computeIfAbsent(peer, unheard -> new ArrayDeque<>(BOOTS));
    for (Series series : boots) {
      if (series.holds(token)) {
        return series.add(token);
      }
    }
    if (boots.size() == BOOTS) {
      boots.removeLast();
    }
    boots.addFirst(new Series(token));
    return true;
  }
}
