package io.holdfast.chaos.sim;

import com.google.protobuf.ByteString;
import io.holdfast.chaos.history.HistoryRecorder;
import io.holdfast.chaos.history.RegisterCall;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.config.core.OutcomeCode.Effect;
import io.holdfast.config.core.control.ControlEpoch;
import io.holdfast.config.core.control.ControlState;
import io.holdfast.config.core.control.Credentials;
import io.holdfast.config.core.control.SetHash;
import io.holdfast.mesh.ReadAnswer;
import io.holdfast.mesh.core.ClientRequest;
import io.holdfast.sync.core.Caller;
import io.holdfast.sync.core.Command;
import io.holdfast.sync.core.ReadQuery;
import io.holdfast.sync.core.WriteId;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Uses keys one at a time, as registers: puts, gets, deletes, compares and looks writes up, tries
 * again under the same write id where it was left in doubt, and records what it did and saw.
 */
final class RegisterClient extends SimClient {

  /** What the client last knew of a key. */
  private record Known(Optional<String> value, long modRevision) {}

  private static final int MOST_ATTEMPTS = 4;
  private static final int MOST_IN_A_BURST = 50;

  private final HistoryRecorder recorder;
  private final Map<String, Known> known = new HashMap<>();
  private @Nullable WriteId lastId;
  private int made;

  RegisterClient(
      SimMesh mesh, Doors doors, int number, SplittableRandom random, HistoryRecorder recorder) {
    super(mesh, doors, "c" + number, random);
    this.recorder = recorder;
  }

  @Override
  void next() {
    if (random.nextInt(150) == 0) {
      int many = 5 + random.nextInt(MOST_IN_A_BURST);
      int node = anyNode();
      for (int i = 0; i < many; i++) {
        begin(put(name + "." + made, key()), node, () -> {});
      }
      rest();
      return;
    }
    begin(draw(), anyNode(), this::rest);
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
          name,
          new ClientRequest.Read(ReadQuery.of(bytes(key)), any()),
          new RegisterCall.Read(key));
    } else if (draw < 70) {
      return new ClientOperation(
          name,
          new ClientRequest.ReadLocal(ReadQuery.of(bytes(key)), Optional.empty(), any()),
          Optional.empty());
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
      return new ClientOperation(
          name, new ClientRequest.FindWrite(lastId, any()), Optional.empty());
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
    WriteId id = newId();
    lastId = id;
    return new ClientOperation(process, request(id, command, writer()), call);
  }

  // ---- As whom

  /** Most often itself; now and then the other principal, nobody, or one of whom nobody knows. */
  private Caller any() {
    if (mesh.scenario.workload().operating() == 0) {
      return Caller.ANYBODY;
    }
    int draw = random.nextInt(100);
    if (draw > 15) {
      return caller();
    }
    Credentials shown =
        draw < 5
            ? Credentials.NONE
            : draw < 8 ? ControlSets.UNKNOWN : ControlSets.PRINCIPALS.get(draw % 2);
    return new Caller(shown, Optional.empty());
  }

  /** The same, now and then for an epoch that it names: the present one, one before, or none. */
  private Caller writer() {
    Caller caller = any();
    if (mesh.scenario.workload().operating() == 0 || random.nextInt(8) > 0) {
      return caller;
    }
    Optional<ControlEpoch> seen = mesh.control(anyNode()).map(ControlState::epoch);
    int kind = random.nextInt(4);
    return new Caller(
        caller.credentials(),
        seen.map(
            epoch ->
                switch (kind) {
                  case 0 -> new Caller.Pinned(epoch.number(), Optional.of(epoch.setHash()));
                  case 1 -> new Caller.Pinned(epoch.number(), Optional.empty());
                  case 2 -> new Caller.Pinned(Math.max(0, epoch.number() - 1), Optional.empty());
                  default ->
                      new Caller.Pinned(
                          epoch.number(), Optional.of(SetHash.of(bytes(name + made))));
                }));
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
    begin(operation, node, new Recorded(operation, recorded, then));
  }

  private Duration at() {
    return Duration.ofNanos(mesh.time.now());
  }

  /** An operation with its place in the history. */
  private final class Recorded implements Conversation.Manners {

    private final ClientOperation operation;
    private final OptionalInt recorded;
    private final Runnable then;

    Recorded(ClientOperation operation, OptionalInt recorded, Runnable then) {
      this.operation = operation;
      this.recorded = recorded;
      this.then = then;
    }

    @Override
    public boolean asksAgain(OutcomeCode code) {
      boolean settled = code == OutcomeCode.COMMITTED || code == OutcomeCode.COMPARE_FAILED;
      boolean again =
          operation.isWrite()
              && !settled
              && (code.effect() == Effect.UNKNOWN || code.retryable())
              && operation.attempts() < MOST_ATTEMPTS
              && random.nextInt(3) > 0;
      if (again) {
        recorded.ifPresent(number -> recorder.tried(number, code));
      }
      return again;
    }

    @Override
    public void ended(@Nullable OutcomeCode code) {
      if (recorded.isPresent()) {
        record(recorded.getAsInt(), code);
      }
      learn();
      then.run();
    }

    private void record(int number, @Nullable OutcomeCode code) {
      if (operation.read() instanceof ReadAnswer.Found found) {
        recorder.read(number, at(), Optional.of(RegisterClient.text(found.value())));
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
            call.key(),
            new Known(Optional.of(RegisterClient.text(found.value())), found.modRevision()));
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
