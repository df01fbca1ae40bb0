package io.holdfast.mesh.core;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.AcceptorReply;
import io.holdfast.acceptor.core.AcceptorRequest;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.HostPort;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.MeshDirectory;
import io.holdfast.config.core.PeerAddress;
import io.holdfast.mesh.ChangeAnswer;
import io.holdfast.mesh.Glimpse;
import io.holdfast.mesh.ReadAnswer;
import io.holdfast.mesh.StoryAnswer;
import io.holdfast.mesh.WriteAnswer;
import io.holdfast.quorum.core.CoordinatorMessage;
import io.holdfast.quorum.core.LeaderSpread;
import io.holdfast.quorum.core.MembershipChange;
import io.holdfast.sync.core.Caller;
import io.holdfast.sync.core.ReplicaQuery;
import io.holdfast.sync.core.SyncMessage;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What one node sends another.
 *
 * @param from the sending node and its incarnation
 * @param bootNonce which boot of that incarnation speaks
 * @param body what it says
 */
public record Envelope(MemberId from, long bootNonce, Body body) implements DoorMessage {

  /** What a node says. */
  public sealed interface Body {}

  /**
   * The first thing that a boot says to each peer.
   *
   * @param meshId the mesh that it belongs to
   * @param fingerprint what must be equal for the groups that both share
   * @param bootCount how often its directory was opened
   * @param earlierNonces the nonces of its boots before this one, the latest first
   * @param httpAddr where its front door listens
   * @param address where its peers reach it: its name may be unknown there, or another node's;
   *     absent in the words of earlier releases
   */
  public record Greet(
      String meshId,
      String fingerprint,
      long bootCount,
      List<Long> earlierNonces,
      String httpAddr,
      Optional<HostPort> address)
      implements Body {

    public Greet {
      earlierNonces = List.copyOf(earlierNonces);
    }

    /** That of a node which does not say where it is. */
    public Greet(
        String meshId,
        String fingerprint,
        long bootCount,
        List<Long> earlierNonces,
        String httpAddr) {
      this(meshId, fingerprint, bootCount, earlierNonces, httpAddr, Optional.empty());
    }
  }

  /**
   * The greeting is remembered durably.
   *
   * @param httpAddr where the greeted node's front door listens
   * @param greetedBoot the nonce of the boot that is remembered: a welcome may arrive when a later
   *     boot of that node is up, and that one is not known yet
   * @param directoryVersion of the directory that the greeted node knows
   */
  public record Welcome(String httpAddr, long greetedBoot, long directoryVersion) implements Body {

    /** That of a node that knows no directory. */
    public Welcome(String httpAddr, long greetedBoot) {
      this(httpAddr, greetedBoot, 0);
    }
  }

  /**
   * The greeting node may not take part.
   *
   * @param code a {@link io.holdfast.config.core.RefusalCode}'s stable name
   * @param reason what is known there, what was said, and what to do
   * @param refusedBoot the nonce of the boot that is refused: a greeting may arrive, and its answer
   *     with it, when a later boot of that node is up
   * @param directoryVersion of the directory that the greeted node knows: it may not have heard yet
   *     that the other was let in
   */
  public record Refuse(String code, String reason, long refusedBoot, long directoryVersion)
      implements Body {

    /** That of a node that knows no directory. */
    public Refuse(String code, String reason, long refusedBoot) {
      this(code, reason, refusedBoot, 0);
    }
  }

