package io.holdfast.acceptor.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.h2.mvstore.DataUtils;
import org.jspecify.annotations.Nullable;

/**
 * The header of H2's files: twice the same text, in the first two blocks, which names a chunk from
 * which the newest is found.
 */
final class FileHeader {

  private static final int COPIES = 2;

  /** The longest that H2 writes has some 150 characters. */
  private static final int LONGEST = 512;

  private static final Pattern TEXT = Pattern.compile("^(H:[^\\n]*),fletcher:([0-9a-f]{1,8})\\n");
  private static final Pattern VERSION = Pattern.compile(",version:([0-9a-f]{1,16})(,|$)");

  /** What is said of the chunk, and that the file was closed in order. */
  private static final Pattern OF_CHUNK = Pattern.compile(",(block|chunk|version|clean):[0-9a-f]*");

  private FileHeader() {}

  /**
   * Makes it name a chunk, unless it does already or is damaged, which is for H2 to say.
   *
   * @param id the chunk's, in hex
   * @param block where it begins
   * @return whether it was changed
   */
  static boolean point(FileChannel file, String id, long block, long version) throws IOException {
    String header = newest(file);
    if (header == null || version(header) == version) {
      return false;
    }
    String text =
        OF_CHUNK.matcher(header).replaceAll("")
            + ",block:"
            + Long.toHexString(block)
            + ",chunk:"
            + id
            + ",version:"
            + Long.toHexString(version);
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    int checksum = DataUtils.getFletcher32(bytes, 0, bytes.length);
    byte[] whole =
        (text + ",fletcher:" + Integer.toHexString(checksum) + "\n")
            .getBytes(StandardCharsets.ISO_8859_1);
    for (int copy = 0; copy < COPIES; copy++) {
      ByteBuffer sector = ByteBuffer.allocate(LONGEST).put(whole).rewind();
      long at = (long) copy * ChunkSeal.BLOCK;
      while (sector.hasRemaining()) {
        file.write(sector, at + sector.position());
      }
    }
    return true;
  }

  /** That of the higher version of those whose checksum fits; null where none does. */
  private static @Nullable String newest(FileChannel file) throws IOException {
    String newest = null;
    for (int copy = 0; copy < COPIES; copy++) {
      byte[] bytes = ChunkSeal.read(file, (long) copy * ChunkSeal.BLOCK, LONGEST);
      Matcher text = TEXT.matcher(new String(bytes, StandardCharsets.ISO_8859_1));
      if (text.find()
          && fits(text)
          && (newest == null || version(text.group(1)) > version(newest))) {
        newest = text.group(1);
      }
    }
    return newest;
  }

  private static boolean fits(Matcher text) {
    byte[] bytes = text.group(1).getBytes(StandardCharsets.ISO_8859_1);
    return DataUtils.getFletcher32(bytes, 0, bytes.length)
        == Integer.parseUnsignedInt(text.group(2), 16);
  }

  private static long version(String header) {
    Matcher version = VERSION.matcher(header);
    return version.find() ? Long.parseUnsignedLong(version.group(1), 16) : -1;
  }
}
