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
    owner.foreach(
        door -> {
          links.doorIs(said -> door.tell(new Forged(said), ActorRef.noSender()));
          return null;
        });
    return new Queue(links, system.get());
  }

  /** It was said by nobody, and is heard whatever is lost on the way. */
  private record Forged(Envelope said) {}

  private static final class Queue extends UnboundedMailbox.MessageQueue {

    private static final long serialVersionUID = 1L;

    private final transient LinkFaults links;
    private final transient ActorSystem system;

    private Queue(LinkFaults links, ActorSystem system) {
      this.links = links;
      this.system = system;
    }

    @Override
    public void enqueue(ActorRef receiver, akka.dispatch.Envelope message) {
      if (message.message() instanceof Forged forged) {
        super.enqueue(
            receiver, akka.dispatch.Envelope.apply(forged.said(), message.sender(), system));
      } else if (!(message.message() instanceof Envelope envelope) || links.hears(envelope)) {
        super.enqueue(receiver, message);
      }
    }
  }
}
