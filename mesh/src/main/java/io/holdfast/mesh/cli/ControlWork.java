package io.holdfast.mesh.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.client.MeshClient;
import io.holdfast.mesh.client.MeshEndpoint;
import io.holdfast.mesh.client.PostReply;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/** Asks about what is active in a group, of one node after the other until one knows. */
final class ControlWork implements AutoCloseable {

  /** What is well formed, and refused for what it would come to. */
  private static final Set<String> BY_MEANING =
      Set.of("not_approved", "no_approver", "other_set", "quorum_refused", "pool_in_use");

  private final Console console;
  private final MeshOptions mesh;
  private final String name;
  private final MeshClient client;
  private final List<MeshEndpoint> endpoints;

  /**
   * @param name of the verb, as it is run
   */
  ControlWork(Console console, MeshOptions mesh, String name) {
    this.console = console;
    this.mesh = mesh;
    this.name = name;
    this.endpoints = mesh.endpoints(console);
    this.client = mesh.connect(console);
  }

  MeshClient client() {
    return client;
  }

  /** What a node says at this path below the control of the group. */
  PostReply get(String path) {
    return ask(endpoint -> client.get(endpoint, uri(path), mesh.shortWait()));
  }

  /** What a node says to this. */
  PostReply post(String path, ObjectNode body) {
    return ask(endpoint -> client.post(endpoint, uri(path), body, mesh.shortWait()));
  }

  private String uri(String path) {
    return "/v1/groups/" + mesh.group() + "/control" + path;
  }

  private interface Request {
    CompletionStage<PostReply> at(MeshEndpoint endpoint);
  }

  /** Nothing is changed by what is asked here, so it may be asked as often as it takes. */
  private PostReply ask(Request request) {
    Waiting waiting = new Waiting(console, mesh.timeout());
    Optional<PostReply> last = Optional.empty();
    while (true) {
      int denials = 0;
      for (MeshEndpoint endpoint : endpoints) {
        PostReply reply = Answers.await(request.at(endpoint));
        boolean denies = reply.code().equals(OutcomeCode.UNKNOWN_GROUP.code());
        // 429 and 503 pass by themselves, and so does silence.
        if (reply.status() > 0 && reply.status() < 429 && !denies) {
          return reply;
        }
        denials += denies ? 1 : 0;
        last = reply.status() > 0 || last.isEmpty() ? Optional.of(reply) : last;
      }
      if (denials == endpoints.size() || waiting.isOver()) {
        return last.orElseThrow();
      }
      waiting.on(last.orElseThrow().detail());
      waiting.pause();
    }
  }

  /** Tells why something was not answered as wished; the exit status. */
  int fail(PostReply reply) {
    if (reply.status() == 0) {
      return mesh.unreachable(
          console,
          "no node answers at "
              + endpoints.stream().map(MeshEndpoint::toString).collect(Collectors.joining(",")));
    }
    ObjectNode more = Answers.object();
    JsonNode number = reply.json().path("currentNumber");
    if (number.isIntegralNumber()) {
      more.put("currentNumber", number.asLong());
      more.put("currentHash", reply.json().path("currentHash").asText());
    }
    return fail(reply.code(), reply.detail(), more);
  }

  /**
   * Tells why something was not done, and what to do next; the exit status.
   *
   * @param code the outcome
   * @param more what else the JSON holds
   */
  int fail(String code, String detail, ObjectNode more) {
    String finer = finer(code, detail);
    Exit exit = exit(code, finer);
    String words = detail.endsWith(".") ? detail.substring(0, detail.length() - 1) : detail;
    String sentence = finer.equals(code) ? code + ": " + words : words;
    return new Failure(exit, finer, sentence + "; " + next(finer)).tell(console, mesh, name, more);
  }

  /** What a leader refuses for what it would come to says so in the first word. */
  private static String finer(String code, String detail) {
    int colon = detail.indexOf(": ");
    return code.equals(OutcomeCode.INVALID.code())
            && colon > 0
            && detail.substring(0, colon).matches("[a-z]+_[a-z]+")
        ? detail.substring(0, colon)
        : code;
  }

  private static Exit exit(String code, String finer) {
    if (BY_MEANING.contains(finer)) {
      return Exit.REFUSED;
    }
    for (OutcomeCode known : OutcomeCode.values()) {
      if (known.code().equals(code)) {
        return Exit.values()[known.exitStatus()];
      }
    }
    return Exit.UNREACHABLE;
  }

  private static String next(String code) {
    return switch (code) {
      case "unauthenticated" -> "show a token that is known with --token-file or HOLDFAST_TOKEN";
      case "denied" -> "use the token of an administrator";
      case "stale_control_epoch", "other_set" ->
          "look at what is active with 'holdfast control show', then run it again with that"
              + " --expect-epoch";
      case "not_approved" -> "approvers run 'holdfast control approve'";
      case "quorum_refused" -> "'holdfast member list' shows how many vote";
      case "pool_in_use" -> "release what the pool has given and excluded, or name another pool";
      case "no_approver" -> "'holdfast control show --manifests' shows whom the policy names";
      case "not_found" -> "'holdfast control history' lists those that are kept";
      case "unknown_group" -> "name one that 'holdfast status' lists with --group";
      case "invalid", "invalid_set", "too_large" -> "correct it and run it again";
      default -> "run it again, or look with 'holdfast control show'";
    };
  }

  @Override
  public void close() {
    client.close();
  }
}
