package io.holdfast.chaos.run;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.chaos.history.RegisterCall;
import io.holdfast.chaos.history.RegisterCall.Cas;
import io.holdfast.chaos.history.RegisterCall.Read;
import io.holdfast.chaos.history.RegisterCall.Write;
import io.holdfast.chaos.history.TransactionCall;
import io.holdfast.chaos.live.Answer;
import io.holdfast.chaos.live.FrontDoor;
import io.holdfast.chaos.live.Waiting;
import io.holdfast.chaos.run.RunLog.OpenWrite;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.config.core.OutcomeCode.Effect;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Where one client sits: it asks one node after another, one thing at a time, and all of it is
 * recorded. What became of a write that was not clear at first it finds out by sending the same
 * again, by having it resolved, or not at all: then somebody else does later.
 */
final class Seat {

  private static final int ATTEMPTS = 6;

  /** One turn in so many begins at the node that the client asked first of all. */
  private static final int GOES_HOME = 4;

  private static final String WRITE_ID = "Idempotency-Key";

  private final RunLog log;
  private final List<? extends FrontDoor> doors;
  private final Supplier<String> ids;
  private final String name;
  private final Duration pause;
  private final SplittableRandom random;
  private final int home;
  private int node;
  private int lives;

  /**
   * @param doors of all nodes
   * @param ids fresh write ids
   * @param number of the client; decides which node it asks first
   * @param pause before it asks the next node, when one did not answer
   */
  Seat(
      RunLog log,
      List<? extends FrontDoor> doors,
      Supplier<String> ids,
      int number,
      Duration pause,
      long seed) {
    this.log = log;
    this.doors = doors;
    this.ids = ids;
    this.pause = pause;
    name = "c" + number;
    random = new SplittableRandom(seed * 1_000_003 + number);
    home = number % doors.size();
    node = home;
  }

  /**
   * Before each turn: goes back to the first node now and then. A client that stays away from a
   * node that refused a write would never see what that node answers to reads.
   */
  void begin() {
    if (random.nextInt(GOES_HOME) == 0) {
      node = home;
    }
  }

  SplittableRandom random() {
    return random;
  }

  RunLog log() {
    return log;
  }

  List<? extends FrontDoor> doors() {
    return doors;
  }

  Supplier<String> ids() {
    return ids;
  }

  /**
   * The client's name in the history: a new one after each operation that it gave up waiting for.
   */
  String process() {
    return lives == 0 ? name : name + "." + lives;
  }

  /** The node that it asks at present. */
  FrontDoor here() {
    return doors.get(node);
  }

  /** Turns to the next node, after a moment. */
  void elsewhere() {
    node = (node + 1) % doors.size();
    Waiting.pause(pause);
  }

  /** What a register holds; empty where there was no answer. */
  Optional<Optional<String>> read(String key) {
    OptionalInt operation = log.recorder().invoke(process(), log.at(), new Read(key));
    if (operation.isEmpty()) {
      log.full();
      return Optional.empty();
    }
    Answer answer = here().ask("GET", here().keyPath(key), "");
    boolean found = answer.status() == 200;
    if (!found && !isNotFound(answer)) {
      unread(operation.getAsInt(), answer);
      return Optional.empty();
    }
    Optional<String> value = found ? Optional.of(answer.body()) : Optional.empty();
    boolean unused = log.recorder().read(operation.getAsInt(), log.at(), value);
    return Optional.of(value);
  }

  private static boolean isNotFound(Answer answer) {
    return answer.status() == 404 && answer.code().equals(OutcomeCode.NOT_FOUND.code());
  }

  /**
   * What all registers hold at one instant, read as a range.
   *
   * @param keys all that may begin with {@code prefix}
   */
  Optional<Map<String, String>> readAll(String prefix, List<String> keys) {
    List<TransactionCall.Part> parts = new ArrayList<>();
    keys.forEach(key -> parts.add(new TransactionCall.Read(key)));
    OptionalInt operation = log.recorder().invoke(process(), log.at(), new TransactionCall(parts));
    if (operation.isEmpty()) {
      log.full();
      return Optional.empty();
    }
    String path = here().groupPath() + "keys?prefix=" + prefix.replace("/", "%2F");
    Answer answer = here().ask("GET", path, "");
    JsonNode records = answer.json().path("records");
    if (answer.status() != 200 || !records.isArray()) {
      unread(operation.getAsInt(), answer);
      return Optional.empty();
    }
    Map<String, String> found = new HashMap<>();
    records.forEach(
        record -> found.put(record.path("key").asText(), record.path("value").asText()));
    List<Optional<String>> values = new ArrayList<>();
    keys.forEach(key -> values.add(Optional.ofNullable(found.get(key))));
    boolean unused = log.recorder().executed(operation.getAsInt(), log.at(), values);
    found.keySet().stream()
        .filter(key -> !keys.contains(key))
        .forEach(key -> log.complain("a range has " + key + ", which nobody has written"));
    return Optional.of(found);
  }

