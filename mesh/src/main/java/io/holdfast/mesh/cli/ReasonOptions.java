package io.holdfast.mesh.cli;

import io.holdfast.config.core.control.Activation;
import picocli.CommandLine.Option;

/** Why a verb changes what is active. */
final class ReasonOptions {

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      description = "Why, for 'control history'; up to 1000 characters.")
  private String reason = "";

  String reason(MeshOptions mesh) {
    if (reason.length() > Activation.MAX_REASON_CHARACTERS) {
      throw mesh.wrong("--reason: allowed are " + Activation.MAX_REASON_CHARACTERS + " characters");
    }
    return reason;
  }
}
