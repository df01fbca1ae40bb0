package io.holdfast.mesh.core;

import io.holdfast.config.core.MemberId;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/**
 * Which forwarded requests came before, peer by peer: a request that arrives twice is taken once.
 * Taken twice, one of the two could be refused, and its refusal told to the client, while the other
 * takes effect.
 *
 * <p>A boot counts its tokens up from where it likes, so the newest ones are enough; they take 8
 * KiB for each peer. What is older than that is taken for seen: whoever sent it has long given up.
 */
final class SeenTokens {

  /** How many tokens back are remembered. */
  static final int WINDOW = 1 << 16;

  /** Two tokens of one boot are never so far apart; those of two boots almost always are. */
  private static final long ONE_SERIES = 1L << 32;

  private static final class Series {
    private long newest;
    private final BitSet seen = new BitSet(WINDOW);

    Series(long token) {
      newest = token;
      seen.set(place(token));
    }
  }

  private final Map<MemberId, Series> peers = new HashMap<>();

  /** Whether this token of this peer is new; it is not from now on. */
  boolean isNew(MemberId peer, long token) {
    Series series = peers.get(peer);
    long ahead = series == null ? ONE_SERIES : token - series.newest;
    if (series == null || ahead >= ONE_SERIES || ahead <= -ONE_SERIES) {
      peers.put(peer, new Series(token));
      return true;
    }
    if (ahead > 0) {
      forget(series, ahead);
      series.newest = token;
    } else if (ahead <= -WINDOW || series.seen.get(place(token))) {
      return false;
    }
    series.seen.set(place(token));
    return true;
  }

  /** The places of the tokens between the newest so far and the one that comes are free. */
  private static void forget(Series series, long ahead) {
    if (ahead >= WINDOW) {
      series.seen.clear();
      return;
    }
    for (long i = 1; i <= ahead; i++) {
      series.seen.clear(place(series.newest + i));
    }
  }

  private static int place(long token) {
    return (int) (token & (WINDOW - 1));
  }
}
