package io.holdfast.mesh.cli;

import picocli.CommandLine.Option;

/** The options of every verb that changes reservations. */
final class ChangeOptions {

  @Option(names = "--dry-run", description = "Show what would be done, and do nothing.")
  private boolean dryRun;

  @Option(
      names = "--force",
      description =
          "Also what is refused otherwise, where the description says what that is; else it changes"
              + " nothing.")
  private boolean force;

  boolean dryRun() {
    return dryRun;
  }

  boolean force() {
    return force;
  }
}
