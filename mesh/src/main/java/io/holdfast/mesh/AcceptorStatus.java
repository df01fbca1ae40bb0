package io.holdfast.mesh;

/**
 * What a group's acceptor holds on a node.
 *
 * @param events events of its journal since the group began, those that were trimmed included
 * @param tailBytes bytes of batches that it keeps in memory for members that lag
 */
public record AcceptorStatus(long events, long tailBytes) {

  /** Of an acceptor that says nothing now. */
  public static final AcceptorStatus SILENT = new AcceptorStatus(0, 0);
}
