package io.holdfast.mesh.core;

import com.google.protobuf.InvalidProtocolBufferException;
import io.holdfast.acceptor.core.AcceptorCodec;
import io.holdfast.acceptor.core.MalformedMessage;
import io.holdfast.acceptor.core.ProtoValues;
import io.holdfast.config.core.Greeting;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.HostPort;
import io.holdfast.mesh.core.Envelope.AskStory;
import io.holdfast.mesh.core.Envelope.BetweenCoordinators;
import io.holdfast.mesh.core.Envelope.BetweenReplicas;
import io.holdfast.mesh.core.Envelope.Body;
import io.holdfast.mesh.core.Envelope.Forward;
import io.holdfast.mesh.core.Envelope.ForwardedChange;
import io.holdfast.mesh.core.Envelope.ForwardedChangeAnswer;
import io.holdfast.mesh.core.Envelope.ForwardedReadAnswer;
import io.holdfast.mesh.core.Envelope.ForwardedWriteAnswer;
import io.holdfast.mesh.core.Envelope.Greet;
import io.holdfast.mesh.core.Envelope.KnowsDirectory;
import io.holdfast.mesh.core.Envelope.OfGroup;
import io.holdfast.mesh.core.Envelope.Refuse;
import io.holdfast.mesh.core.Envelope.Request;
import io.holdfast.mesh.core.Envelope.TellDirectory;
import io.holdfast.mesh.core.Envelope.TellGlimpse;
import io.holdfast.mesh.core.Envelope.TellStory;
import io.holdfast.mesh.core.Envelope.ToAcceptor;
import io.holdfast.mesh.core.Envelope.ToCoordinator;
import io.holdfast.mesh.core.Envelope.Welcome;
import io.holdfast.mesh.wire.EnvelopeProto;
import io.holdfast.mesh.wire.ForwardAnswerProto;
import io.holdfast.mesh.wire.ForwardProto;
import io.holdfast.mesh.wire.GreetedProto;
import io.holdfast.mesh.wire.GreetingProto;
import io.holdfast.quorum.core.QuorumCodec;
import io.holdfast.sync.core.Caller;
import io.holdfast.sync.core.ReadQuery;
import io.holdfast.sync.core.ReplicaQuery;
import io.holdfast.sync.core.SyncCodec;
import io.holdfast.sync.core.UnreadableBytes;
import io.holdfast.sync.core.reservation.ReservationQueryCodec;

/** Envelopes as protobuf. Reading is strict: what is not understood is refused by name. */
public final class EnvelopeCodec {

  /** The version of the wire format that this software speaks. */
  public static final int VERSION = 1;

  /** The longest text, in characters, but for fingerprints ({@link Greeting#MAX_FINGERPRINT}). */
  public static final int MAX_TEXT = 4096;

  /** No request has been forwarded more often than this; the router stops far below. */
  public static final int MAX_HOPS = 15;

  private EnvelopeCodec() {}

  /** The bytes of an envelope. */
  public static byte[] encode(Envelope envelope) {
    EnvelopeProto.Builder proto =
        EnvelopeProto.newBuilder()
            .setVersion(VERSION)
            .setFrom(ProtoValues.encode(envelope.from()))
            .setBootNonce(envelope.bootNonce());
    Body body = envelope.body();
    if (body instanceof OfGroup ofGroup) {
      proto.setGroup(ofGroup.group().value());
      encode(ofGroup, proto);
    } else if (body instanceof Greet greet) {
      GreetingProto.Builder greeting =
          GreetingProto.newBuilder()
              .setMeshId(greet.meshId())
              .setFingerprint(greet.fingerprint())
              .setBootCount(greet.bootCount())
              .addAllEarlierNonces(greet.earlierNonces())
              .setHttpAddr(greet.httpAddr());
      greet.address().ifPresent(address -> greeting.setAddress(address.toString()));
      proto.setGreeting(greeting);
    } else if (body instanceof Welcome welcome) {
      proto.setGreeted(
          GreetedProto.newBuilder()
              .setHttpAddr(welcome.httpAddr())
              .setGreetedBoot(welcome.greetedBoot())
              .setDirectoryVersion(welcome.directoryVersion()));
    } else if (body instanceof Refuse refuse) {
      proto.setGreeted(
          GreetedProto.newBuilder()
              .setRefusal(refuse.code())
              .setReason(refuse.reason())
              .setGreetedBoot(refuse.refusedBoot())
              .setDirectoryVersion(refuse.directoryVersion()));
    } else if (body instanceof KnowsDirectory knows) {
      proto.setKnowsDirectory(DirectoryForms.encode(knows));
    } else if (body instanceof TellDirectory tell) {
      proto.setTellDirectory(DirectoryForms.encode(tell));
    } else if (body instanceof TellGlimpse tell) {
      proto.setGlimpse(GlimpseForm.encode(tell.glimpse()));
    }
    return proto.build().toByteArray();
  }

