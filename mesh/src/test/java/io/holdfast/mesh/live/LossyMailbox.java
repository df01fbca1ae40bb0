package io.holdfast.mesh.live;

import akka.actor.ActorRef;
import akka.actor.ActorSystem;
import akka.dispatch.MailboxType;
import akka.dispatch.MessageQueue;
import akka.dispatch.ProducesMessageQueue;
import akka.dispatch.UnboundedMailbox;
import com.typesafe.config.Config;
import io.holdfast.mesh.core.Envelope;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import scala.Option;

/**
 * The mailbox of a node's door that loses what chosen peers send: a link that works in one
 * direction only, which Akka's own test mode cannot make. Put there by system properties.
 */
public final class LossyMailbox
    implements MailboxType, ProducesMessageQueue<UnboundedMailbox.MessageQueue> {

  /** What a node's JVM needs, so that its door has this mailbox. */
  static final List<String> JVM_FLAGS =
      List.of(
          "-Dakka.actor.deployment./door.mailbox=lossy-mailbox",
          "-Dlossy-mailbox.mailbox-type=" + LossyMailbox.class.getName());

  /** Whom this node does not hear, by node id. */
  static final Set<String> UNHEARD = ConcurrentHashMap.newKeySet();

  /** For Akka, which makes it by its name. */
  public LossyMailbox(ActorSystem.Settings settings, Config config) {}

  @Override
  public MessageQueue create(Option<ActorRef> owner, Option<ActorSystem> system) {
    return new Queue();
  }

  private static final class Queue extends UnboundedMailbox.MessageQueue {

    private static final long serialVersionUID = 1L;

    @Override
    public void enqueue(ActorRef receiver, akka.dispatch.Envelope message) {
      boolean lost =
          message.message() instanceof Envelope envelope
              && UNHEARD.contains(envelope.from().node().value());
      if (!lost) {
        super.enqueue(receiver, message);
      }
    }
  }
}
