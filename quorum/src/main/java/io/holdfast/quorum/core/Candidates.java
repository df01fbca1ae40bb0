package io.holdfast.quorum.core;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.MemberId;
import java.util.Collection;
import java.util.Comparator;

/**
 * Who tries to lead first: rendezvous hashing (Thaler and Ravishankar, 1998) spreads the leaders of
 * many groups over the members without any of them asking.
 */
final class Candidates {

  private Candidates() {}

  /**
   * How many of {@code alive} rank before {@code self} for {@code group}; 0 means that it goes
   * first.
   */
  static int rank(GroupId group, MemberId self, Collection<MemberId> alive) {
    Comparator<MemberId> order =
        Comparator.<MemberId, ByteString>comparing(
                member -> weight(group, member), ByteString.unsignedLexicographicalComparator())
            .thenComparing(Comparator.naturalOrder());
    return (int) alive.stream().filter(other -> order.compare(other, self) > 0).count();
  }

  private static ByteString weight(GroupId group, MemberId member) {
    return Digest.of(
            ByteString.copyFromUtf8(group.value() + "/"),
            ByteString.copyFromUtf8(member.node().value()))
        .bytes();
  }
}
