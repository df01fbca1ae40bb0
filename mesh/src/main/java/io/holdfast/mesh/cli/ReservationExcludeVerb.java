package io.holdfast.mesh.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.config.core.control.Pool;
import io.holdfast.sync.core.reservation.Exclusion;
import io.holdfast.sync.core.reservation.ReservationRequest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code holdfast reservation exclude}. */
@Command(
    name = "exclude",
    description = {
      "Have numbers not given away: on this host, or of a pool of the whole mesh " + "anywhere.",
      "Who has one keeps it. --remove has them given away again, but for what the "
          + "manifest excludes."
    },
    footer = {
      "",
      "Examples:",
      "  holdfast reservation exclude 5432 --reason 'the database'",
      "  holdfast reservation exclude 6000-6063",
      "  holdfast reservation exclude 6000-6063 --remove"
    })
final class ReservationExcludeVerb implements Verb {

  private static final Pattern SPAN = Pattern.compile("(-?[0-9]{1,16})(?:-(-?[0-9]{1,16}))?");

  private final Console console;

  @Parameters(index = "0", paramLabel = "N[-M]", description = "A number, or from one to another.")
  private String numbers = "";

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for people.")
  private String reason = "";

  @Option(names = "--remove", description = "Have them given away again.")
  private boolean remove;

  @Mixin private PoolOptions pool = new PoolOptions();
  @Mixin private HostOptions host = new HostOptions();
  @Mixin private ChangeOptions change = new ChangeOptions();
  @Mixin private DecisionOptions decision = new DecisionOptions();
  @Mixin private MeshOptions mesh = new MeshOptions();

  ReservationExcludeVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Matcher matcher = SPAN.matcher(numbers);
    if (!matcher.matches()) {
      throw mesh.wrong("'" + numbers + "': allowed is a number, or two as in 6000-6063");
    }
    long first = Long.parseLong(matcher.group(1));
    long last = matcher.group(2) == null ? first : Long.parseLong(matcher.group(2));
    return ReservationWork.run(
        console,
        mesh,
        decision,
        "reservation exclude",
        work -> tell(work.change(request(first, last), change.dryRun()), first, last));
  }

  private ReservationRequest request(long first, long last) {
    return ReservationWork.made(
        () -> {
          Pool.Span span = new Pool.Span(first, last);
          String name = host.host(console);
          return remove
              ? new ReservationRequest.Include(name, pool.pool(), span)
              : new ReservationRequest.Exclude(name, pool.pool(), new Exclusion(span, reason));
        });
  }

  private int tell(ReservationResult.Done done, long first, long last) {
    if (mesh.json()) {
      ObjectNode json = done.json().put("pool", pool.pool());
      console.json(json.put("first", first).put("last", last).put("excluded", !remove));
      return Exit.DONE.status();
    }
    String what = remove ? "given away again" : "excluded";
    String words =
        !done.changed()
            ? "nothing changes"
            : (done.planned() ? "would be " : "") + what + ": " + new Pool.Span(first, last);
    console.out().println(words + " of " + pool.pool());
    return Exit.DONE.status();
  }
}
