package io.holdfast.chaos.power;

import java.io.IOException;
import java.nio.channels.FileChannel;

/** Broken on purpose: files are opened as H2 asks, so that no write of a commit is synced. */
public final class UnsyncedFilePath extends PowerFilePath {

  /** For H2. */
  public UnsyncedFilePath() {}

  @Override
  public String getScheme() {
    return "unsynced";
  }

  @Override
  public FileChannel open(String mode) throws IOException {
    return getBase().open(mode);
  }
}
