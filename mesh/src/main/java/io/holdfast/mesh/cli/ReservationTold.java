package io.holdfast.mesh.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.mesh.http.ReservationJson;
import io.holdfast.sync.core.reservation.Reservation;
import io.holdfast.sync.core.reservation.ReservationOutcome.Entry;
import java.util.List;

/** Reservations as verbs tell them. */
final class ReservationTold {

  private ReservationTold() {}

  /** One as an object. */
  static ObjectNode json(Reservation one) {
    return Answers.fields(
        out -> {
          out.writeStartObject();
          ReservationJson.write(out, one);
          out.writeEndObject();
        });
  }

  /** Several as a list. */
  static ArrayNode json(List<Reservation> some) {
    ArrayNode list = Answers.array();
    some.forEach(one -> list.add(json(one)));
    return list;
  }

  /** What became of each. */
  static ArrayNode entries(List<Entry> entries) {
    ArrayNode list = Answers.array();
    for (Entry entry : entries) {
      ObjectNode one = Answers.object().put("kind", entry.kind().code());
      one.setAll(json(entry.reservation()));
      list.add(one);
    }
    return list;
  }

  /** A line for each that something became of, and how many there were; the exit status. */
  static int tell(ReservationWork work, ReservationResult.Done done, String nothing) {
    if (work.json()) {
      ObjectNode json = done.json();
      json.set("entries", entries(done.entries()));
      tellNotes(work, json);
      work.console().json(json);
      return Exit.DONE.status();
    }
    lines(work.console(), done.planned() ? "would be " : "", done.entries());
    if (done.count() > done.entries().size() && !done.entries().isEmpty()) {
      work.console().out().println("... " + done.count() + " in all");
    }
    if (done.count() == 0) {
      work.console().out().println(nothing);
    }
    return Exit.DONE.status();
  }

  /** A line for each. */
  static void lines(Console console, String before, List<Entry> entries) {
    for (Entry entry : entries) {
      console.out().println(before + entry.kind().code() + ": " + words(entry.reservation()));
    }
  }

  /** The one number that was asked for, or what would come of that; the exit status. */
  static int tellOne(ReservationWork work, Entry entry, boolean planned) {
    if (work.json()) {
      ObjectNode json =
          Answers.object()
              .put("ok", true)
              .put("code", planned ? "planned" : "committed")
              .put("kind", entry.kind().code());
      json.setAll(json(entry.reservation()));
      tellNotes(work, json);
      work.console().json(json);
    } else if (planned) {
      lines(work.console(), "would be ", List.of(entry));
    } else {
      work.console().out().println(entry.reservation().value());
    }
    return Exit.DONE.status();
  }

  /** Adds what was told besides. */
  static void tellNotes(ReservationWork work, ObjectNode json) {
    ArrayNode told = json.putArray("told");
    work.told().forEach(told::add);
  }

  /** Which number, and whose. */
  static String words(Reservation one) {
    String tag = one.tag().isEmpty() ? "" : " (tag '" + one.tag() + "')";
    return "%d of %s, %s%s on %s".formatted(one.value(), one.pool(), one.path(), tag, one.host());
  }
}
