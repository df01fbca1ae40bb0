package io.holdfast.mesh.cli;

import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.ReadAnswer;
import io.holdfast.mesh.WriteAnswer;
import io.holdfast.mesh.WriteRequest;
import io.holdfast.mesh.client.CallResult;
import io.holdfast.mesh.client.MeshClient;
import io.holdfast.mesh.core.ReservationRefusal;
import io.holdfast.sync.core.Command;
import io.holdfast.sync.core.CommandResult;
import io.holdfast.sync.core.reservation.Reservation;
import io.holdfast.sync.core.reservation.ReservationAnswer;
import io.holdfast.sync.core.reservation.ReservationFilter;
import io.holdfast.sync.core.reservation.ReservationOutcome;
import io.holdfast.sync.core.reservation.ReservationQuery;
import io.holdfast.sync.core.reservation.ReservationRequest;
import io.holdfast.sync.core.reservation.ValueKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Asks a mesh about reservations, and has them changed. What ends a verb is a {@link Stop}. */
final class ReservationWork implements AutoCloseable {

  private final Console console;
  private final MeshOptions mesh;
  private final DecisionOptions decision;
  private final MeshClient client;
  private final List<String> told = new ArrayList<>();

  private ReservationWork(Console console, MeshOptions mesh, DecisionOptions decision) {
    this.console = console;
    this.mesh = mesh;
    this.decision = decision;
    this.client = mesh.connectOrStart(console); // where these verbs find their mesh
  }

  /** What a verb does with a mesh. */
  interface Task {
    /** Does it; the exit status. */
    int run(ReservationWork work);
  }

  /** What a verb does without one. */
  interface Local {
    /** Does it; the exit status. */
    int run();
  }

  /** Runs a verb whose changes have new ids, however often it is run. */
  static int run(Console console, MeshOptions mesh, String name, Task task) {
    return run(console, mesh, new DecisionOptions(), name, task);
  }

  /**
   * Runs a verb.
   *
   * @param decision of the one change that it makes
   * @param name of the verb, as it is run
   */
  static int run(
      Console console, MeshOptions mesh, DecisionOptions decision, String name, Task task) {
    return local(
        console,
        mesh,
        name,
        () -> {
          try (ReservationWork work = new ReservationWork(console, mesh, decision)) {
            return task.run(work);
          }
        });
  }

  /** Runs a verb, or the part of it, that needs no mesh. */
  static int local(Console console, MeshOptions mesh, String name, Local task) {
    try {
      return task.run();
    } catch (Stop stop) {
      return stop.tell(console, mesh, name);
    }
  }

  /** A value of what was given on the command line, which may not go together. */
  static <T> T made(Supplier<T> value) {
    try {
      return value.get();
    } catch (IllegalArgumentException e) {
      throw Stop.because(Exit.USAGE, "invalid", String.valueOf(e.getMessage()));
    }
  }

  Console console() {
    return console;
  }

  boolean json() {
    return mesh.json();
  }

  /** Says something that is no result: to a person at once, and in the JSON at the end. */
  void tell(String line) {
    told.add(line);
    console.err().println("holdfast: " + line);
  }

  /** What was told so far. */
  List<String> told() {
    return List.copyOf(told);
  }

  // ---- Changes

  /**
   * Has something done, or only planned.
   *
   * @throws Stop when nobody knows, or it was refused for another reason than what is reserved
   */
  ReservationResult ask(ReservationRequest request, boolean dryRun) {
    if (dryRun) {
      return plan(request);
    }
    WriteRequest write = decision.request(client, mesh, new Command.OnReservations(request));
    CallResult<WriteAnswer> result = Answers.await(client.write(write));
    if (result instanceof CallResult.Answered<WriteAnswer> answered) {
      WriteAnswer answer = answered.answer();
      Optional<CommandResult> executed = answer.result().flatMap(WriteAnswer.Executed::result);
      if (executed.isPresent()
          && executed.get() instanceof CommandResult.ReservationsRefused refused) {
        return new ReservationResult.Refused(refused.refusal(), answer.detail());
      }
      if (executed.isPresent() && executed.get() instanceof CommandResult.ReservationsDone done) {
        return new ReservationResult.Done(
            false, done.changed(), done.count(), done.entries().orElseGet(() -> known(request)));
      }
    }
    String id = write.writeId().orElse("");
    throw Stop.told("not done", (to, options, name) -> Answers.tellWrite(to, options, id, result));
  }

