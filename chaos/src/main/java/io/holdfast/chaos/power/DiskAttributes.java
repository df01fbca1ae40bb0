package io.holdfast.chaos.power;

import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a file. There are no times on these disks.
 *
 * @param bytes its length; -1 for a directory
 */
record DiskAttributes(long bytes) implements BasicFileAttributes {

  private static final FileTime NO_TIME = FileTime.fromMillis(0);

  @Override
  public FileTime lastModifiedTime() {
    return NO_TIME;
  }

  @Override
  public FileTime lastAccessTime() {
    return NO_TIME;
  }

  @Override
  public FileTime creationTime() {
    return NO_TIME;
  }

  @Override
  public boolean isRegularFile() {
    return bytes >= 0;
  }

  @Override
  public boolean isDirectory() {
    return bytes < 0;
  }

  @Override
  public boolean isSymbolicLink() {
    return false;
  }

  @Override
  public boolean isOther() {
    return false;
  }

  @Override
  public long size() {
    return Math.max(0, bytes);
  }

  @Override
  public @Nullable Object fileKey() {
    return null;
  }
}
