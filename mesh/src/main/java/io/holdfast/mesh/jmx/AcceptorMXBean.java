package io.holdfast.mesh.jmx;

/**
 * The acceptor of a group on this node: what it has promised and accepted, and how long the disk
 * takes.
 */
@Describe(
    "The acceptor of a group on this node: what it has promised and accepted, and how long the disk takes.")
public interface AcceptorMXBean {

  @Describe("The promised ballot; - for none.")
  String getPromised();

  @Describe("The highest slot for which the journal of this node ever held a batch.")
  long getAcceptedSlot();

  @Describe("The last slot that the journal does not hold any more.")
  long getTrimmedTo();

  @Describe("Events in the journal since the group began, trimmed ones included.")
  long getEvents();

  @Describe("Bytes of the batches that the journal holds, as far as they were counted.")
  long getLogBytes();

  @Describe("Bytes of batches kept in memory for members that lag.")
  long getTailBytes();

  @Describe(
      "Mean time until a write is durable in the journal, which all groups of the node "
          + "share, since start, in milliseconds.")
  double getPersistMillisMean();

  @Describe("The longest such time since start, in milliseconds.")
  double getPersistMillisMax();

  @Describe("Synchronous writes of the journal, which all groups of the node share, since start.")
  long getSynchronousWrites();
}
