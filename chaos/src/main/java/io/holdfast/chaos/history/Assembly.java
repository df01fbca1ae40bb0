package io.holdfast.chaos.history;

import io.holdfast.chaos.core.Action;
import io.holdfast.chaos.core.History;
import io.holdfast.chaos.core.Operation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** Pairs the starts and ends of operations. */
final class Assembly {

  /** Positions are ints, and a history is held in memory. */
  static final int MAX_EVENTS = 20_000_000;

  private record Open(Event invoked, int position) {}

  private final List<Operation> operations = new ArrayList<>();
  private final Map<String, Open> open = new HashMap<>();
  private int events;
  private int keyed;

  void add(Event event) throws MalformedLine {
    if (events == MAX_EVENTS) {
      throw new MalformedLine(event.line(), "more than " + MAX_EVENTS + " events");
    }
    if (event.type().tells()) {
      sameKind(event);
    }
    if (event.type() == Event.Type.INVOKE) {
      Open before = open.putIfAbsent(event.process(), new Open(event, events));
      if (before != null) {
        throw new MalformedLine(
            event.line(),
            "process "
                + event.process()
                + " invokes again; what it invoked in line "
                + before.invoked().line()
                + " has not ended");
      }
    } else {
      Open ended = open.remove(event.process());
      if (ended == null) {
        throw new MalformedLine(
            event.line(),
            "process " + event.process() + " ends an operation that it did not invoke");
      }
      end(ended, event);
    }
    events++;
  }

  History history() {
    open.values().forEach(left -> keep(left, left.invoked(), OptionalInt.empty()));
    open.clear();
    return new History(operations);
  }

  private void sameKind(Event event) throws MalformedLine {
    // The steps of a transaction name their keys.
    boolean named = event.key().isPresent() || event.function() == Event.Function.TXN;
    int kind = named ? 1 : -1;
    if (keyed == -kind) {
      throw new MalformedLine(
          event.line(), "some operations name a key and some do not; all or none must");
    }
    keyed = kind;
  }

  private void end(Open ended, Event event) throws MalformedLine {
    Event invoked = ended.invoked();
    if (invoked.function() != event.function()
        || (event.type().tells() && !invoked.key().equals(event.key()))) {
      throw new MalformedLine(
          event.line(),
          "process "
              + event.process()
              + " ends another operation than it invoked in line "
              + invoked.line());
    }
    switch (event.type()) {
      case OK -> {
        if (event.function() == Event.Function.TXN) {
          keep(ended, TransactionSteps.observed(invoked, event), OptionalInt.of(events));
          return;
        }
        boolean reads = event.function() == Event.Function.READ;
        if (!reads && !invoked.values().equals(event.values())) {
          throw new MalformedLine(
              event.line(),
              "ok of "
                  + String.join(" ", event.values())
                  + ", but "
                  + String.join(" ", invoked.values())
                  + " was invoked in line "
                  + invoked.line());
        }
        keep(ended, event, OptionalInt.of(events));
      }
      case INFO -> keep(ended, invoked, OptionalInt.empty());
      case FAIL -> {
        // It is known to have had no effect.
      }
      case INVOKE -> throw new IllegalStateException("an invocation ends nothing: " + event);
    }
  }

  /** {@code told} has the values and steps that count; of an unknown outcome the invoked ones. */
  private void keep(Open kept, Event told, OptionalInt returned) {
    Event event = kept.invoked();
    List<String> values = told.values();
    Action action =
        switch (event.function()) {
          case READ -> new Action.Read(values.get(0));
          case WRITE -> new Action.Write(values.get(0));
          case CAS -> new Action.Cas(values.get(0), values.get(1));
          case TXN -> new Action.Transaction(told.steps());
        };
    operations.add(
        new Operation(event.process(), event.key().orElse(""), action, kept.position(), returned));
  }
}
