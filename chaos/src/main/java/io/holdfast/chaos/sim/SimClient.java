package io.holdfast.chaos.sim;

import com.google.protobuf.ByteString;
import io.holdfast.chaos.history.HistoryRecorder;
import io.holdfast.chaos.history.RegisterCall;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.config.core.OutcomeCode.Effect;
import io.holdfast.mesh.ReadAnswer;
import io.holdfast.mesh.core.ClientRequest;
import io.holdfast.mesh.core.RouterEffect;
import io.holdfast.mesh.core.RouterInput;
import io.holdfast.sync.core.Command;
import io.holdfast.sync.core.WriteCommand;
import io.holdfast.sync.core.WriteId;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A client: asks any node for one thing after the other, tries again under the same write id where
 * it was left in doubt, and records what it did and saw.
 */
final class SimClient {

  /** What the client last knew of a key. */
  private record Known(Optional<String> value, long modRevision) {}

  private static final long WAY = 300 * VirtualTime.MICRO;
  private static final long PATIENCE = 6 * VirtualTime.SECOND;
  private static final int MOST_ATTEMPTS = 4;

  /**
   * Milliseconds that a client's clock may be wrong. A node whose own clock is fast lets ids in
   * that are far ahead, and where few ids are remembered those expire everyone else's until then.
   */
  static final long FARTHEST_OFF = 25_000;

  private static final int MOST_IN_A_BURST = 50;

  private final SimMesh mesh;
  private final String name;
  private final SplittableRandom random;
  private final HistoryRecorder recorder;
  private final long wallOffsetMillis;
  private final Map<String, Known> known = new HashMap<>();
  private @Nullable WriteId lastId;
  private int made;
  private boolean stopped;
  private int waiting;

  SimClient(SimMesh mesh, int number, SplittableRandom random, HistoryRecorder recorder) {
    this.mesh = mesh;
    this.name = "c" + number;
    this.random = random;
    this.recorder = recorder;
    boolean wrong = mesh.scenario.profile().includes(Profile.CLOCKS) && random.nextInt(4) == 0;
    this.wallOffsetMillis =
        wrong ? random.nextLong(-FARTHEST_OFF, FARTHEST_OFF) : random.nextLong(-50, 50);
  }

  void start() {
    rest();
  }

  void stop() {
    stopped = true;
  }

  /** Whether it is owed an answer. */
  boolean waits() {
    return waiting > 0;
  }

  private void rest() {
    mesh.time.after(
        VirtualTime.MILLI * (1 + random.nextInt(mesh.scenario.thinkMillis())), this::next);
  }

  private void next() {
    if (stopped) {
      return;
    }
    if (random.nextInt(150) == 0) {
      int many = 5 + random.nextInt(MOST_IN_A_BURST);
      int node = random.nextInt(mesh.scenario.nodes());
      for (int i = 0; i < many; i++) {
        begin(put(name + "." + made, key()), node, () -> {});
      }
      rest();
      return;
    }
    begin(draw(), random.nextInt(mesh.scenario.nodes()), this::rest);
  }

  // ---- What it wants

  private ClientOperation draw() {
    String key = key();
    Known last = known.get(key);
    int draw = random.nextInt(100);
    if (draw < 35) {
      return put(name, key);
    } else if (draw < 62) {
      return new ClientOperation(
          name, new ClientRequest.Read(bytes(key)), new RegisterCall.Read(key));
    } else if (draw < 70) {
      return new ClientOperation(
          name, new ClientRequest.ReadLocal(bytes(key), Optional.empty()), null);
    } else if (draw < 84) {
      Known expected = last == null ? new Known(Optional.empty(), 0) : last;
      String value = value();
      return write(
          name,
          new Command.PutIf(bytes(key), padded(value), expected.modRevision()),
          new RegisterCall.Cas(key, expected.value(), Optional.of(value)));
    } else if (draw < 90) {
      return write(
          name, new Command.Delete(bytes(key)), new RegisterCall.Write(key, Optional.empty()));
    } else if (draw < 95 && last != null) {
      return write(
          name,
          new Command.DeleteIf(bytes(key), last.modRevision()),
          new RegisterCall.Cas(key, last.value(), Optional.empty()));
    } else if (lastId != null) {
      return new ClientOperation(name, new ClientRequest.FindWrite(lastId), null);
    }
    return put(name, key);
  }

