package io.holdfast.sync.store;

import io.holdfast.sync.core.Change;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Chooses which older version each new version of a key points to, so that the way back to any one
 * takes a number of steps that grows with the logarithm of how many there are (Myers, "An
 * applicative random-access stack", 1983: the versions of a key form complete binary trees whose
 * sizes are the digits of their number in skew binary).
 *
 * <p>What that needs to know is held in memory, for the keys changed last only. A key that drops
 * out begins anew at its next change, and the walk takes one plain step there: between two such
 * steps lie {@value #MAX_CHAINS} changes of other keys, or a restart.
 */
final class JumpPointers {

  private static final int MAX_CHAINS = 16_384;

  /** The trees of a key's versions, the newest last. */
  private static final class Chain {
    private long[] heads = new long[4];
    private long[] sizes = new long[4];
    private int count;

    /** Adds a version; gives back the head of the tree behind the one that it is the head of. */
    long push(long place) {
      long size = 1;
      if (count >= 2 && sizes[count - 1] == sizes[count - 2]) {
        size += 2 * sizes[count - 1];
        count -= 2;
      }
      if (count == heads.length) {
        heads = Arrays.copyOf(heads, 2 * count);
        sizes = Arrays.copyOf(sizes, 2 * count);
      }
      heads[count] = place;
      sizes[count] = size;
      count++;
      return count >= 2 ? heads[count - 2] : 0;
    }
  }

  /** By the place of the newest version; the one that was changed longest ago first. */
  private final Map<Long, Chain> chains =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Chain> eldest) {
          return size() > MAX_CHAINS;
        }
      };

  /** The jump of a change that is being added; 0 for none beside its previous one. */
  long jumpOf(Change change) {
    Chain before = change.previous() == 0 ? null : chains.remove(change.previous());
    Chain chain = before == null ? new Chain() : before;
    long jump = chain.push(change.place());
    chains.put(change.place(), chain);
    return jump == change.previous() ? 0 : jump;
  }
}
