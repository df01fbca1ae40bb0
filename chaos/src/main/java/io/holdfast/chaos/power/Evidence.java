package io.holdfast.chaos.power;

import io.holdfast.chaos.power.core.Disk;
import io.holdfast.chaos.power.core.StoredFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What there is to look at where a cycle has failed: threads and the time of day make it hard to
 * play again.
 *
 * @param before the boot before, after which the power went
 * @param failed the boot that found what was wrong
 */
public record Evidence(Boot before, Boot failed) {

  /**
   * A boot.
   *
   * @param found what it found on its disk
   * @param operations its last operations on it, in words
   */
  public record Boot(Disk found, List<String> operations) {
    public Boot {
      operations = List.copyOf(operations);
    }
  }

  /**
   * Writes it down, with the disks' files as they are.
   *
   * @param directory where; made if there is none
   * @param findings what was wrong
   */
  public void writeTo(Path directory, List<Finding> findings) throws IOException {
    write(directory.resolve("before"), before);
    write(directory.resolve("failed"), failed);
    StringBuilder text = new StringBuilder();
    for (Finding finding : findings) {
      text.append(finding.kind()).append(": ").append(finding.what()).append('\n');
      text.append(finding.trace());
    }
    Files.writeString(directory.resolve("findings.txt"), text);
  }

  private static void write(Path directory, Boot boot) throws IOException {
    Files.createDirectories(directory);
    Files.write(directory.resolve("operations.txt"), boot.operations());
    write(directory, boot.found(), Disk.ROOT);
  }

  private static void write(Path directory, Disk disk, String from) throws IOException {
    for (String name : disk.list(from)) {
      Path place = directory.resolve("disk" + name);
      if (disk.isDirectory(name)) {
        Files.createDirectories(place);
        write(directory, disk, name);
      } else {
        StoredFile file = disk.file(name).orElseThrow();
        byte[] bytes = new byte[file.size()];
        file.read(0, bytes, 0, bytes.length);
        Files.createDirectories(directory.resolve("disk"));
        Files.write(place, bytes);
      }
    }
  }
}
