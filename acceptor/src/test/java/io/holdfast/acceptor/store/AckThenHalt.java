package io.holdfast.acceptor.store;

import akka.actor.ActorRef;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;

/**
 * A process that dies right after an acknowledgement; it prints what was acknowledged. Arguments:
 * database, events, bytes of each, events kept (older ones are deleted, and their space is reused
 * at once).
 */
final class AckThenHalt {

  private AckThenHalt() {}

  public static void main(String[] args) throws Exception {
    TestNode node = TestNode.start(Path.of(args[0]), TestNode.WritePath.LEAN);
    int bytes = Integer.parseInt(args[2]);
    int kept = Integer.parseInt(args[3]);
    try (Connection connection = node.database().database().connect();
        Statement statement = connection.createStatement()) {
      statement.execute("SET RETENTION_TIME 0");
    }
    ActorRef actor = node.actor("a");
    for (int slot = 1; slot <= Integer.parseInt(args[1]); slot++) {
      System.out.println("acked " + node.ask(actor, TestNode.accepted(slot, bytes)));
      if (slot % kept == 0) {
        node.ask(actor, new RecordingActor.Delete(slot - kept));
        node.database().writer().inTurnVoid(EventJournal::reclaim).toCompletableFuture().join();
      }
    }
    System.out.flush();
    Runtime.getRuntime().halt(9);
  }
}