  private static void encode(OfGroup body, EnvelopeProto.Builder proto) {
    if (body instanceof ToAcceptor message) {
      proto.setAcceptorRequest(AcceptorCodec.encode(message.request()));
    } else if (body instanceof ToCoordinator message) {
      proto.setAcceptorReply(AcceptorCodec.encode(message.reply()));
    } else if (body instanceof BetweenCoordinators message) {
      proto.setCoordinator(QuorumCodec.encode(message.message()));
    } else if (body instanceof BetweenReplicas message) {
      proto.setSync(SyncCodec.encode(message.message()));
    } else if (body instanceof Forward forward) {
      proto.setForward(encode(forward));
    } else if (body instanceof ForwardedWriteAnswer answer) {
      proto.setForwardAnswer(
          ForwardAnswerProto.newBuilder()
              .setToken(answer.token())
              .setWrite(AnswerCodec.encode(answer.answer())));
    } else if (body instanceof ForwardedReadAnswer answer) {
      proto.setForwardAnswer(
          ForwardAnswerProto.newBuilder()
              .setToken(answer.token())
              .setRead(AnswerCodec.encode(answer.answer())));
    } else if (body instanceof ForwardedChange change) {
      proto.setForwardChange(ChangeForms.encode(change));
    } else if (body instanceof ForwardedChangeAnswer answer) {
      proto.setChangeAnswer(ChangeForms.encode(answer));
    } else if (body instanceof AskStory ask) {
      proto.setAskStory(StoryForm.encode(ask));
    } else if (body instanceof TellStory tell) {
      proto.setTellStory(StoryForm.encode(tell));
    }
  }

  private static ForwardProto encode(Forward forward) {
    ForwardProto.Builder proto =
        ForwardProto.newBuilder().setToken(forward.token()).setHops(forward.hops());
    if (forward.request() instanceof Request.Write write) {
      proto.setWrite(write.command());
    } else if (forward.request() instanceof Request.Read read) {
      proto.setRead(read.key());
    } else if (forward.request() instanceof Request.Query query) {
      if (query.query() instanceof ReplicaQuery.OnReservations reservations) {
        proto.setReservations(ReservationQueryCodec.toProto(reservations.query()));
      } else if (query.query() instanceof ReadQuery keys) {
        proto.setQuery(QueryForm.encode(keys));
      }
    } else if (forward.request() instanceof Request.FindWrite find) {
      proto.setFindWrite(find.writeId());
    }
    if (!forward.caller().equals(Caller.ANYBODY)) {
      proto.setCaller(CallerForm.encode(forward.caller()));
    }
    return proto.build();
  }

  /**
   * The envelope of these bytes.
   *
   * @throws MalformedMessage naming what is wrong
   */
  public static Envelope decode(byte[] bytes) throws MalformedMessage {
    EnvelopeProto proto;
    try {
      proto = EnvelopeProto.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new MalformedMessage("not an envelope", e);
    }
    if (proto.getVersion() != VERSION) {
      throw new MalformedMessage(
          "wire version "
              + Integer.toUnsignedString(proto.getVersion())
              + ": this software speaks "
              + VERSION);
    }
    return new Envelope(ProtoValues.decode(proto.getFrom()), proto.getBootNonce(), body(proto));
  }