  /**
   * What those who asked have now: what came of it first was told, and is no longer kept with the
   * outcome.
   */
  private List<ReservationOutcome.Entry> known(ReservationRequest request) {
    if (!(request instanceof ReservationRequest.Reserve reserve)) {
      return List.of();
    }
    List<ReservationOutcome.Entry> entries = new ArrayList<>();
    for (ReservationRequest.Ask ask : reserve.asks()) {
      find(Filters.owner(ask.pool(), reserve.host(), ask.path(), ask.tag()))
          .forEach(
              one -> entries.add(new ReservationOutcome.Entry(ReservationOutcome.Kind.KEPT, one)));
    }
    return entries;
  }

  private ReservationResult plan(ReservationRequest request) {
    ReservationAnswer answer = question(new ReservationQuery.Plan(request));
    if (answer instanceof ReservationAnswer.WouldRefuse would) {
      return new ReservationResult.Refused(
          would.refusal(), ReservationRefusal.detail(would.refusal()));
    }
    ReservationAnswer.WouldDo would = (ReservationAnswer.WouldDo) answer;
    return new ReservationResult.Done(true, would.changed(), would.count(), would.entries());
  }

  /**
   * The same.
   *
   * @throws Stop also when it was refused
   */
  ReservationResult.Done change(ReservationRequest request, boolean dryRun) {
    ReservationResult result = ask(request, dryRun);
    if (result instanceof ReservationResult.Refused refused) {
      throw refused.stop();
    }
    return (ReservationResult.Done) result;
  }

  // ---- Questions

  /** All of some, in order. */
  List<Reservation> find(ReservationFilter filter) {
    List<Reservation> all = new ArrayList<>();
    Optional<ValueKey> after = Optional.empty();
    while (true) {
      ReservationAnswer.Found page = find(filter, after);
      all.addAll(page.reservations());
      if (!page.more() || page.reservations().isEmpty()) {
        return all;
      }
      after = Optional.of(all.get(all.size() - 1).valueKey());
    }
  }

  /** Some of them, behind one of them. */
  ReservationAnswer.Found find(ReservationFilter filter, Optional<ValueKey> after) {
    return (ReservationAnswer.Found)
        question(new ReservationQuery.Find(filter, after, ReservationQuery.MAX_LIMIT));
  }

  /** The pools as a host sees them. */
  List<ReservationAnswer.PoolUse> pools(String host) {
    return pools(new ReservationQuery.Pools(host));
  }

  /** A pool as a host sees it, with all that is excluded. */
  Optional<ReservationAnswer.PoolUse> pool(String host, String name) {
    return pools(made(() -> new ReservationQuery.Pools(host, Optional.of(name)))).stream()
        .findFirst();
  }

  private List<ReservationAnswer.PoolUse> pools(ReservationQuery.Pools query) {
    return ((ReservationAnswer.Pools) question(query)).pools();
  }

  private ReservationAnswer question(ReservationQuery query) {
    CallResult<ReadAnswer> result = Answers.await(client.reservations(mesh.group(), query));
    if (!(result instanceof CallResult.Answered<ReadAnswer> answered)) {
      String detail = ((CallResult.Unheard<ReadAnswer>) result).detail();
      throw Stop.told(detail, (to, options, name) -> options.unreachable(to, detail));
    }
    if (answered.answer() instanceof ReadAnswer.Reservations reservations) {
      return reservations.answer();
    }
    ReadAnswer.Refused refused = (ReadAnswer.Refused) answered.answer();
    OutcomeCode code = refused.code();
    throw Stop.because(
        Exit.values()[code.exitStatus()],
        code.code(),
        "%s: %s; next: %s".formatted(code.code(), refused.detail(), next(code)));
  }

  private static String next(OutcomeCode code) {
    return switch (code) {
      case UNAUTHENTICATED -> "show a token that is known with --token-file or HOLDFAST_TOKEN";
      case DENIED -> "use a token with the right to read .holdfast/reservations/POOL";
      case UNKNOWN_GROUP -> "name one that 'holdfast status' lists with --group";
      case INVALID -> "correct it and run it again";
      default -> "run it again";
    };
  }

  @Override
  public void close() {
    client.close();
  }
}
