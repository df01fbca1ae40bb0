package io.holdfast.acceptor.store;

import akka.actor.ActorRef;
import java.nio.file.Path;

/** A process that dies right after an acknowledgement; it prints what was acknowledged. */
final class AckThenHalt {

  private AckThenHalt() {}

  public static void main(String[] args) throws Exception {
    TestNode node = TestNode.start(Path.of(args[0]), TestNode.WritePath.LEAN);
    ActorRef actor = node.actor("a");
    for (int slot = 1; slot <= Integer.parseInt(args[1]); slot++) {
      System.out.println("acked " + node.ask(actor, TestNode.accepted(slot, 300)));
    }
    System.out.flush();
    Runtime.getRuntime().halt(9);
  }
}
