package io.holdfast.chaos.history;

import io.holdfast.chaos.core.History;
import io.holdfast.chaos.core.Step;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.config.core.OutcomeCode.Effect;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * Records what clients of registers do and see, of one at a time or of several at once. An
 * invocation is recorded before its request is sent and an end after its answer has come, so that
 * the order of the calls to this object is an order in real time; the times that come with them are
 * only kept for readers of the text.
 *
 * <p>An operation ends by the table of outcomes: what committed is {@code ok}, a code that rules an
 * effect out is {@code fail}, and every other one is {@code info}: nobody knows, it may take effect
 * later or never. An operation that never ends is {@code info} as well.
 *
 * <p>Safe for use by several threads. Memory is bounded by the number of operations, given keys and
 * values of at most {@link #MAX_TEXT} characters.
 */
public final class HistoryRecorder {

  /** The longest key or value that a client may ask for, in characters. */
  public static final int MAX_TEXT = 65_536;

  private static final class Open {
    private final Event invoked;
    private boolean perhapsEffective;

    private Open(Event invoked) {
      this.invoked = invoked;
    }
  }

  private final int maxOperations;
  private final List<RecordedEvent> events = new ArrayList<>();
  private final Map<Integer, Open> open = new HashMap<>();
  private final Map<String, Integer> running = new HashMap<>();
  private int operations;

  /**
   * An empty recorder.
   *
   * @param maxOperations how many operations it takes, 1 to 10,000,000
   */
  public HistoryRecorder(int maxOperations) {
    if (maxOperations < 1 || maxOperations > Assembly.MAX_EVENTS / 2) {
      throw new IllegalArgumentException(
          "maxOperations " + maxOperations + ": allowed is 1 to " + Assembly.MAX_EVENTS / 2);
    }
    this.maxOperations = maxOperations;
  }

  /**
   * A client is about to ask something.
   *
   * @param process the client, which waits for nothing else
   * @param at when, since a beginning that all callers share
   * @param call what it asks
   * @return the number by which the operation is ended; empty when the recorder is full, and then
   *     the client must not ask: what is not recorded must not happen
   * @throws IllegalStateException when {@code process} still waits for an operation
   */
  public synchronized OptionalInt invoke(String process, Duration at, RegisterCall call) {
    return invoke(at, event(process, call));
  }

  /**
   * A client is about to ask something of several keys at once.
   *
   * @return as for one key
   * @throws IllegalStateException when {@code process} still waits for an operation
   */
  public synchronized OptionalInt invoke(String process, Duration at, TransactionCall call) {
    List<Step> steps = call.parts().stream().map(HistoryRecorder::step).toList();
    return invoke(
        at,
        new Event(
            events.size() + 1,
            process,
            Event.Type.INVOKE,
            Event.Function.TXN,
            Optional.empty(),
            List.of(),
            steps));
  }

  private OptionalInt invoke(Duration at, Event event) {
    String process = event.process();
    if (running.containsKey(process)) {
      throw new IllegalStateException("process " + process + " waits for an earlier operation");
    }
    if (process.equals(JsonHistory.NEMESIS)) {
      throw new IllegalArgumentException("a client cannot be called " + process);
    }
    if (operations == maxOperations) {
      return OptionalInt.empty();
    }
    int operation = operations++;
    open.put(operation, new Open(event));
    running.put(process, operation);
    events.add(new RecordedEvent(event, at, Optional.empty()));
    return OptionalInt.of(operation);
  }

  /**
   * A client was told {@code code} and will ask the same again under the same write id. After an
   * outcome that left the effect open, a later attempt that was not even looked at proves nothing.
   */
  public synchronized void tried(int operation, OutcomeCode code) {
    Open attempt = open.get(operation);
    if (attempt != null) {
      attempt.perhapsEffective |= code.effect() != Effect.NO;
    }
  }

  /**
   * The last answer to a write, or the refusal of a read.
   *
   * @return whether this ended the operation; an operation ends once, and later answers change
   *     nothing
   * @throws IllegalArgumentException when a read or a transaction is {@link OutcomeCode#COMMITTED}:
   *     what it read is missing
   */
  public synchronized boolean answered(int operation, Duration at, OutcomeCode code) {
    Open attempt = open.get(operation);
    if (attempt == null) {
      return ended(operation);
    }
    Event.Type type = type(attempt, code);
    return end(operation, at, type, attempt.invoked, Optional.of(code));
  }

  /**
   * No answer came, and none is waited for: the connection broke, patience ended, the client died.
   *
   * @return as {@link #answered}
   */
  public synchronized boolean lost(int operation, Duration at) {
    Open attempt = open.get(operation);
    if (attempt == null) {
      return ended(operation);
    }
    return end(operation, at, Event.Type.INFO, attempt.invoked, Optional.empty());
  }

  /**
   * The answer to a read.
   *
   * @param value what the register held; empty: nothing
   * @return as {@link #answered}
   * @throws IllegalArgumentException when the operation is no read
   */
  public synchronized boolean read(int operation, Duration at, Optional<String> value) {
    Open attempt = open.get(operation);
    if (attempt != null && attempt.invoked.function() != Event.Function.READ) {
      throw new IllegalArgumentException("operation " + operation + " is no read");
    }
    if (attempt == null) {
      return ended(operation);
    }
    List<String> values = List.of(RecordedEvent.canonical(value));
    return end(
        operation, at, Event.Type.OK, told(attempt.invoked, values, List.of()), Optional.empty());
  }

  /**
   * A transaction was executed and its guards held.
   *
   * @param read what its reads found, in their order; empty: nothing
   * @return as {@link #answered}
   * @throws IllegalArgumentException when the operation is no transaction with so many reads
   */
  public synchronized boolean executed(int operation, Duration at, List<Optional<String>> read) {
    Open attempt = open.get(operation);
    if (attempt == null) {
      return ended(operation);
    }
    List<Step> steps = new ArrayList<>();
    Iterator<Optional<String>> found = read.iterator();
    for (Step step : transaction(operation, attempt)) {
      boolean reads = step instanceof Step.Read;
      if (reads && !found.hasNext()) {
        throw new IllegalArgumentException("operation " + operation + " reads more than " + read);
      }
      steps.add(reads ? new Step.Read(step.key(), RecordedEvent.canonical(found.next())) : step);
    }
    if (found.hasNext()) {
      throw new IllegalArgumentException("operation " + operation + " reads less than " + read);
    }
    return end(
        operation,
        at,
        Event.Type.OK,
        told(attempt.invoked, List.of(), steps),
        Optional.of(OutcomeCode.COMMITTED));
  }

  /**
   * A transaction was executed and its guards did not hold, so nothing was changed.
   *
   * @param seen what it read instead, by key, at that instant; none: that it failed is all that is
   *     known
   * @return as {@link #answered}
   * @throws IllegalArgumentException when the operation is no transaction
   */
  public synchronized boolean refused(
      int operation, Duration at, Map<String, Optional<String>> seen) {
    Open attempt = open.get(operation);
    if (attempt == null) {
      return ended(operation);
    }
    boolean guarded =
        transaction(operation, attempt).stream()
            .anyMatch(step -> !(step instanceof Step.Read || step instanceof Step.Write));
    if (!guarded) {
      throw new IllegalArgumentException("operation " + operation + " has no guard");
    }
    List<Step> reads = new ArrayList<>();
    new TreeMap<>(seen)
        .forEach((key, value) -> reads.add(new Step.Read(key, RecordedEvent.canonical(value))));
    return end(
        operation,
        at,
        reads.isEmpty() ? Event.Type.FAIL : Event.Type.OK,
        told(attempt.invoked, List.of(), reads),
        Optional.of(reads.isEmpty() ? OutcomeCode.COMPARE_FAILED : OutcomeCode.COMMITTED));
  }

  private static List<Step> transaction(int operation, Open attempt) {
    if (attempt.invoked.function() != Event.Function.TXN) {
      throw new IllegalArgumentException("operation " + operation + " is no transaction");
    }
    return attempt.invoked.steps();
  }

  /** What an end tells of what was invoked. */
  private static Event told(Event invoked, List<String> values, List<Step> steps) {
    return new Event(
        invoked.line(),
        invoked.process(),
        invoked.type(),
        invoked.function(),
        invoked.key(),
        values,
        steps);
  }

  /** How many operations were invoked. */
  public synchronized int operations() {
    return operations;
  }

  /** What was recorded so far, as the checker takes it; what has not ended yet is unknown. */
  public synchronized History history() {
    Assembly assembly = new Assembly();
    try {
      for (RecordedEvent recorded : events) {
        assembly.add(recorded.event());
      }
    } catch (MalformedLine e) {
      throw new IllegalStateException("recorded what is no history: " + e.reason(), e);
    }
    return assembly.history();
  }

  /**
   * Writes what was recorded so far as lines of JSON, which {@link HistoryText} reads.
   *
   * @throws IOException when {@code out} cannot be written
   */
  public void writeTo(Appendable out) throws IOException {
    List<RecordedEvent> recorded;
    synchronized (this) {
      recorded = List.copyOf(events);
    }
    for (RecordedEvent each : recorded) {
      out.append(each.json()).append('\n');
    }
  }

  private Event event(String process, RegisterCall call) {
    Event.Function function = Event.Function.READ;
    List<String> values = List.of(RecordedEvent.canonical(Optional.empty()));
    if (call instanceof RegisterCall.Write write) {
      function = Event.Function.WRITE;
      values = List.of(bounded(write.value()));
    } else if (call instanceof RegisterCall.Cas cas) {
      function = Event.Function.CAS;
      values = List.of(bounded(cas.expected()), bounded(cas.replacement()));
    }
    bounded(Optional.of(call.key()));
    int line = events.size() + 1;
    return new Event(line, process, Event.Type.INVOKE, function, Optional.of(call.key()), values);
  }

  private static Step step(TransactionCall.Part part) {
    String key = part.key();
    String unused = bounded(Optional.of(key));
    if (part instanceof TransactionCall.Read) {
      return new Step.Read(key, RecordedEvent.canonical(Optional.empty()));
    }
    if (part instanceof TransactionCall.Write write) {
      return new Step.Write(key, bounded(write.value()));
    }
    if (part instanceof TransactionCall.Cas cas) {
      return new Step.Cas(key, bounded(cas.expected()), bounded(cas.replacement()));
    }
    return part instanceof TransactionCall.Is guard
        ? new Step.Is(key, bounded(guard.value()))
        : new Step.Present(key);
  }

  private static String bounded(Optional<String> text) {
    int length = text.map(String::length).orElse(0);
    if (length > MAX_TEXT) {
      throw new IllegalArgumentException(
          "a key or value of " + length + " characters: allowed is " + MAX_TEXT);
    }
    return RecordedEvent.canonical(text);
  }

  private static Event.Type type(Open attempt, OutcomeCode code) {
    boolean transaction = attempt.invoked.function() == Event.Function.TXN;
    if (transaction && code == OutcomeCode.COMMITTED) {
      throw new IllegalArgumentException("a transaction ends executed or refused");
    }
    if (attempt.invoked.function() == Event.Function.READ) {
      if (code == OutcomeCode.COMMITTED) {
        throw new IllegalArgumentException("a read ends with what it read");
      }
      return Event.Type.FAIL;
    }
    return switch (code.effect()) {
      case YES -> Event.Type.OK;
      case UNKNOWN -> Event.Type.INFO;
      case NO -> attempt.perhapsEffective && !settles(code) ? Event.Type.INFO : Event.Type.FAIL;
    };
  }

  /** Whether {@code code} speaks of the write id, whatever became of the attempts before. */
  private static boolean settles(OutcomeCode code) {
    return code == OutcomeCode.COMPARE_FAILED || code == OutcomeCode.FENCED;
  }

  private boolean end(
      int operation, Duration at, Event.Type type, Event told, Optional<OutcomeCode> code) {
    Open ended = open.remove(operation);
    if (ended == null) {
      return ended(operation);
    }
    Event invoked = ended.invoked;
    running.remove(invoked.process());
    Event event =
        new Event(
            events.size() + 1,
            invoked.process(),
            type,
            invoked.function(),
            invoked.key(),
            type.tells() ? told.values() : List.of(),
            type.tells() ? told.steps() : List.of());
    events.add(new RecordedEvent(event, at, code));
    return true;
  }

  /** False, as answer to a second end. */
  private boolean ended(int operation) {
    if (operation < 0 || operation >= operations) {
      throw new IllegalArgumentException("operation " + operation + " was never invoked");
    }
    return false;
  }
}
