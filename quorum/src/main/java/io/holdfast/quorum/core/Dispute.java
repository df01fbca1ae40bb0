package io.holdfast.quorum.core;

import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The chain hashes that members have at one slot, where two of them were found to differ. */
final class Dispute {

  private final long nonce;
  private final Slot slot;
  private final MemberId self;
  private final Digest own;
  private final Map<MemberId, Digest> hashes = new TreeMap<>();

  /** What was answered when the same was asked before; what is answered now counts instead. */
  private final Map<MemberId, Digest> earlier = new TreeMap<>();

  /** Who does not remember. */
  private final Set<MemberId> forgotten = new TreeSet<>();

  /**
   * @param nonce of the questions about it
   * @param own this member's hash there
   */
  Dispute(long nonce, Slot slot, MemberId self, Digest own) {
    this.nonce = nonce;
    this.slot = slot;
    this.self = self;
    this.own = own;
    hashes.put(self, own);
  }

  /**
   * The same question again, to all: whoever is away now has answered before, and whoever was wrong
   * may have been mended since.
   */
  Dispute again(long newNonce) {
    Dispute asked = new Dispute(newNonce, slot, self, own);
    asked.earlier.putAll(earlier);
    asked.earlier.putAll(hashes);
    return asked;
  }

  Slot slot() {
    return slot;
  }

  CoordinatorMessage.AskChainHash question() {
    return new CoordinatorMessage.AskChainHash(nonce, slot);
  }

  /** Whether {@code member} has answered, in whatever way. */
  boolean isAnsweredBy(MemberId member) {
    return hashes.containsKey(member) || forgotten.contains(member);
  }

  /** An answer; false if it is that to another question. */
  boolean answered(MemberId from, CoordinatorMessage.ChainHashAt answer) {
    if (answer.nonce() != nonce || !answer.slot().equals(slot) || hashes.containsKey(from)) {
      return false;
    }
    earlier.remove(from);
    answer.chainHash().ifPresentOrElse(hash -> hashes.put(from, hash), () -> forgotten.add(from));
    return true;
  }

  /** The hash of a member, if it said one. */
  Optional<Digest> of(MemberId member) {
    return Optional.ofNullable(hashes.get(member))
        .or(() -> Optional.ofNullable(earlier.get(member)));
  }

  /** Who of {@code voters} have one hash, if they are a majority of them. */
  Set<MemberId> majorityOf(Collection<MemberId> voters) {
    Map<Digest, Set<MemberId>> agreeing = new HashMap<>();
    for (MemberId voter : voters) {
      of(voter).ifPresent(hash -> agreeing.computeIfAbsent(hash, h -> new TreeSet<>()).add(voter));
    }
    int majority = QuorumPolicy.majority(voters.size());
    return agreeing.values().stream()
        .filter(members -> members.size() >= majority)
        .findFirst()
        .orElse(Set.of());
  }
}
