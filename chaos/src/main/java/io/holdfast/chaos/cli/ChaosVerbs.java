package io.holdfast.chaos.cli;

import io.holdfast.mesh.cli.Console;
import io.holdfast.mesh.cli.Verb;
import io.holdfast.mesh.cli.VerbProvider;
import java.util.List;

/** Adds {@code holdfast chaos} and {@code holdfast simulate}. */
public final class ChaosVerbs implements VerbProvider {

  /** For the {@link java.util.ServiceLoader}. */
  public ChaosVerbs() {}

  @Override
  public List<Verb> verbs(Console console) {
    return List.of(new ChaosVerb(console), new SimulateVerb(console));
  }
}
