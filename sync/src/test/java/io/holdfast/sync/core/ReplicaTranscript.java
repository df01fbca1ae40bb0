package io.holdfast.sync.core;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Batch;
import io.holdfast.quorum.core.BatchFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Collectors;

/** What a replica is told and does, as lines that a reader can follow; from where it is begun. */
final class ReplicaTranscript {

  private final StringBuilder text = new StringBuilder();
  private boolean begun;

  /** From here on steps are written down, beginning with what the replica knows now. */
  void begin(ReplicaCore core) {
    begun = true;
    state(core);
  }

  void note(String line) {
    line("# " + line);
  }

  void step(ReplicaInput input, List<ReplicaEffect> effects) {
    if (begun) {
      line("< " + of(input));
      effects.forEach(effect -> line("    > " + of(effect)));
    }
  }

  /** What it knows by now. */
  void state(ReplicaCore core) {
    if (!begun) {
      return;
    }
    StateInspection seen = core.inspection();
    String keys =
        seen.keys().entrySet().stream()
            .map(e -> quoted(e.getKey()) + " at " + place(e.getValue().place()))
            .collect(Collectors.joining(", ", "{", "}"));
    text.append("    = keys ").append(keys);
    text.append(", generation ").append(core.state().generation());
    text.append(": gen0 ").append(values(seen.currentGeneration()));
    text.append(", gen1 ").append(values(seen.previousGeneration())).append('\n');
  }

  void line(String line) {
    if (begun) {
      text.append(line).append('\n');
    }
  }

  @Override
  public String toString() {
    return text.toString();
  }

  // ---- Inputs

  private static String of(ReplicaInput input) {
    if (input instanceof ReplicaInput.Admit admit) {
      return "Admit %d: %s".formatted(admit.token(), of(admit.write()));
    } else if (input instanceof ReplicaInput.LocallyAccepted accepted) {
      return "LocallyAccepted slot %s: %s".formatted(accepted.slot(), of(accepted.batch()));
    } else if (input instanceof ReplicaInput.Watermark mark) {
      return "Watermark: chosen up to slot " + mark.chosenUpTo();
    } else if (input instanceof ReplicaInput.StoreAnswered answered) {
      return "StoreAnswered %d: %s".formatted(answered.question(), of(answered.answer()));
    } else if (input instanceof ReplicaInput.Flushed flushed) {
      return "Flushed up to slot " + flushed.durable();
    } else if (input instanceof ReplicaInput.Query query) {
      return "Query %d: %s".formatted(query.token(), of(((ReadQuery) query.query()).keys()));
    }
    return input.toString();
  }

  private static String of(Batch batch) {
    return BatchFormat.decode(batch).stream()
        .map(entry -> of(CommandCodec.decode(entry.bytes())))
        .collect(Collectors.joining("; "));
  }

  private static String of(WriteCommand write) {
    return of(write.command()) + write.plan().map(ReplicaTranscript::of).orElse("");
  }

  private static String of(Plan plan) {
    String shipped =
        plan.shipped().stream()
            .map(
                one ->
                    "%s = %s of %s"
                        .formatted(quoted(one.key()), quoted(one.value()), place(one.place())))
            .collect(Collectors.joining(", "));
    return " [plan of generation %d%s]"
        .formatted(plan.generation(), shipped.isEmpty() ? "" : ", ships " + shipped);
  }

  private static String of(Command command) {
    if (command instanceof Command.Put put) {
      return "put %s = %s".formatted(quoted(put.key()), quoted(put.value()));
    } else if (command instanceof Command.Delete delete) {
      return "delete " + quoted(delete.key());
    } else if (command instanceof Command.Transaction transaction) {
      String conditions =
          transaction.conditions().stream()
              .map(c -> "%s %s %s".formatted(of(c.keys()), c.relation(), quoted(c.value())))
              .collect(Collectors.joining(" and "));
      return "if %s then %s".formatted(conditions, ofAll(transaction.then()));
    }
    return command.toString();
  }

