package io.holdfast.mesh.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.sync.core.reservation.Reservation;
import java.util.Optional;
import java.util.OptionalLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What a folder has reserved, as the exit status says: for scripts. */
abstract class ReservationAssertVerb implements Verb {

  private final Console console;
  private final String name;

  @Option(names = "--tag", paramLabel = "TEXT", description = "With which tag. Default: none.")
  private String tag = "";

  @Mixin private PoolOptions pool = new PoolOptions();
  @Mixin private OwnerOptions owner = new OwnerOptions();
  @Mixin private MeshOptions mesh = new MeshOptions();

  private ReservationAssertVerb(Console console, String name) {
    this.console = console;
    this.name = name;
  }

  /** The number that it must be; absent: any. */
  abstract OptionalLong expected();

  @Override
  public Integer call() {
    return ReservationWork.run(
        console,
        mesh,
        name,
        work -> {
          String path = owner.path();
          String host = owner.host(console);
          return tell(
              path, work.find(Filters.owner(pool.pool(), host, path, tag)).stream().findFirst());
        });
  }

  private int tell(String path, Optional<Reservation> found) {
    OptionalLong expected = expected();
    boolean holds =
        found.filter(one -> expected.isEmpty() || expected.getAsLong() == one.value()).isPresent();
    if (holds) {
      long value = found.orElseThrow().value();
      if (mesh.json()) {
        ObjectNode json = Answers.object().put("ok", true).put("value", value);
        json.set("reservation", ReservationTold.json(found.orElseThrow()));
        console.json(json);
      } else {
        console.out().println(value);
      }
      return Exit.DONE.status();
    }
    String has = found.map(one -> "has " + one.value()).orElse("has nothing");
    throw Stop.because(
        Exit.REFUSED,
        found.isEmpty() ? "not_reserved" : "another_value",
        "%s%s %s of pool %s; next: holdfast reservation reserve"
            .formatted(path, tag.isEmpty() ? "" : " (tag '" + tag + "')", has, pool.pool()));
  }

  /** {@code holdfast reservation assert}. */
  @Command(
      name = "assert",
      description = "Print the number that a folder has reserved; exit 1 if it has none.",
      footer = {"", "Example:", "  holdfast reservation assert --tag db || exit"})
  static final class Some extends ReservationAssertVerb {

    Some(Console console) {
      super(console, "reservation assert");
    }

    @Override
    OptionalLong expected() {
      return OptionalLong.empty();
    }
  }

  /** {@code holdfast reservation assert-value}. */
  @Command(
      name = "assert-value",
      description = "Whether a folder has reserved exactly this number; exit 1 if not.",
      footer = {"", "Example:", "  holdfast reservation assert-value 5000 && ./start"})
  static final class Value extends ReservationAssertVerb {

    @Parameters(index = "0", paramLabel = "VALUE", description = "The number.")
    private long value;

    Value(Console console) {
      super(console, "reservation assert-value");
    }

    @Override
    OptionalLong expected() {
      return OptionalLong.of(value);
    }
  }
}
