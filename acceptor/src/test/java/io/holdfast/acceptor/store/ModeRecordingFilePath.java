package io.holdfast.acceptor.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.h2.store.fs.FilePathWrapper;

/** A file system below the durable one, which records how files are opened. */
public final class ModeRecordingFilePath extends FilePathWrapper {

  /** The modes, in order. */
  static final List<String> MODES = new CopyOnWriteArrayList<>();

  /** For H2. */
  public ModeRecordingFilePath() {}

  @Override
  public String getScheme() {
    return "recording";
  }

  @Override
  public FileChannel open(String mode) throws IOException {
    MODES.add(mode);
    return super.open(mode);
  }

  /** The plain name, as the durable file system needs it. */
  @Override
  public String toString() {
    return getBase().toString();
  }
}