  /**
   * How far a node knows the directory of its mesh, said to every peer now and then. Whoever knows
   * a newer one answers with {@link TellDirectory}.
   *
   * @param meshId the mesh
   * @param version of the directory; 0 for none
   * @param address where the node is reached: its name may be listed at another address by now
   * @param sealed logs of groups that are being deleted, in which no write is executed any more; at
   *     most {@link MeshDirectory#MAX_GROUPS}
   * @param leading what it leads and would like to lead, by logs; nothing in the words of earlier
   *     releases
   */
  public record KnowsDirectory(
      String meshId, long version, HostPort address, Set<GroupId> sealed, LeaderSpread.Told leading)
      implements Body {

    public KnowsDirectory {
      sealed = Set.copyOf(sealed);
      if (version < 0
          || sealed.size() > MeshDirectory.MAX_GROUPS
          || !PeerAddress.isReachable(address)) {
        throw new IllegalArgumentException(
            "version " + version + ", " + sealed.size() + " sealed logs, at " + address);
      }
    }

    /** That of a node that leads nothing. */
    public KnowsDirectory(String meshId, long version, HostPort address, Set<GroupId> sealed) {
      this(meshId, version, address, sealed, LeaderSpread.Told.NOTHING);
    }
  }

  /**
   * The directory as the sender knows it. It was chosen in group {@code meta}, whoever tells it.
   *
   * @param meshId the mesh
   * @param directory what is known; never {@link MeshDirectory#NONE}
   */
  public record TellDirectory(String meshId, MeshDirectory directory) implements Body {}

  /** What a node tells of itself; of nobody but a greeted member. */
  public record TellGlimpse(Glimpse glimpse) implements Body {}

  /** Something about one group; of nobody but a greeted member. */
  public sealed interface OfGroup extends Body {
    GroupId group();
  }

  /** A coordinator asks this node's acceptor. */
  public record ToAcceptor(GroupId group, AcceptorRequest request) implements OfGroup {}

  /** An acceptor answers this node's coordinator. */
  public record ToCoordinator(GroupId group, AcceptorReply reply) implements OfGroup {}

  /** A coordinator talks to this node's. */
  public record BetweenCoordinators(GroupId group, CoordinatorMessage message) implements OfGroup {}

  /** A cache-owner talks to this node's. */
  public record BetweenReplicas(GroupId group, SyncMessage message) implements OfGroup {}

  /**
   * A client's request, from the node that holds the client.
   *
   * @param token names the request in the answer
   * @param hops how often it was forwarded before, from 0
   * @param request the request
   * @param caller whose it is
   */
  public record Forward(GroupId group, long token, int hops, Request request, Caller caller)
      implements OfGroup {

    /** One of anybody. */
    public Forward(GroupId group, long token, int hops, Request request) {
      this(group, token, hops, request, Caller.ANYBODY);
    }
  }

  /** What is forwarded. */
  public sealed interface Request {

    /** A command with its write id, encoded. */
    record Write(ByteString command) implements Request {}

    /** A key to read linearizably. */
    record Read(ByteString key) implements Request {}

    /** Any other read, to be done linearizably. */
    record Query(ReplicaQuery query) implements Request {}

    /** A write id to look up. */
    record FindWrite(String writeId) implements Request {}
  }

  /** The answer to a forwarded write or look-up. */
  public record ForwardedWriteAnswer(GroupId group, long token, WriteAnswer answer)
      implements OfGroup {}

  /** The answer to a forwarded read. */
  public record ForwardedReadAnswer(GroupId group, long token, ReadAnswer answer)
      implements OfGroup {}

  /**
   * A change of a group's members that a client asks for, from the node that holds the client.
   *
   * @param token names the request in the answer
   * @param hops how often it was forwarded before, from 0
   * @param change what to change
   * @param expected the number of the configuration that it shall be a change of, if that matters
   */
  public record ForwardedChange(
      GroupId group, long token, int hops, MembershipChange change, OptionalLong expected)
      implements OfGroup {}

  /** The answer to a forwarded change of members. */
  public record ForwardedChangeAnswer(GroupId group, long token, ChangeAnswer answer)
      implements OfGroup {}

  /**
   * A question for what a node has seen of a write.
   *
   * @param token names the question in the answer
   * @param writeId a UUIDv7
   * @param caller whose question it is
   */
  public record AskStory(GroupId group, long token, String writeId, Caller caller)
      implements OfGroup {}

  /** The answer to a question for the story of a write. */
  public record TellStory(GroupId group, long token, StoryAnswer answer) implements OfGroup {}
}
