package io.holdfast.config.core;

/**
 * What tells the PostgreSQL server that a node has kept its data in from a copy of it.
 *
 * @param system what the cluster drew when it was made; copies and standbys have the same
 * @param timeline how often a copy of it was promoted, or its log was gone back in; from 1
 * @param position how far its log was on disk, in bytes; no later look at the same server finds
 *     less
 */
public record ServerMark(long system, long timeline, long position) {

  public ServerMark {
    if (timeline < 1 || position < 0) {
      throw new IllegalArgumentException("timeline " + timeline + ", position " + position);
    }
  }

  /** Whether both are of one server, whatever its log has come to. */
  public boolean isSameServer(ServerMark other) {
    return system == other.system && timeline == other.timeline;
  }

  @Override
  public String toString() {
    return "system %s, timeline %d, log position %X/%X"
        .formatted(
            Long.toUnsignedString(system), timeline, position >>> Integer.SIZE, (int) position);
  }
}
