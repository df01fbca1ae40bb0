package io.holdfast.mesh.cli;

import picocli.CommandLine.Option;

/** Which epoch a verb that changes what is active has looked at. */
final class ExpectOptions {

  @Option(
      names = "--expect-epoch",
      paramLabel = "N",
      required = true,
      description = "The epoch that is active, as 'control show' tells it: else nothing is done.")
  private long number;

  long number(MeshOptions mesh) {
    if (number < 0) {
      throw mesh.wrong("--expect-epoch must be 0 or more");
    }
    return number;
  }
}
