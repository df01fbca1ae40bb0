package io.holdfast.chaos.cli;

import io.holdfast.chaos.run.ChaosRun.Phase;
import io.holdfast.chaos.run.ChaosRun.Progress;
import io.holdfast.mesh.cli.Console;
import java.time.Duration;
import java.util.Locale;

/** How far a run is, on one line of a terminal. */
final class RunProgress {

  private final Console console;
  private final Duration length;

  RunProgress(Console console, Duration length) {
    this.console = console;
    this.length = length;
  }

  void tell(Progress progress) {
    if (!console.interactive()) {
      return;
    }
    String what =
        switch (progress.phase()) {
          case STARTING -> "starting nodes";
          case RUNNING -> "of " + length.toSeconds() + " s";
          case HEALING -> "making the mesh well again";
          case SETTLING -> "settling what is open";
          case CHECKING -> "checking the history";
        };
    console
        .err()
        .printf(
            Locale.ROOT,
            "\r%4d s %-28s %8d operations, %4d faults, leader %-4s %3d unknown",
            progress.phase() == Phase.STARTING ? 0 : progress.at().toSeconds(),
            what,
            progress.operations(),
            progress.faults(),
            progress.leader().orElse("-"),
            progress.unknown());
    console.err().flush();
  }

  void end() {
    if (console.interactive()) {
      console.err().println();
    }
  }
}
