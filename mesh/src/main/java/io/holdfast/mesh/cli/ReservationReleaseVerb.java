package io.holdfast.mesh.cli;

import io.holdfast.sync.core.reservation.ReservationFilter;
import io.holdfast.sync.core.reservation.ReservationRequest;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code holdfast reservation release}. */
@Command(
    name = "release",
    description = {
      "Give back what a folder has reserved: the number with that tag, all its "
          + "numbers, or also those of the folders below it.",
      "Where there is nothing, nothing is done: exit 0."
    },
    footer = {
      "",
      "Examples:",
      "  holdfast reservation release",
      "  holdfast reservation release --tag db",
      "  holdfast reservation release --recursive --path /work/shop --dry-run"
    })
final class ReservationReleaseVerb implements Verb {

  private final Console console;

  @Option(names = "--tag", paramLabel = "TEXT", description = "Which number. Default: none.")
  private @Nullable String tag;

  @Option(
      names = "--all-tags",
      description = "All numbers of the folder, and of every pool unless --pool names one.")
  private boolean allTags;

  @Option(names = "--recursive", description = "The same, and those of the folders below it too.")
  private boolean recursive;

  @Option(names = "--value", paramLabel = "N", description = "Only if it is this number.")
  private @Nullable Long value;

  @Mixin private PoolOptions pool = new PoolOptions();
  @Mixin private OwnerOptions owner = new OwnerOptions();
  @Mixin private ChangeOptions change = new ChangeOptions();
  @Mixin private DecisionOptions decision = new DecisionOptions();
  @Mixin private MeshOptions mesh = new MeshOptions();

  ReservationReleaseVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (tag != null && allTags) {
      throw mesh.wrong("--tag and --all-tags exclude each other");
    }
    return ReservationWork.run(
        console,
        mesh,
        decision,
        "reservation release",
        work -> {
          ReservationRequest.Release release =
              ReservationWork.made(() -> new ReservationRequest.Release(List.of(filter())));
          return ReservationTold.tell(
              work, work.change(release, change.dryRun()), "nothing to give back");
        });
  }

  private ReservationFilter filter() {
    boolean all = allTags || recursive;
    return new ReservationFilter(
        all ? pool.named() : Optional.of(pool.pool()),
        Optional.empty(),
        Optional.of(owner.host(console)),
        Optional.of(owner.path()),
        recursive,
        tag == null && all ? Optional.empty() : Optional.of(tag == null ? "" : tag),
        Optional.empty(),
        value == null ? OptionalLong.empty() : OptionalLong.of(value),
        OptionalLong.empty());
  }
}