  private static Body body(EnvelopeProto proto) throws MalformedMessage {
    return switch (proto.getBodyCase()) {
      case GREETING -> {
        GreetingProto greeting = proto.getGreeting();
        yield new Greet(
            text("mesh id", greeting.getMeshId()),
            text("fingerprint", greeting.getFingerprint(), Greeting.MAX_FINGERPRINT),
            greeting.getBootCount(),
            greeting.getEarlierNoncesList(),
            text("address", greeting.getHttpAddr()),
            HostPort.parse(text("address", greeting.getAddress())));
      }
      case GREETED -> {
        GreetedProto greeted = proto.getGreeted();
        yield greeted.getRefusal().isEmpty()
            ? new Welcome(
                text("address", greeted.getHttpAddr()),
                greeted.getGreetedBoot(),
                greeted.getDirectoryVersion())
            : new Refuse(
                text("refusal", greeted.getRefusal()),
                text("reason", greeted.getReason()),
                greeted.getGreetedBoot(),
                greeted.getDirectoryVersion());
      }
      case KNOWS_DIRECTORY -> DirectoryForms.decode(proto.getKnowsDirectory());
      case TELL_DIRECTORY -> DirectoryForms.decode(proto.getTellDirectory());
      case GLIMPSE ->
          new TellGlimpse(
              GlimpseForm.decode(ProtoValues.decode(proto.getFrom()).node(), proto.getGlimpse()));
      default -> ofGroup(proto);
    };
  }

  private static Body ofGroup(EnvelopeProto proto) throws MalformedMessage {
    if (!GroupId.isValid(proto.getGroup())) {
      throw new MalformedMessage("group id of " + proto.getGroup().length() + " characters");
    }
    GroupId group = new GroupId(proto.getGroup());
    return switch (proto.getBodyCase()) {
      case ACCEPTOR_REQUEST ->
          new ToAcceptor(group, AcceptorCodec.decode(proto.getAcceptorRequest()));
      case ACCEPTOR_REPLY ->
          new ToCoordinator(group, AcceptorCodec.decode(proto.getAcceptorReply()));
      case COORDINATOR ->
          new BetweenCoordinators(group, QuorumCodec.decode(proto.getCoordinator()));
      case SYNC -> {
        try {
          yield new BetweenReplicas(group, SyncCodec.decode(proto.getSync()));
        } catch (UnreadableBytes e) {
          throw new MalformedMessage("not a sync message", e);
        }
      }
      case FORWARD -> forward(group, proto.getForward());
      case FORWARD_ANSWER -> forwardAnswer(group, proto.getForwardAnswer());
      case FORWARD_CHANGE -> ChangeForms.decode(group, proto.getForwardChange());
      case CHANGE_ANSWER -> ChangeForms.decode(group, proto.getChangeAnswer());
      case ASK_STORY -> StoryForm.decode(group, proto.getAskStory());
      case TELL_STORY ->
          StoryForm.decode(group, ProtoValues.decode(proto.getFrom()).node(), proto.getTellStory());
      default -> throw new MalformedMessage("an envelope of unknown kind");
    };
  }

  private static Body forward(GroupId group, ForwardProto proto) throws MalformedMessage {
    Request request =
        switch (proto.getRequestCase()) {
          case WRITE -> new Request.Write(proto.getWrite());
          case READ -> new Request.Read(proto.getRead());
          case FIND_WRITE -> new Request.FindWrite(text("write id", proto.getFindWrite()));
          case QUERY -> new Request.Query(QueryForm.decode(proto.getQuery()));
          case RESERVATIONS -> new Request.Query(QueryForm.decode(proto.getReservations()));
          case REQUEST_NOT_SET -> throw new MalformedMessage("a forwarded request of unknown kind");
        };
    return new Forward(
        group,
        proto.getToken(),
        hops(proto.getHops()),
        request,
        CallerForm.decode(proto.getCaller()));
  }

  private static Body forwardAnswer(GroupId group, ForwardAnswerProto proto)
      throws MalformedMessage {
    return switch (proto.getAnswerCase()) {
      case WRITE ->
          new ForwardedWriteAnswer(group, proto.getToken(), AnswerCodec.decode(proto.getWrite()));
      case READ ->
          new ForwardedReadAnswer(group, proto.getToken(), AnswerCodec.decode(proto.getRead()));
      case ANSWER_NOT_SET -> throw new MalformedMessage("a forwarded answer of unknown kind");
    };
  }

  static int hops(int hops) throws MalformedMessage {
    if (Integer.compareUnsigned(hops, MAX_HOPS) > 0) {
      throw new MalformedMessage(
          "hops " + Integer.toUnsignedString(hops) + ": at most " + MAX_HOPS);
    }
    return hops;
  }

  static String text(String what, String text) throws MalformedMessage {
    return text(what, text, MAX_TEXT);
  }

  private static String text(String what, String text, int longest) throws MalformedMessage {
    if (text.length() > longest) {
      throw new MalformedMessage(what + " of " + text.length() + " characters: at most " + longest);
    }
    return text;
  }
}
