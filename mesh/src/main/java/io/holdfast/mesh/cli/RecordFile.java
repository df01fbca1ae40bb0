package io.holdfast.mesh.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A file of records, read one by one: JSON lines ({@code {"key": ..., "value": ...}}; a value that
 * is not a string is written as its JSON text) or CSV (RFC 4180) whose header names the columns
 * {@code key} and {@code value}. A record that cannot be read is an {@link Entry} too, so that the
 * ones after it can be.
 */
final class RecordFile implements Closeable {

  /** A key and its value together, and a line: far beyond what a node takes. */
  private static final int MAX_RECORD_BYTES = 4 * 1024 * 1024;

  private static final ObjectMapper JSON = new ObjectMapper();

  /** What a place in the file holds. */
  sealed interface Entry {
    /** The line where it begins, from 1. */
    long line();
  }

  /** A record. */
  record Good(long line, ByteString key, ByteString value) implements Entry {}

  /** A place that is no record, and why. */
  record Broken(long line, String why) implements Entry {}

  private final InputStream in;
  private final boolean csv;
  private final MessageDigest digest;
  private long lines;
  private long entryLine;
  private int columns;
  private int keyColumn = -1;
  private int valueColumn = -1;

  private RecordFile(InputStream in, boolean csv) {
    this.in = in;
    this.csv = csv;
    this.digest = sha256();
  }

  /** Opens a file; one whose name ends in {@code .csv} is CSV, any other JSON lines. */
  static RecordFile open(Path file) throws IOException {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    return of(Files.newInputStream(file), name.endsWith(".csv"));
  }

  /** Reads from {@code in}, which is closed with this. */
  static RecordFile of(InputStream in, boolean csv) {
    return new RecordFile(new BufferedInputStream(in, 1 << 16), csv);
  }

  /** The next record, whole or broken; empty at the end. Blank lines are passed over. */
  Optional<Entry> next() throws IOException {
    while (true) {
      Optional<byte[]> bytes = readEntry();
      if (bytes.isEmpty()) {
        return Optional.empty();
      }
      Optional<Entry> entry = parse(bytes.get());
      if (entry.isPresent()) {
        return entry;
      }
    }
  }

  /** Lines read so far. */
  long lines() {
    return lines;
  }

  /** SHA-256 of every byte read so far, in hex. */
  String digestSoFar() {
    try {
      return HexFormat.of().formatHex(((MessageDigest) digest.clone()).digest());
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("this Java's SHA-256 cannot be continued", e);
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  private Optional<Entry> parse(byte[] bytes) {
    if (bytes.length >= MAX_RECORD_BYTES) {
      return broken("longer than " + MAX_RECORD_BYTES + " bytes");
    }
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return broken("not UTF-8");
    }
    if (entryLine == 1 && text.startsWith("\uFEFF")) {
      text = text.substring(1);
    }
    if (text.isBlank()) {
      return Optional.empty();
    }
    return csv ? parseCsv(text) : parseJson(text);
  }

  private Optional<Entry> parseJson(String text) {
    JsonNode record;
    try {
      record = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      return broken("not JSON: " + e.getOriginalMessage());
    }
    if (!record.isObject() || !record.path("key").isTextual() || !record.has("value")) {
      return broken("not an object with a text \"key\" and a \"value\"");
    }
    JsonNode value = record.get("value");
    return good(
        record.path("key").asText(), value.isTextual() ? value.asText() : Console.compact(value));
  }

  private Optional<Entry> parseCsv(String text) {
    List<String> cells = new ArrayList<>();
    Optional<String> problem = CsvLine.split(text, cells);
    if (problem.isPresent()) {
      return broken(problem.get());
    }
    if (keyColumn < 0) {
      keyColumn = cells.indexOf("key");
      valueColumn = cells.indexOf("value");
      if (keyColumn < 0 || valueColumn < 0) {
        keyColumn = -1;
        return broken("the header must name the columns key and value, found " + cells);
      }
      columns = cells.size();
      return Optional.empty();
    }
    // RFC 4180: as many in every line. A value with a comma that was not quoted must not be cut.
    if (cells.size() != columns) {
      return broken(
          cells.size() + " columns, the header has " + columns + ": quote cells that hold a comma");
    }
    return good(cells.get(keyColumn), cells.get(valueColumn));
  }

  private Optional<Entry> good(String key, String value) {
    if (key.isEmpty()) {
      return broken("the key is empty");
    }
    return Optional.of(
        new Good(entryLine, ByteString.copyFromUtf8(key), ByteString.copyFromUtf8(value)));
  }

  private Optional<Entry> broken(String why) {
    return Optional.of(new Broken(entryLine, why));
  }

  /**
   * One line without its end, or as many as a quoted CSV cell spans. Bytes past the limit are
   * dropped.
   */
  private Optional<byte[]> readEntry() throws IOException {
    ByteArrayOutputStream entry = new ByteArrayOutputStream();
    entryLine = lines + 1;
    boolean quoted = false;
    boolean any = false;
    for (int octet = read(); octet >= 0; octet = read()) {
      any = true;
      if (octet == '\n') {
        lines++;
        if (!quoted) {
          return Optional.of(withoutCarriageReturn(entry.toByteArray()));
        }
      }
      if (csv && octet == '"') {
        quoted = !quoted;
      }
      if (entry.size() < MAX_RECORD_BYTES) {
        entry.write(octet);
      }
    }
    if (!any) {
      return Optional.empty();
    }
    lines++;
    return Optional.of(withoutCarriageReturn(entry.toByteArray()));
  }

  private int read() throws IOException {
    int octet = in.read();
    if (octet >= 0) {
      digest.update((byte) octet);
    }
    return octet;
  }

  private static byte[] withoutCarriageReturn(byte[] bytes) {
    int length = bytes.length;
    return length > 0 && bytes[length - 1] == '\r' ? Arrays.copyOf(bytes, length - 1) : bytes;
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