  /** A reading changes nothing: nobody needs to know what would have come of it. */
  private void unread(int operation, Answer answer) {
    boolean unused = log.recorder().lost(operation, log.at());
    if (answer.status() != 0 && !WriteFate.code(answer).retryable()) {
      log.complain("a reading is answered with " + answer);
    }
    elsewhere();
  }

  /**
   * Writes.
   *
   * @param told hears once what became of it, perhaps later and from another thread
   */
  void write(RegisterCall call, Consumer<WriteFate> told) {
    OptionalInt invoked = log.recorder().invoke(process(), log.at(), call);
    if (invoked.isEmpty()) {
      log.full();
      return;
    }
    OpenWrite write = new OpenWrite(invoked.getAsInt(), ids.get(), told);
    boolean resolves = random.nextBoolean();
    boolean leaves = random.nextInt(4) == 0;
    boolean ambiguous = false;
    for (int attempt = 0; attempt < ATTEMPTS && !(ambiguous && leaves); attempt++) {
      Answer answer = ambiguous && resolves ? resolve(write) : send(call, write.id());
      Optional<WriteFate> fate = WriteFate.of(answer);
      if (fate.isPresent()) {
        ends(write, fate.get(), ambiguous);
        return;
      }
      OutcomeCode code = WriteFate.code(answer);
      if (code.effect() == Effect.NO && !ambiguous) {
        refused(write, code, answer);
        return;
      }
      if (code.effect() != Effect.NO && !ambiguous) {
        ambiguous = true;
        log.unknown();
      }
      log.recorder().tried(write.operation(), code);
      elsewhere();
    }
    log.leave(write);
    lives++;
  }

  /** Has one write resolved that was left, if there is one; whether there was. */
  boolean settleOne() {
    Optional<OpenWrite> left = log.takeLeft();
    if (left.isEmpty()) {
      return false;
    }
    Answer answer = resolve(left.get());
    Optional<WriteFate> fate = WriteFate.of(answer);
    if (fate.isPresent()) {
      ends(left.get(), fate.get(), true);
    } else {
      log.leave(left.get());
      elsewhere();
    }
    return true;
  }

  private Answer resolve(OpenWrite write) {
    return here().post("writes/" + write.id() + "/resolve", "");
  }

  private Answer send(RegisterCall call, String id) {
    FrontDoor door = here();
    String path = door.keyPath(call.key());
    if (call instanceof Write write) {
      return write.value().isPresent()
          ? door.ask("PUT", path, write.value().get(), WRITE_ID, id)
          : door.ask("DELETE", path, "", WRITE_ID, id);
    }
    if (call instanceof Cas cas && cas.replacement().isPresent()) {
      TransactionForm form =
          new TransactionForm()
              .ifHolds(cas.key(), cas.expected())
              .put(cas.key(), cas.replacement().get());
      return door.post("txn", form.json(), WRITE_ID, id);
    }
    throw new IllegalArgumentException("no write: " + call);
  }

  private void refused(OpenWrite write, OutcomeCode code, Answer answer) {
    boolean unused = log.recorder().answered(write.operation(), log.at(), code);
    if (!code.retryable()) {
      log.complain("a write is answered with " + answer);
    }
    write.told().accept(WriteFate.NEVER);
    elsewhere();
  }

  private void ends(OpenWrite write, WriteFate fate, boolean ambiguous) {
    OutcomeCode code =
        switch (fate) {
          case DONE -> OutcomeCode.COMMITTED;
          case REFUSED -> OutcomeCode.COMPARE_FAILED;
          default -> OutcomeCode.FENCED;
        };
    boolean unused = log.recorder().answered(write.operation(), log.at(), code);
    if (fate == WriteFate.DONE) {
      log.acknowledged(write.id());
    }
    if (ambiguous) {
      log.settled();
    }
    write.told().accept(fate);
  }
}
