package io.holdfast.mesh.cli;

import io.holdfast.mesh.client.MeshEndpoint;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command {@code holdfast}: a list of verbs. */
@Command(
    name = "holdfast",
    mixinStandardHelpOptions = true,
    versionProvider = SoftwareVersion.class,
    synopsisSubcommandLabel = "VERB",
    description = "A peer mesh for small, strongly consistent shared state.",
    footer = {
      "",
      "Example:",
      "  holdfast up -n 3                 three nodes on this machine",
      "  holdfast put greeting hello      acknowledged by a majority of them",
      "",
      "Exit status: 0 done; 1 refused by meaning; 2 not reachable, quorum not met",
      "or outcome unknown; 3 no mesh configured; 4 wrong arguments; 5 I/O;",
      "6 internal; 7 wrong configuration.",
      "HOLDFAST_ENDPOINTS names the mesh, HOLDFAST_TOKEN is the token to show;",
      "HOLDFAST_TRACE=1 shows stack traces."
    })
public final class HoldfastCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  private HoldfastCommand() {}

  /**
   * The command with its own verbs and those of every {@link VerbProvider} on the class path.
   *
   * @param console what the verbs may read and print to
   * @param runner runs a node; absent: the verb {@code node} says so
   */
  public static CommandLine create(Console console, Optional<NodeRunner> runner) {
    List<Verb> verbs = ownVerbs(console, runner);
    for (VerbProvider provider : ServiceLoader.load(VerbProvider.class)) {
      verbs.addAll(provider.verbs(console));
    }
    return create(console, verbs);
  }

  /**
   * The same for these arguments. To look at the options of every verb takes longer than most verbs
   * do, so where one of its own is named first, and is all that is needed, there is no other.
   */
  static CommandLine create(Console console, Optional<NodeRunner> runner, String... arguments) {
    return ownVerbs(console, runner).stream()
        .filter(verb -> arguments.length > 0 && nameOf(verb).equals(arguments[0]))
        .filter(verb -> !(verb instanceof CompletionVerb)) // it is about all of them
        .findFirst()
        .map(verb -> create(console, List.of(verb)))
        .orElseGet(() -> create(console, runner));
  }

  private static String nameOf(Verb verb) {
    return verb.getClass().getAnnotation(Command.class).name();
  }

  private static CommandLine create(Console console, List<Verb> verbs) {
    CommandLine line = new CommandLine(new HoldfastCommand());
    verbs.forEach(verb -> line.addSubcommand(withSubverbs(verb)));
    line.setOut(new PrintWriter(console.out(), true, StandardCharsets.UTF_8));
    line.setErr(new PrintWriter(console.err(), true, StandardCharsets.UTF_8));
    line.registerConverter(Duration.class, new DurationText());
    line.registerConverter(MeshEndpoint.class, MeshOptions::endpoint);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setExpandAtFiles(false); // @FILE is the value of a put, not a list of arguments
    line.setUsageHelpAutoWidth(true);
    line.setParameterExceptionHandler(
        (wrong, arguments) -> {
          String name = wrong.getCommandLine().getCommandSpec().qualifiedName();
          trace(console, wrong);
          int status =
              console.fail(
                  Exit.USAGE, firstLine(wrong) + "; see '" + name + " --help' for its arguments");
          return said(console, List.of(arguments), status);
        });
    line.setExecutionExceptionHandler(
        (failure, failed, parsed) -> {
          trace(console, failure);
          if (failure instanceof TokenOptions.WrongToken) {
            int status = console.fail(Exit.USAGE, String.valueOf(failure.getMessage()));
            return said(console, parsed.originalArgs(), status);
          }
          if (failure instanceof LocalOptions.NoLocalNode none) {
            int status = console.fail(none.exit(), String.valueOf(none.getMessage()));
            return said(console, parsed.originalArgs(), status);
          }
          if (failure instanceof IOException || failure instanceof UncheckedIOException) {
            int status = console.fail(Exit.IO, "input or output failed: " + firstLine(failure));
            return said(console, parsed.originalArgs(), status);
          }
          int status =
              console.fail(
                  Exit.INTERNAL,
                  "a bug: "
                      + firstLine(failure)
                      + "; run again with HOLDFAST_TRACE=1 and report what it shows");
          return said(console, parsed.originalArgs(), status);
        });
    line.setExecutionStrategy(
        parsed -> said(console, parsed.originalArgs(), new CommandLine.RunLast().execute(parsed)));
    return line;
  }

  @Override
  public Integer call() {
    throw new CommandLine.ParameterException(spec.commandLine(), "which verb?");
  }

  private static CommandLine withSubverbs(Verb verb) {
    CommandLine line = new CommandLine(verb);
    verb.subverbs().forEach(subverb -> line.addSubcommand(withSubverbs(subverb)));
    return line;
  }

  private static List<Verb> ownVerbs(Console console, Optional<NodeRunner> runner) {
    List<Verb> verbs = new ArrayList<>();
    verbs.add(new NodeVerb(console, runner));
    verbs.add(new UpVerb(console));
    verbs.add(new LocalVerb(console));
    verbs.add(new PutVerb(console));
    verbs.add(new GetVerb(console));
    verbs.add(new DeleteVerb(console));
    verbs.add(new TransactionVerb(console));
    verbs.add(new WatchVerb(console));
    verbs.add(new LeaseVerb(console));
    verbs.add(new CompactVerb(console));
    verbs.add(new ResolveVerb(console));
    verbs.add(new LoadVerb(console));
    verbs.add(new StatusVerb(console));
    verbs.add(new WhyVerb(console));
    verbs.add(new VerifyVerb(console));
    verbs.add(new MemberVerb(console));
    verbs.add(new GroupVerb(console));
    verbs.add(new ControlVerb(console));
    verbs.add(new ReservationVerb(console));
    verbs.add(new RepairVerb(console));
    verbs.add(new JmxVerb(console));
    verbs.add(new SnapshotVerb(console));
    verbs.add(new QuorumPlanVerb(console));
    verbs.add(new BenchVerb(console));
    verbs.add(new DemoVerb(console));
    verbs.add(new CompletionVerb(console));
    return verbs;
  }

  private static int said(Console console, List<String> arguments, int status) {
    if (arguments.contains("--json")) {
      console.jsonOfFailure(status);
    }
    return status;
  }

  private static String firstLine(Throwable failure) {
    String message = failure.getMessage();
    String kind = failure.getClass().getSimpleName();
    if (failure instanceof CommandLine.ParameterException && message != null) {
      return message.lines().findFirst().orElse(kind);
    }
    return message == null ? kind : kind + ": " + message.lines().findFirst().orElse("");
  }

  private static void trace(Console console, Throwable failure) {
    if ("1".equals(console.environment().get("HOLDFAST_TRACE"))) {
      failure.printStackTrace(console.err());
    }
  }
}
