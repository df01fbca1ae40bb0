package io.holdfast.chaos.power;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.h2.message.DbException;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.FileUtils;

/**
 * What H2 has for the plain files of a machine, for those of a {@link PoweredDisk}: it opens them
 * as asked, synchronized or not, and adds nothing.
 */
final class RawFilePath extends FilePath {

  RawFilePath(String plainName) {
    name = plainName;
  }

  private Path place() {
    return DiskFileSystem.place(name);
  }

  /** A step on a file, whose failure H2 wants in a form of its own. */
  private interface Step<T> {
    T run(Path place) throws IOException;
  }

  private <T> T run(Step<T> step) {
    try {
      return step.run(place());
    } catch (IOException e) {
      throw DbException.convertIOException(e, name);
    }
  }

  @Override
  public FileChannel open(String mode) throws IOException {
    return FileChannel.open(place(), FileUtils.modeToOptions(mode), FileUtils.NO_ATTRIBUTES);
  }

  @Override
  public long size() {
    return run(Files::size);
  }

  @Override
  public void moveTo(FilePath newName, boolean atomicReplace) {
    run(
        place ->
            Files.move(
                place,
                DiskFileSystem.place(newName.toString()),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING));
  }

  @Override
  public boolean createFile() {
    return run(
        place -> {
          if (Files.exists(place)) {
            return false;
          }
          Files.createFile(place);
          return true;
        });
  }

  @Override
  public boolean exists() {
    return Files.exists(place());
  }

  @Override
  public void delete() {
    run(Files::deleteIfExists);
  }

  @Override
  public List<FilePath> newDirectoryStream() {
    return run(
        place -> {
          List<FilePath> found = new ArrayList<>();
          try (Stream<Path> entries = Files.list(place)) {
            entries.forEach(entry -> found.add(new RawFilePath(entry.toString())));
          }
          return found;
        });
  }

  @Override
  public FilePath toRealPath() {
    return new RawFilePath(place().toAbsolutePath().normalize().toString());
  }

  @Override
  public FilePath getParent() {
    Path parent = Path.of(name).getParent();
    return new RawFilePath(parent == null ? "/" : parent.toString());
  }

  @Override
  public boolean isDirectory() {
    return Files.isDirectory(place());
  }

  @Override
  public boolean isRegularFile() {
    return Files.isRegularFile(place());
  }

  @Override
  public boolean isAbsolute() {
    return true;
  }

  @Override
  public long lastModified() {
    return 0;
  }

  @Override
  public boolean canWrite() {
    return true;
  }

  @Override
  public void createDirectory() {
    run(Files::createDirectory);
  }

  @Override
  public boolean setReadOnly() {
    return false;
  }

  @Override
  public String getScheme() {
    return "raw";
  }

  @Override
  public FilePath getPath(String path) {
    return new RawFilePath(path);
  }
}