  private ClientOperation put(String process, String key) {
    String value = value();
    return write(
        process,
        new Command.Put(bytes(key), padded(value)),
        new RegisterCall.Write(key, Optional.of(value)));
  }

  private ClientOperation write(String process, Command command, RegisterCall call) {
    WriteId id =
        WriteId.of(
            SimClock.EPOCH_MILLIS + mesh.time.now() / VirtualTime.MILLI + wallOffsetMillis,
            new UUID(random.nextLong(), random.nextLong()));
    lastId = id;
    return new ClientOperation(process, ClientRequest.Write.of(WriteCommand.of(id, command)), call);
  }

  private String key() {
    return "k" + random.nextInt(mesh.scenario.keys());
  }

  /** No value is written twice, so that a value stands for its revision. */
  private String value() {
    return name + "-" + made++;
  }

  private ByteString padded(String value) {
    int padding = random.nextInt(8) == 0 ? random.nextInt(400) : 0;
    return bytes(value + ".".repeat(padding));
  }

  private static ByteString bytes(String text) {
    return ByteString.copyFromUtf8(text);
  }

  private static String text(ByteString value) {
    String text = value.toStringUtf8();
    int end = text.indexOf('.');
    return end < 0 ? text : text.substring(0, end);
  }

  // ---- Asking

  private void begin(ClientOperation operation, int node, Runnable then) {
    RegisterCall call = operation.call();
    OptionalInt recorded = OptionalInt.empty();
    if (call != null) {
      recorded = recorder.invoke(operation.process(), at(), call);
      if (recorded.isEmpty()) {
        return;
      }
    }
    mesh.coverage.count("operations");
    waiting++;
    new Conversation(operation, recorded, then).attempt(node);
  }

  private Duration at() {
    return Duration.ofNanos(mesh.time.now());
  }

  /** An operation with all its attempts. */
  private final class Conversation {

    private final ClientOperation operation;
    private final OptionalInt recorded;
    private final Runnable then;
    private int answered;

    Conversation(ClientOperation operation, OptionalInt recorded, Runnable then) {
      this.operation = operation;
      this.recorded = recorded;
      this.then = then;
    }

    void attempt(int node) {
      int attempt = operation.attempt();
      if (attempt == 1) {
        mesh.observers().forEach(observer -> observer.began(operation));
      }
      if (mesh.trace.on()) {
        mesh.note(operation.process(), "asks n" + node + " " + text());
      }
      SimNode target = mesh.nodes.get(node);
      SimBoot boot = target.boot();
      if (boot == null || boot.serving().isEmpty()) {
        mesh.time.after(WAY, () -> unheard(attempt));
        return;
      }
      mesh.time.after(
          WAY,
          () -> {
            if (boot.alive()) {
              boot.run(() -> arrive(boot, attempt));
            } else {
              lost(attempt);
            }
          });
      mesh.time.after(PATIENCE, () -> lost(attempt));
    }

    private String text() {
      String shown = operation.call() == null ? "" : operation.call().toString();
      return shown.isEmpty() ? operation.request().getClass().getSimpleName() : shown;
    }

    private void arrive(SimBoot boot, int attempt) {
      Optional<SimGroup> serving = boot.serving();
      if (serving.isEmpty()) {
        mesh.time.after(WAY, () -> unheard(attempt));
        return;
      }
      SimGroup group = serving.get();
      Optional<Duration> patience =
          operation.isWrite() && random.nextInt(8) == 0
              ? Optional.of(Duration.ofMillis(random.nextInt(400)))
              : Optional.empty();
      group.ask(
          new RouterInput.Asked(group.token(), operation.request(), patience),
          new SimRouter.Caller() {
            @Override
            public void answered(RouterEffect answer) {
              mesh.time.after(WAY, () -> take(attempt, answer));
            }

            @Override
            public void lost() {
              mesh.time.after(WAY, () -> Conversation.this.lost(attempt));
            }
          });
    }

