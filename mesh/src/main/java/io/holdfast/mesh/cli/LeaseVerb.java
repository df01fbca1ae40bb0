package io.holdfast.mesh.cli;

import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code holdfast lease}. */
@Command(
    name = "lease",
    description = "Leases: keys attached to one are deleted when it is not kept alive.",
    footer = {
      "",
      "Example:",
      "  holdfast lease grant 30s --json      its number is in 'lease'",
      "  holdfast put session/7 on --lease N",
      "  holdfast lease keep-alive N"
    })
final class LeaseVerb implements Verb {

  private static final Duration SHORTEST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofDays(1);

  private final Console console;

  @Mixin private MeshOptions mesh = new MeshOptions();

  LeaseVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    throw mesh.wrong("grant, keep-alive or revoke?");
  }

  @Override
  public List<Verb> subverbs() {
    return List.of(new Grant(console), new KeepAlive(console), new Revoke(console));
  }

  /** {@code holdfast lease grant}. */
  @Command(
      name = "grant",
      description = "Make a lease.",
      footer = {"", "Example:", "  holdfast lease grant 30s"})
  private static final class Grant implements Verb {

    private final Console console;

    @Parameters(
        index = "0",
        paramLabel = "TTL",
        description = "How long it lives without being kept alive: 1s to 24h.")
    private Duration ttl = Duration.ZERO;

    @Mixin private MeshOptions mesh = new MeshOptions();
    @Mixin private DecisionOptions decision = new DecisionOptions();

    Grant(Console console) {
      this.console = console;
    }

    @Override
    public Integer call() {
      if (ttl.compareTo(SHORTEST) < 0 || ttl.compareTo(LONGEST) > 0) {
        throw mesh.wrong("TTL: allowed is 1s to 24h");
      }
      return decision.decide(
          console, mesh, new io.holdfast.sync.core.Command.GrantLease(ttl.toMillis()));
    }
  }

  /** {@code holdfast lease keep-alive}. */
  @Command(
      name = "keep-alive",
      description = "Give a lease its full time again.",
      footer = {"", "Example:", "  holdfast lease keep-alive 1234"})
  private static final class KeepAlive implements Verb {

    private final Console console;

    @Parameters(index = "0", paramLabel = "LEASE", description = "Its number.")
    private long lease;

    @Mixin private MeshOptions mesh = new MeshOptions();
    @Mixin private DecisionOptions decision = new DecisionOptions();

    KeepAlive(Console console) {
      this.console = console;
    }

    @Override
    public Integer call() {
      return decision.decide(
          console, mesh, new io.holdfast.sync.core.Command.KeepAlive(checked(lease, mesh)));
    }
  }

  /** {@code holdfast lease revoke}. */
  @Command(
      name = "revoke",
      description = "End a lease and delete the keys attached to it.",
      footer = {"", "Example:", "  holdfast lease revoke 1234"})
  private static final class Revoke implements Verb {

    private final Console console;

    @Parameters(index = "0", paramLabel = "LEASE", description = "Its number.")
    private long lease;

    @Mixin private MeshOptions mesh = new MeshOptions();
    @Mixin private DecisionOptions decision = new DecisionOptions();

    Revoke(Console console) {
      this.console = console;
    }

    @Override
    public Integer call() {
      return decision.decide(
          console, mesh, new io.holdfast.sync.core.Command.RevokeLease(checked(lease, mesh)));
    }
  }

  private static long checked(long lease, MeshOptions mesh) {
    if (lease < 1) {
      throw mesh.wrong("LEASE must be 1 or more");
    }
    return lease;
  }
}
