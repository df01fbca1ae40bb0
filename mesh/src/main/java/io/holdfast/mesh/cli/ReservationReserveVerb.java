package io.holdfast.mesh.cli;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code holdfast reservation reserve}. */
@Command(
    name = "reserve",
    description = {
      "Reserve a number for a folder and a tag, and print it.",
      "Asked again, it is the same one. A port is tried on this host before, and once "
          + "more after it was given. --force takes an exact number that is occupied, "
          + "excluded or outside the pool, and changes project and task."
    },
    footer = {
      "",
      "Examples:",
      "  PORT=$(holdfast reservation reserve)",
      "  holdfast reservation reserve --tag db --prefer 5432 --project shop",
      "  holdfast reservation reserve --pool ids --value 17"
    })
final class ReservationReserveVerb implements Verb {

  private final Console console;

  @Option(
      names = "--value",
      paramLabel = "N",
      description = "This number or none; taken, it is refused, naming the holder.")
  private @Nullable Long value;

  @Option(
      names = "--prefer",
      paramLabel = "N",
      description = "This number if it is free, else another one.")
  private @Nullable Long prefer;

  @Option(names = "--tag", paramLabel = "TEXT", description = "Which of the folder's numbers.")
  private String tag = "";

  @Option(names = "--project", paramLabel = "TEXT", description = "What it is for; it sticks.")
  private @Nullable String project;

  @Option(names = "--task", paramLabel = "TEXT", description = "What for, closer; it sticks.")
  private @Nullable String task;

  @Mixin private ProbeOptions probing = new ProbeOptions();
  @Mixin private PoolOptions pool = new PoolOptions();
  @Mixin private OwnerOptions owner = new OwnerOptions();
  @Mixin private ChangeOptions change = new ChangeOptions();
  @Mixin private MeshOptions mesh = new MeshOptions();

  ReservationReserveVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (value != null && prefer != null) {
      throw mesh.wrong("--value and --prefer exclude each other");
    }
    Long number = value == null ? prefer : value;
    OptionalLong wanted = number == null ? OptionalLong.empty() : OptionalLong.of(number);
    return ReservationWork.run(
        console,
        mesh,
        "reservation reserve",
        work -> {
          Wish wish =
              new Wish(
                  pool.pool(),
                  owner.host(console),
                  owner.path(),
                  Optional.ofNullable(project),
                  Optional.ofNullable(task),
                  List.of(new Wish.Want(tag, wanted, value != null)),
                  change.force());
          return ReservationTold.tellOne(
              work, probing.reserve(work, wish, change.dryRun()).get(0), change.dryRun());
        });
  }
}
