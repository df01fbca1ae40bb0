package io.holdfast.mesh.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import io.holdfast.config.core.GroupId;
import io.holdfast.mesh.client.KeyPath;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;

/**
 * The keys of a measurement and what they are last known to hold: what an optimistic transaction
 * compares. A value is a number of its own, filled up to its size. Used on the event loop only.
 */
final class BenchKeys {

  /** A key of which nothing is known yet. */
  private static final long NOTHING = 0;

  /** A run begins its numbers at its milliseconds, moved up by this: enough for the next run's. */
  private static final int RUN_BITS = 10;

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String PREFIX = "bench/";

  /** What JSON and a key take beside a value, in bytes. */
  private static final int OVERHEAD = 64;

  private final String path;
  private final String transactions;
  private final String filler;
  private final int valueBytes;
  private final long[] held;
  private long last;

  BenchKeys(GroupId group, int count, int valueBytes) {
    path = KeyPath.of(group, ByteString.copyFromUtf8(PREFIX));
    transactions = "/v1/groups/" + group.value() + "/txn";
    filler = ".".repeat(valueBytes);
    this.valueBytes = valueBytes;
    held = new long[count];
    // Numbers of this run: values of an earlier one are not taken for its own.
    // Numbers of this run: values of an earlier one are not taken for its own.
    last = System.currentTimeMillis() << RUN_BITS;
  }

  int count() {
    return held.length;
  }

  /** The path and query of one key. */
  String uri(int key) {
    return path + key;
  }

  /** Where transactions go. */
  String transactions() {
    return transactions;
  }

  /** A number that no value has had. */
  long fresh() {
    return ++last;
  }

  /** A value of the size that was asked for, or a few bytes more where that is too small. */
  String value(long number) {
    String text = number + ":";
    return text.length() >= valueBytes ? text : text + filler.substring(text.length());
  }

  /** The key is known to hold this number's value. */
  void holds(int key, long number) {
    held[key] = number;
  }

  /** Puts of {@code from} and those after it, as many as a transaction should have. */
  int endOfBatch(int from, int most) {
    long room = Math.max(1, (1 << 19) / (valueBytes + OVERHEAD));
    return (int) Math.min(held.length, from + Math.min(most, room));
  }

  /** A transaction that puts these keys, whatever they hold. */
  Buffer batch(int from, int to, long number) {
    ObjectNode json = Answers.object();
    json.putArray("compare");
    ArrayNode then = json.putArray("then");
    for (int key = from; key < to; key++) {
      put(then, key, number);
    }
    return Buffer.buffer(json.toString());
  }

  /** A transaction that puts two keys if both hold what is known of them, else reads them. */
  Buffer transfer(int one, int other, long number) {
    ObjectNode json = Answers.object();
    ArrayNode compare = json.putArray("compare");
    compare(compare, one);
    compare(compare, other);
    ArrayNode then = json.putArray("then");
    put(then, one, number);
    put(then, other, number);
    ArrayNode otherwise = json.putArray("else");
    otherwise.addObject().putObject("get").put("key", PREFIX + one);
    otherwise.addObject().putObject("get").put("key", PREFIX + other);
    return Buffer.buffer(json.toString());
  }

  /**
   * Learns from the answer to {@link #transfer}.
   *
   * @return whether both keys held what was known
   */
  boolean learn(int one, int other, long number, Buffer body) {
    JsonNode answer = parse(body);
    if (answer.path("succeeded").asBoolean()) {
      holds(one, number);
      holds(other, number);
      return true;
    }
    holds(one, found(answer, 0));
    holds(other, found(answer, 1));
    return false;
  }

  private static JsonNode parse(Buffer body) {
    try {
      return JSON.readTree(body.getBytes());
    } catch (IOException notJson) {
      return MissingNode.getInstance(); // nothing is learned from it
    }
  }

  private static long found(JsonNode answer, int index) {
    String value =
        answer
            .path("results")
            .path(index)
            .path("get")
            .path("records")
            .path(0)
            .path("value")
            .asText();
    int end = value.indexOf(':');
    boolean ours = end > 0 && value.substring(0, end).matches("\\d{1,18}");
    return ours ? Long.parseLong(value.substring(0, end)) : NOTHING;
  }

  private void compare(ArrayNode compare, int key) {
    ObjectNode condition = compare.addObject().put("key", PREFIX + key);
    if (held[key] == NOTHING) {
      condition.put("present", false);
    } else {
      condition.put("value", value(held[key])).put("is", "=");
    }
  }

  private void put(ArrayNode then, int key, long number) {
    then.addObject().putObject("put").put("key", PREFIX + key).put("value", value(number));
  }
}
