package io.holdfast.mesh;

/**
 * The file system of the data directory.
 *
 * @param usableBytes what this process may still write there; -1 where that cannot be found out
 * @param totalBytes its size; -1 where that cannot be found out
 */
public record DiskStatus(long usableBytes, long totalBytes) {

  /** Not looked at yet. */
  public static final DiskStatus UNKNOWN = new DiskStatus(-1, -1);
}
