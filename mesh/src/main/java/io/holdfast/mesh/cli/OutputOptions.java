package io.holdfast.mesh.cli;

import picocli.CommandLine.Option;

/** How results are printed; part of every verb. */
public final class OutputOptions {

  @Option(names = "--json", description = "Print one JSON object as the last line.")
  private boolean json;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  @SuppressWarnings("UnusedVariable") // picocli sets it and acts on it
  private boolean help;

  /** Whether one JSON object is wanted as the last line. */
  public boolean json() {
    return json;
  }
}
