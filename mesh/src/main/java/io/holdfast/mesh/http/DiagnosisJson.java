package io.holdfast.mesh.http;

import io.holdfast.mesh.core.health.Diagnosis;

/** A diagnosis as the front door says it, for those who make one of several nodes' words. */
public final class DiagnosisJson {

  private DiagnosisJson() {}

  /** Its JSON text. */
  public static String of(Diagnosis diagnosis) {
    return Json.mapped(diagnosis).toString();
  }
}
