package io.holdfast.acceptor.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A checksum over each chunk that H2 writes, so that one that a power cut has torn is told from a
 * whole one.
 *
 * <p>A commit is one chunk, written at once: a header, pages, a footer. H2 takes it for whole where
 * header and footer are, and checks nothing in between. A cut may keep these two and lose the
 * middle; H2 then takes the commit that was under way, and never acknowledged, for the newest one,
 * and finds damage, or worse: it goes back to a version of long ago, which may be an empty
 * database.
 *
 * <p>The checksum stands in the footer's own padding, as white space that H2 skips: one write as
 * before, and plain H2 reads the file. A chunk without one, as written before this was there, is
 * taken as H2 takes it.
 */
final class ChunkSeal {

  /** Chunks begin at multiples of this and fill them. */
  static final int BLOCK = 4096;

  private static final int FOOTER = 128;
  private static final int BITS = 32;

  /** The seal's bits and its mark, before the newline that ends a footer. */
  private static final int SEAL = BITS + 2;

  private static final byte MARK = 0x0b;
  private static final byte ONE = '\t';
  private static final byte ZERO = ' ';
  private static final byte[] START = "chunk:".getBytes(StandardCharsets.US_ASCII);
  private static final Pattern ID = Pattern.compile("^chunk:([0-9a-f]{1,8}),");
  private static final Pattern LENGTH = Pattern.compile(",len:([0-9a-f]{1,7}),");
  private static final Pattern TIME = Pattern.compile(",time:([0-9a-f]{1,16})[,\n ]");
  private static final Pattern VERSION = Pattern.compile(",version:([0-9a-f]{1,16})[,\n ]");

  /** How H2's list of chunks names one, and what it says of it. */
  private static final String LAYOUT_CHUNK = "chunk.";

  private static final Pattern LAYOUT_BLOCK = Pattern.compile(",block:([0-9a-f]{1,12}),");

  /** How much of a header is needed to know length and version. */
  private static final int HEADER = 512;

  private static final int BLOCKS_AT_A_TIME = 256;
  private static final int BYTES_AT_A_TIME = BLOCKS_AT_A_TIME * BLOCK;

  private ChunkSeal() {}

  /**
   * Puts the seal into a chunk; leaves anything else as it is.
   *
   * @return whether it is sealed
   */
  static boolean seal(byte[] chunk) {
    int end = chunk.length;
    if (end < BLOCK
        || end % BLOCK != 0
        || !startsWith(chunk, 0)
        || !startsWith(chunk, end - FOOTER)
        || chunk[end - 1] != '\n') {
      return false;
    }
    for (int at = end - SEAL; at < end - 1; at++) {
      if (chunk[at] != ZERO) {
        return false;
      }
    }
    CRC32C crc = new CRC32C();
    crc.update(chunk, 0, end - SEAL);
    int checksum = (int) crc.getValue();
    chunk[end - SEAL] = MARK;
    for (int bit = 0; bit < BITS; bit++) {
      chunk[end - SEAL + 1 + bit] = (checksum >>> bit & 1) == 1 ? ONE : ZERO;
    }
    return true;
  }

  /** Whether a chunk has a seal, and it is not of its bytes. Reads a part of it at a time. */
  private static boolean isTorn(FileChannel file, long position, long length) throws IOException {
    CRC32C crc = new CRC32C();
    long end = position + length - SEAL;
    for (long at = position; at < end; at += BYTES_AT_A_TIME) {
      crc.update(read(file, at, (int) Math.min(BYTES_AT_A_TIME, end - at)));
    }
    return !isSealOf((int) crc.getValue(), read(file, end, SEAL - 1));
  }

  /** Whether a seal is that of a checksum; what is no seal at all is taken for it. */
  private static boolean isSealOf(int checksum, byte[] seal) {
    if (seal[0] != MARK) {
      return true;
    }
    for (int bit = 0; bit < BITS; bit++) {
      if (seal[1 + bit] != ((checksum >>> bit & 1) == 1 ? ONE : ZERO)) {
        return false;
      }
    }
    return true;
  }

  /** Whether the newest chunk of a file is torn. */
  static boolean isNewestTorn(FileChannel file) throws IOException {
    List<Place> newest = newestTwo(file);
    return !newest.isEmpty() && isTorn(file, newest.get(0).position(), newest.get(0).length());
  }

  /**
   * Which of the chunks that a store is made of are not what was written.
   *
   * @param layout H2's own list of them
   * @param file where they lie
   */
  static List<String> damaged(Map<String, String> layout, FileChannel file) throws IOException {
    List<String> damaged = new ArrayList<>();
    for (Map.Entry<String, String> entry : layout.entrySet()) {
      if (!entry.getKey().startsWith(LAYOUT_CHUNK)) {
        continue;
      }
      Matcher block = LAYOUT_BLOCK.matcher(entry.getValue());
      Matcher length = LENGTH.matcher(entry.getValue());
      if (!block.find() || !length.find()) {
        damaged.add("%s: H2 does not say where it is".formatted(entry.getKey()));
        continue;
      }
      long position = Long.parseLong(block.group(1), 16) * BLOCK;
      long bytes = Long.parseLong(length.group(1), 16) * BLOCK;
      if (position + bytes > file.size() || isTorn(file, position, bytes)) {
        damaged.add(
            "bytes %d to %d (%s) are not what was written"
                .formatted(position, position + bytes - 1, entry.getKey()));
      }
    }
    return damaged;
  }