    /** Whether this attempt has been answered, or given up, before. */
    private boolean stale(int attempt) {
      return attempt <= answered || operation.isOver();
    }

    private void take(int attempt, RouterEffect answer) {
      if (stale(attempt)) {
        return;
      }
      if (answer instanceof RouterEffect.AnswerWrite write) {
        operation.answered(write.answer());
      } else if (answer instanceof RouterEffect.AnswerRead read) {
        operation.answered(read.answer());
      }
      answered();
    }

    private void lost(int attempt) {
      if (!stale(attempt)) {
        operation.lost();
        answered();
      }
    }

    private void unheard(int attempt) {
      if (!stale(attempt)) {
        operation.unheard();
        answered();
      }
    }

    private void answered() {
      answered = operation.attempts();
      OutcomeCode code = operation.answer();
      if (mesh.trace.on()) {
        mesh.note(operation.process(), "hears " + (code == null ? heard() : code.code()));
      }
      if (code != null) {
        mesh.coverage.verdict(code.code());
      }
      mesh.observers().forEach(observer -> observer.answered(operation));
      if (code != null && triesAgain(code)) {
        recorded.ifPresent(number -> recorder.tried(number, code));
        int node = random.nextInt(mesh.scenario.nodes());
        mesh.time.after(VirtualTime.MILLI * random.nextInt(800), () -> attempt(node));
      } else {
        end(code);
      }
    }

    private String heard() {
      ReadAnswer read = operation.read();
      return read == null ? "nothing" : Words.of(read);
    }

    private boolean triesAgain(OutcomeCode code) {
      boolean settled = code == OutcomeCode.COMMITTED || code == OutcomeCode.COMPARE_FAILED;
      return operation.isWrite()
          && !settled
          && (code.effect() == Effect.UNKNOWN || code.retryable())
          && operation.attempts() < MOST_ATTEMPTS
          && random.nextInt(3) > 0;
    }

    private void end(@Nullable OutcomeCode code) {
      operation.end();
      waiting--;
      if (recorded.isPresent()) {
        record(recorded.getAsInt(), code);
      }
      learn();
      then.run();
    }

    private void record(int number, @Nullable OutcomeCode code) {
      if (operation.read() instanceof ReadAnswer.Found found) {
        recorder.read(number, at(), Optional.of(SimClient.text(found.value())));
      } else if (operation.read() instanceof ReadAnswer.Absent) {
        recorder.read(number, at(), Optional.empty());
      } else if (code == null || (code == OutcomeCode.OUTCOME_UNKNOWN && !operation.isWrite())) {
        recorder.lost(number, at());
      } else {
        recorder.answered(number, at(), code);
      }
    }

    /** What the answer tells of the key, for later guards. */
    private void learn() {
      RegisterCall call = operation.call();
      if (call == null) {
        return;
      }
      if (operation.read() instanceof ReadAnswer.Found found) {
        known.put(
            call.key(), new Known(Optional.of(SimClient.text(found.value())), found.modRevision()));
      } else if (operation.read() instanceof ReadAnswer.Absent) {
        known.put(call.key(), new Known(Optional.empty(), 0));
      } else if (operation.answer() == OutcomeCode.COMMITTED) {
        operation.executed().ifPresent(executed -> learn(call, executed.modRevision().orElse(0)));
      }
    }

    private void learn(RegisterCall call, long modRevision) {
      Optional<String> value =
          call instanceof RegisterCall.Write write
              ? write.value()
              : call instanceof RegisterCall.Cas cas ? cas.replacement() : Optional.empty();
      known.put(call.key(), new Known(value, value.isEmpty() ? 0 : modRevision));
    }
  }
}
