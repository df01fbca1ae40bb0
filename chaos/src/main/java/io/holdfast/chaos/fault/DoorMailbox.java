package io.holdfast.chaos.fault;

import akka.actor.ActorRef;
import akka.actor.ActorSystem;
import akka.dispatch.MailboxType;
import akka.dispatch.MessageQueue;
import akka.dispatch.ProducesMessageQueue;
import akka.dispatch.UnboundedMailbox;
import com.typesafe.config.Config;
import io.holdfast.mesh.core.Envelope;
import java.util.Map;
import scala.Option;

/**
 * The mailbox of a node's door, which loses what chosen peers say: a link that works in one
 * direction only, which Akka's own test mode cannot make (decision 10). It needs no change to the
 * door; Akka's settings put it there.
 */
public final class DoorMailbox
    implements MailboxType, ProducesMessageQueue<UnboundedMailbox.MessageQueue> {

  private static final String NAME = "holdfast-chaos-door-mailbox";

  /** Akka's settings that give a node's door this mailbox. */
  static final Map<String, Object> SETTINGS =
      Map.of(
          "akka.actor.deployment.\"/door\".mailbox",
          NAME,
          NAME + ".mailbox-type",
          DoorMailbox.class.getName());

  /** For Akka. */
  public DoorMailbox(ActorSystem.Settings settings, Config config) {}

  @Override
  public MessageQueue create(Option<ActorRef> owner, Option<ActorSystem> system) {
    LinkFaults links = system.get().settings().setup().get(FaultSetup.class).orElseThrow().links();
    return new Queue(links);
  }

  private static final class Queue extends UnboundedMailbox.MessageQueue {

    private static final long serialVersionUID = 1L;

    private final transient LinkFaults links;

    private Queue(LinkFaults links) {
      this.links = links;
    }

    @Override
    public void enqueue(ActorRef receiver, akka.dispatch.Envelope message) {
      boolean heard =
          !(message.message() instanceof Envelope envelope) || links.hears(envelope.from());
      if (heard) {
        super.enqueue(receiver, message);
      }
    }
  }
}