  private static boolean startsWith(byte[] bytes, int from) {
    for (int n = 0; n < START.length; n++) {
      if (bytes[from + n] != START[n]) {
        return false;
      }
    }
    return true;
  }

  /**
   * A chunk in a file, by its header and footer.
   *
   * @param id as H2 counts them, in hex
   * @param time when it was written, since the file was made; never earlier than the one before
   */
  private record Place(String id, long position, int length, long time, long version) {

    /**
     * The newest last. Time comes first: where H2 has once gone back to an older version, there may
     * be chunks of higher versions than those that it has written since.
     */
    private static final Comparator<Place> AGE =
        Comparator.comparingLong(Place::time).thenComparingLong(Place::version);
  }

  /**
   * Has H2 begin with the newest whole chunk of a file. To be called before H2 reads the file.
   *
   * <p>The newest chunk is wiped out if it is torn; there can be no other, since each is durable
   * before the next is written. And the file's header is made to name the newest that is left. H2
   * lets it name an older one, from which each names the place of the next, and looks no further
   * where that chain leads to one that is complete; but a chunk in the midst of the chain may be
   * dead, and the torn one written over it, before the header was to be changed.
   *
   * @param file a file that was H2's, open for synchronized writing
   * @return whether anything was changed
   */
  static boolean mend(FileChannel file) throws IOException {
    List<Place> newest = newestTwo(file);
    if (newest.isEmpty()) {
      return false;
    }
    Place last = newest.get(0);
    boolean torn = isTorn(file, last.position(), last.length());
    if (torn) {
      // Its footer goes first, so that a cut right here leaves what H2 takes for no chunk either
      // way.
      fill(file, last.position() + last.length() - FOOTER, FOOTER);
      fill(file, last.position(), HEADER);
      if (newest.size() == 1) {
        return true;
      }
      last = newest.get(1);
    }
    return FileHeader.point(file, last.id(), last.position() / BLOCK, last.version()) || torn;
  }

  /** The two newest chunks, the newest first; of copies, the first in the file. */
  private static List<Place> newestTwo(FileChannel file) throws IOException {
    long blocks = file.size() / BLOCK;
    Place newest = null;
    Place second = null;
    for (long first = 2; first < blocks; first += BLOCKS_AT_A_TIME) {
      int some = (int) Math.min(BLOCKS_AT_A_TIME, blocks - first);
      byte[] bytes = read(file, first * BLOCK, some * BLOCK);
      for (int block = 0; block < some; block++) {
        if (!startsWith(bytes, block * BLOCK)) {
          continue;
        }
        String header = new String(bytes, block * BLOCK, HEADER, StandardCharsets.ISO_8859_1);
        Place place = place(file, (first + block) * BLOCK, header);
        if (place != null && (newest == null || Place.AGE.compare(place, newest) > 0)) {
          second = newest;
          newest = place;
        } else if (place != null
            && Place.AGE.compare(place, newest) < 0
            && (second == null || Place.AGE.compare(place, second) > 0)) {
          second = place;
        }
      }
    }
    return Stream.of(newest, second).filter(Objects::nonNull).toList();
  }

  /** The chunk of this header, if the footer that belongs to it is there. */
  private static @Nullable Place place(FileChannel file, long position, String header)
      throws IOException {
    Matcher id = ID.matcher(header);
    Matcher length = LENGTH.matcher(header);
    Matcher time = TIME.matcher(header);
    Matcher version = VERSION.matcher(header);
    if (!id.find() || !length.find() || !time.find() || !version.find()) {
      return null;
    }
    long bytes = Long.parseLong(length.group(1), 16) * BLOCK;
    if (bytes < BLOCK || bytes > Integer.MAX_VALUE || position + bytes > file.size()) {
      return null;
    }
    byte[] footer = read(file, position + bytes - FOOTER, FOOTER);
    String text = new String(footer, StandardCharsets.ISO_8859_1);
    Matcher footed = VERSION.matcher(text);
    boolean same =
        startsWith(footer, 0) && footed.find() && footed.group(1).equals(version.group(1));
    return same
        ? new Place(
            id.group(1),
            position,
            (int) bytes,
            Long.parseUnsignedLong(time.group(1), 16),
            Long.parseUnsignedLong(version.group(1), 16))
        : null;
  }

  static byte[] read(FileChannel file, long position, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    int read = 0;
    while (read >= 0 && bytes.hasRemaining()) {
      read = file.read(bytes, position + bytes.position());
    }
    return bytes.array();
  }

  private static void fill(FileChannel file, long position, int length) throws IOException {
    ByteBuffer zeros = ByteBuffer.allocate(length);
    while (zeros.hasRemaining()) {
      file.write(zeros, position + zeros.position());
    }
  }
}
