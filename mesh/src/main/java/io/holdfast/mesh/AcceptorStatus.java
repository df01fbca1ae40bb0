package io.holdfast.mesh;

/**
 * What a group's acceptor holds on a node.
 *
 * @param accepted the highest slot for which its journal ever held a batch
 * @param events events of its journal since the group began, those that were trimmed included
 * @param tailBytes bytes of batches that it keeps in memory for members that lag
 * @param logBytes bytes of all batches that its journal holds, as far as they were counted
 */
public record AcceptorStatus(long accepted, long events, long tailBytes, long logBytes) {

  /** Of an acceptor that says nothing now. */
  public static final AcceptorStatus SILENT = new AcceptorStatus(0, 0, 0, 0);
}