  private static String ofAll(List<Operation> operations) {
    return operations.stream()
        .map(
            operation ->
                operation instanceof Operation.Put put
                    ? "put %s = %s".formatted(quoted(put.key()), quoted(put.value()))
                    : operation.toString())
        .collect(Collectors.joining(", "));
  }

  private static String of(StoreAnswer answer) {
    return ((StoreAnswer.Versions) answer)
        .versions().stream()
            .map(version -> version.map(ReplicaTranscript::of).orElse("none"))
            .collect(Collectors.joining(", "));
  }

  private static String of(Change change) {
    return "%s = %s of %s"
        .formatted(
            quoted(change.key()),
            Optional.ofNullable(change.value()).map(ReplicaTranscript::quoted).orElse("deleted"),
            place(change.place()));
  }

  // ---- Effects

  private static String of(ReplicaEffect effect) {
    if (effect instanceof ReplicaEffect.Admitted admitted) {
      return "Admitted %d: %s"
          .formatted(admitted.token(), of(CommandCodec.decode(admitted.entry())));
    } else if (effect instanceof ReplicaEffect.Applied applied) {
      return "Applied slot %s in generation %d: %s"
          .formatted(applied.slot(), applied.generation(), results(applied));
    } else if (effect instanceof ReplicaEffect.AskStore ask) {
      String places =
          ((StoreQuestion.Versions) ask.question())
              .heads().stream().map(ReplicaTranscript::place).collect(Collectors.joining(", "));
      return "AskStore %d: %s".formatted(ask.number(), places);
    } else if (effect instanceof ReplicaEffect.Flush flush) {
      return "Flush up to slot %s: %s; touched %s"
          .formatted(
              flush.delta().after().applied(),
              flush.delta().changes().stream()
                  .map(ReplicaTranscript::of)
                  .collect(Collectors.joining(", ")),
              flush.delta().touched().stream()
                  .map(t -> "in generation %d %s".formatted(t.generation(), sorted(t.keys())))
                  .collect(Collectors.joining(", ")));
    } else if (effect instanceof ReplicaEffect.QueryAnswer answer) {
      ReadResult.Records read = (ReadResult.Records) answer.result();
      return "QueryAnswer %d: %s"
          .formatted(
              answer.token(),
              read.records().stream()
                  .map(r -> "%s = %s".formatted(quoted(r.key()), quoted(r.value().value())))
                  .toList());
    } else if (effect instanceof ReplicaEffect.LearnedUpTo learned) {
      return "LearnedUpTo slot " + learned.slot();
    } else if (effect instanceof ReplicaEffect.DurableUpTo durable) {
      return "DurableUpTo slot " + durable.slot();
    }
    return effect.toString();
  }

  private static String results(ReplicaEffect.Applied applied) {
    return applied.results().stream()
        .map(bytes -> String.valueOf(CommandCodec.decodeOutcome(bytes).result()))
        .collect(Collectors.joining("; "));
  }

  // ---- Values

  private static String of(KeyRange range) {
    return range.isSingle()
        ? quoted(range.from())
        : "%s to %s".formatted(quoted(range.from()), quoted(range.to()));
  }

  private static String quoted(ByteString bytes) {
    return '"' + bytes.toStringUtf8() + '"';
  }

  private static String place(long place) {
    return "place %d.%d".formatted(Place.revision(place), Place.ordinal(place));
  }

  private static List<String> sorted(List<ByteString> keys) {
    return keys.stream().sorted(KeyRange.ORDER).map(ReplicaTranscript::quoted).toList();
  }

  private static String values(SortedMap<ByteString, Optional<ByteString>> generation) {
    return generation.entrySet().stream()
        .map(ReplicaTranscript::value)
        .collect(Collectors.joining(", ", "{", "}"));
  }

  private static String value(Map.Entry<ByteString, Optional<ByteString>> entry) {
    return quoted(entry.getKey())
        + entry.getValue().map(value -> " = " + quoted(value)).orElse(" deleted");
  }
}
