package io.holdfast.chaos.fault;

import akka.actor.setup.Setup;

/** Hands a node's faults to the mailbox of its door, which Akka makes by its name. */
final class FaultSetup extends Setup {

  private final LinkFaults links;

  FaultSetup(LinkFaults links) {
    this.links = links;
  }

  LinkFaults links() {
    return links;
  }
}
