package io.holdfast.mesh.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How far a load has come, in a file beside its input, so that it can go on after any crash.
 *
 * <p>Write ids are dated, and a mesh forgets old ones, so they cannot all carry the time at which
 * the load began. The file is cut into blocks of {@value #BLOCK_LINES} lines; the time of a block
 * is kept here, on disk, before its first record is sent. So a record that is sent again after a
 * crash has the id that it had before.
 *
 * @param load names this load; part of every write id
 * @param doneLines every record that begins in the first so many lines has its final answer
 * @param prefixDigest SHA-256 of the file up to the end of those lines
 * @param blockMillis the time of each block that has been started and is not done, by its number
 * @param written records acknowledged so far
 * @param skipped lines passed over so far
 */
record LoadProgress(
    String load,
    long doneLines,
    String prefixDigest,
    NavigableMap<Long, Long> blockMillis,
    long written,
    long skipped) {

  static final int BLOCK_LINES = 1000;

  private static final ObjectMapper JSON = new ObjectMapper();

  LoadProgress {
    blockMillis = new TreeMap<>(blockMillis);
  }

  /** The number of the block that holds {@code line}. */
  static long blockOf(long line) {
    return (line - 1) / BLOCK_LINES;
  }

  /** A new load. */
  static LoadProgress fresh(String load) {
    return new LoadProgress(load, 0, "", new TreeMap<>(), 0, 0);
  }

  /**
   * Reads what an earlier run left; empty when there was none.
   *
   * @throws IOException when it cannot be read or is no such file
   */
  static Optional<LoadProgress> read(Path file) throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    JsonNode json = JSON.readTree(Files.readAllBytes(file));
    if (json.path("format").asInt() != 1 || !json.path("load").isTextual()) {
      throw new IOException(file + " is not a progress file of 'holdfast load'");
    }
    NavigableMap<Long, Long> blocks = new TreeMap<>();
    for (JsonNode block : json.path("blocks")) {
      blocks.put(block.path(0).asLong(), block.path(1).asLong());
    }
    return Optional.of(
        new LoadProgress(
            json.path("load").asText(),
            json.path("doneLines").asLong(),
            json.path("prefixDigest").asText(""),
            blocks,
            json.path("written").asLong(),
            json.path("skipped").asLong()));
  }

  /** Replaces {@code file} atomically; on disk when this returns. */
  void write(Path file) throws IOException {
    ObjectNode json = JSON.createObjectNode().put("format", 1).put("load", load);
    json.put("doneLines", doneLines).put("prefixDigest", prefixDigest);
    ArrayNode blocks = json.putArray("blocks");
    for (Map.Entry<Long, Long> block : blockMillis.entrySet()) {
      blocks.addArray().add(block.getKey()).add(block.getValue());
    }
    json.put("written", written).put("skipped", skipped);
    Path next = file.resolveSibling(file.getFileName() + ".new");
    ByteBuffer bytes =
        ByteBuffer.wrap((Console.compact(json) + "\n").getBytes(StandardCharsets.UTF_8));
    try (FileChannel channel =
        FileChannel.open(
            next,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
