package io.holdfast.mesh.actor;

import io.holdfast.config.core.NodeId;
import io.holdfast.mesh.core.Envelope;
import java.util.function.Consumer;

/** What a node says to its peers passes here on its way. For any thread. */
public interface Outbound {

  /** Everything goes on as it is, at once. */
  Outbound DIRECT = (to, envelope, wire) -> wire.accept(envelope);

  /**
   * Passes a message on.
   *
   * @param to whom it is for
   * @param envelope the message
   * @param wire takes what is to be sent to {@code to}, now or later, on any thread
   */
  void send(NodeId to, Envelope envelope, Consumer<Envelope> wire);
}
