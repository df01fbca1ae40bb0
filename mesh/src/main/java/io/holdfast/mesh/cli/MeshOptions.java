package io.holdfast.mesh.cli;

import io.holdfast.config.core.GroupId;
import io.holdfast.mesh.client.BearerToken;
import io.holdfast.mesh.client.ClientSettings;
import io.holdfast.mesh.client.MeshClient;
import io.holdfast.mesh.client.MeshEndpoint;
import io.holdfast.mesh.client.UserMeshException;
import io.holdfast.mesh.client.UserNode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;
import picocli.CommandLine.TypeConversionException;

/** The options of every verb that talks to a mesh. */
final class MeshOptions {

  /** Where {@code holdfast up} and an unconfigured node listen. */
  static final String DEFAULT_ENDPOINT = "127.0.0.1:8100";

  /** The group that a mesh has unless told otherwise. */
  static final String DEFAULT_GROUP = "main";

  /** The environment variable that names the mesh. */
  static final String ENDPOINTS_VARIABLE = "HOLDFAST_ENDPOINTS";

  private static final Duration SHORT_WAIT = Duration.ofSeconds(2);

  @Option(
      names = "--endpoints",
      paramLabel = "HOST:PORT[,...]",
      hideParamSyntax = true,
      split = ",",
      description =
          "Front doors of the mesh, tried in this order. Default: $HOLDFAST_ENDPOINTS, else "
              + DEFAULT_ENDPOINT
              + ".")
  private @Nullable List<MeshEndpoint> endpoints;

  @Option(
      names = "--group",
      paramLabel = "NAME",
      description = "The group. Default: " + DEFAULT_GROUP + ".")
  private @Nullable String group;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      defaultValue = "10s",
      description =
          "For each request, all attempts included: 500ms, 10s, 2m. Default: ${DEFAULT-VALUE}.")
  private Duration timeout = Duration.ofSeconds(10);

  @Mixin private TokenOptions token = new TokenOptions();
  @Mixin private OutputOptions output = new OutputOptions();

  /** The node of this user, once it was asked for. */
  private Optional<UserNode> local = Optional.empty();

  @Spec(Target.MIXEE)
  private CommandSpec mixee = CommandSpec.create();

  static MeshEndpoint endpoint(String text) {
    try {
      return MeshEndpoint.parse(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(String.valueOf(e.getMessage()));
    }
  }

  boolean json() {
    return output.json();
  }

  GroupId group() {
    return groupOf("--group ", group == null ? DEFAULT_GROUP : group);
  }

  /** Whether somebody has said which group. */
  boolean groupNamed() {
    return group != null;
  }

  /** Refuses {@code --group} where it says nothing. */
  void refuseGroup() {
    if (groupNamed()) {
      throw wrong("--group: this verb does not have it");
    }
  }

  /**
   * The group of that name.
   *
   * @param before stands before a name that is none, in the words of the error
   */
  GroupId groupOf(String before, String name) {
    if (!GroupId.isValid(name)) {
      throw wrong(before + "'" + name + "': allowed are " + GroupId.ALLOWED);
    }
    return new GroupId(name);
  }

  Duration timeout() {
    if (timeout.isZero()) {
      throw wrong("--timeout must be longer than zero");
    }
    return timeout;
  }

  /** For each of several answers of which not all may come. */
  Duration shortWait() {
    return timeout().compareTo(SHORT_WAIT) < 0 ? timeout() : SHORT_WAIT;
  }

  /** Whether anybody has said where the mesh is. */
  boolean configured(Console console) {
    return endpoints != null
        || !console.environment().getOrDefault(ENDPOINTS_VARIABLE, "").isBlank();
  }

  List<MeshEndpoint> endpoints(Console console) {
    if (local.isPresent()) {
      return List.of(local.get().endpoint());
    }
    if (endpoints != null) {
      return List.copyOf(endpoints);
    }
    String named = console.environment().getOrDefault(ENDPOINTS_VARIABLE, "");
    try {
      return MeshEndpoint.parseList(named.isBlank() ? DEFAULT_ENDPOINT : named);
    } catch (IllegalArgumentException e) {
      throw wrong(ENDPOINTS_VARIABLE + ": " + e.getMessage());
    }
  }

  ClientSettings settings(Console console) {
    return ClientSettings.of(endpoints(console)).withDeadline(timeout()).withToken(token(console));
  }

  /**
   * What is shown to be known; absent for nothing. The node of this user has a token of its own.
   */
  Optional<BearerToken> token(Console console) {
    return local.isPresent() ? local.map(UserNode::token) : token.read(console);
  }

  MeshClient connect(Console console) {
    return MeshClient.create(settings(console));
  }

  /**
   * The same for a verb that works at once on a machine where nobody has configured a mesh: there
   * it uses the local node of this user, and starts it where it does not run. From then on all of
   * these options are about that node.
   *
   * @throws LocalOptions.NoLocalNode where it cannot be had, or is turned off; whoever runs the
   *     verb tells it
   */
  MeshClient connectOrStart(Console console) {
    if (local.isEmpty() && !configured(console)) {
      if (!LocalOptions.on(console)) {
        throw new LocalOptions.NoLocalNode(
            Exit.NO_MESH,
            "no mesh configured and "
                + LocalOptions.VARIABLE
                + "=off: name one with --endpoints or "
                + ENDPOINTS_VARIABLE
                + ", or unset "
                + LocalOptions.VARIABLE);
      }
      // To load the client takes as long as to find the node, beside which it is done.
      Thread loading = new Thread(MeshOptions::loadClient, "holdfast-load-client");
      loading.setDaemon(true);
      loading.start();
      try {
        local = Optional.of(LocalOptions.mesh(console).connect(timeout()));
      } catch (UserMeshException e) {
        throw new LocalOptions.NoLocalNode(e);
      }
    }
    return connect(console);
  }

  private static void loadClient() {
    MeshClient.create(ClientSettings.of(List.of(MeshEndpoint.parse(DEFAULT_ENDPOINT)))).close();
  }

  /** Says that no node answered, and what to do: it depends on whether a mesh is configured. */
  int unreachable(Console console, String detail) {
    if (local.isEmpty() && !configured(console)) {
      return console.fail(
          Exit.NO_MESH,
          "no mesh configured and none at "
              + DEFAULT_ENDPOINT
              + ": start one with 'holdfast up', or name one with --endpoints or "
              + ENDPOINTS_VARIABLE);
    }
    return unanswered(console, detail);
  }

  /** Says that nodes answered, but not what was asked for, and what to do. */
  int unanswered(Console console, String detail) {
    return console.fail(
        Exit.UNREACHABLE,
        detail
            + (local.isPresent()
                ? "; see 'holdfast local status', or raise --timeout"
                : "; check that the nodes of --endpoints run ('holdfast status'), or raise"
                    + " --timeout"));
  }

  /** That the nodes that answered have no such group, and what to do. */
  String unknownGroup() {
    return unknownGroup(group());
  }

  /** The same of another group than that of {@code --group}. */
  static String unknownGroup(GroupId group) {
    return "unknown_group: no node that answers has a group "
        + group
        + "; name one that 'holdfast status' lists with --group";
  }

  /** A usage error of the verb that has these options. */
  ParameterException wrong(String message) {
    return new ParameterException(mixee.commandLine(), message);
  }
}
