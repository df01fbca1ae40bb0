package io.holdfast.mesh.http;

import com.google.protobuf.ByteString;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.GroupSettings;
import io.holdfast.config.core.HostPort;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.config.core.PeerAddress;
import io.holdfast.mesh.DirectoryAnswer;
import io.holdfast.mesh.GroupForm;
import io.holdfast.mesh.Mesh;
import io.holdfast.mesh.NodeForm;
import io.holdfast.sync.core.Caller;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** The nodes and groups of the mesh: told, a node let in, a group created and deleted. */
final class DirectoryResource {

  private static final List<String> NODE_FIELDS = List.of("incarnation", "address");
  private static final List<String> GROUP_FIELDS = List.of("members", "w", "prepareQuorum");
  private static final Duration RETRY_SOON = Duration.ofSeconds(1);

  private final Mesh mesh;
  private final HttpLimits limits;

  DirectoryResource(Mesh mesh, HttpLimits limits) {
    this.mesh = mesh;
    this.limits = limits;
  }

  /** Whether a request for this route is for the directory, and not for a group on this node. */
  static boolean takes(Route route, HttpMethod method) {
    return switch (route) {
      case DIRECTORY, NODE -> true;
      case GROUP -> method.equals(HttpMethod.PUT) || method.equals(HttpMethod.DELETE);
      default -> false;
    };
  }

  void handle(Exchange exchange, Route.Match match) {
    RequestParameters parameters = new RequestParameters(exchange, limits, List.of());
    switch (match.route()) {
      case DIRECTORY -> list(exchange, parameters);
      case NODE -> node(exchange, parameters, match.name());
      default -> group(exchange, parameters, match.name());
    }
  }

  private void list(Exchange exchange, RequestParameters parameters) {
    if (WriteDesk.accepted(exchange, parameters)) {
      exchange.answer(200, Exchange.JSON, Json.mapped(mesh.directory().status()));
    }
  }

  private void node(Exchange exchange, RequestParameters parameters, String raw) {
    Optional<NodeId> node = parameters.node(raw);
    Caller caller = parameters.reader();
    if (WriteDesk.accepted(exchange, parameters)) {
      receive(
          exchange,
          caller,
          body -> {
            NodeForm form = readNode(node.orElseThrow(), body);
            return () -> mesh.directory().admit(form);
          });
    }
  }

  /** The group need not be known to this node: so only its name is looked at. */
  private void group(Exchange exchange, RequestParameters parameters, String raw) {
    Optional<GroupId> group = parameters.groupName(raw);
    Caller caller = parameters.reader();
    if (!WriteDesk.accepted(exchange, parameters)) {
      return;
    }
    if (exchange.request().method().equals(HttpMethod.DELETE)) {
      // What is in the group is its own administrators' as well.
      new ControlQuestion(mesh, exchange, group.orElseThrow(), caller)
          .onlyForAdministratorsAsKnownHere(
              () -> change(exchange, caller, () -> mesh.directory().delete(group.orElseThrow())));
    } else {
      receive(
          exchange,
          caller,
          body -> {
            GroupForm form = readGroup(group.orElseThrow(), body);
            return () -> mesh.directory().create(form);
          });
    }
  }

  private interface Form {
    Supplier<CompletionStage<DirectoryAnswer>> read(ByteString body) throws WrongForm;
  }

  /** Who may change the directory says the group that holds it. */
  private void change(
      Exchange exchange, Caller caller, Supplier<CompletionStage<DirectoryAnswer>> change) {
    new ControlQuestion(mesh, exchange, GroupSettings.META, caller)
        .onlyForAdministrators(() -> answer(exchange, change.get()));
  }

  private void receive(Exchange exchange, Caller caller, Form form) {
    RequestBody.receiveForm(
        exchange,
        limits,
        body -> {
          try {
            Supplier<CompletionStage<DirectoryAnswer>> change = form.read(body);
            exchange.expireAfter(
                limits.requestTimeout(), () -> Unanswered.problem(limits.requestTimeout()));
            change(exchange, caller, change);
          } catch (WrongForm wrong) {
            exchange.refuse(wrong.problem());
          }
        });
  }

  private static NodeForm readNode(NodeId node, ByteString body) throws WrongForm {
    JsonForm form = JsonForm.of(body);
    form.only(NODE_FIELDS);
    OptionalLong incarnation = form.hex("incarnation");
    if (incarnation.isEmpty()) {
      throw form.wrong("incarnation", "is needed");
    }
    Optional<HostPort> address =
        form.text("address").flatMap(HostPort::parse).filter(PeerAddress::isReachable);
    if (address.isEmpty()) {
      throw form.wrong(
          "address", "must be HOST:PORT, where the node's peers reach it: no wildcard, no port 0");
    }
    return new NodeForm(node, incarnation.getAsLong(), address.get());
  }

  private static GroupForm readGroup(GroupId group, ByteString body) throws WrongForm {
    JsonForm form = JsonForm.of(body);
    form.only(GROUP_FIELDS);
    return new GroupForm(group, members(form), quorum(form, "w"), quorum(form, "prepareQuorum"));
  }

  private static List<NodeId> members(JsonForm form) throws WrongForm {
    if (!form.has("members")) {
      return List.of();
    }
    List<NodeId> members = new ArrayList<>();
    for (String name : form.texts("members")) {
      if (!NodeId.isValid(name) || members.contains(new NodeId(name))) {
        throw form.wrong("members", "must be names of nodes, each once");
      }
      members.add(new NodeId(name));
    }
    if (members.isEmpty() || members.size() > GroupSettings.MAX_MEMBERS) {
      throw form.wrong(
          "members", "must name 1 to " + GroupSettings.MAX_MEMBERS + " nodes, or be left out");
    }
    return members;
  }

  private static OptionalInt quorum(JsonForm form, String name) throws WrongForm {
    OptionalLong number = form.number(name, 1, GroupSettings.MAX_MEMBERS);
    return number.isPresent() ? OptionalInt.of((int) number.getAsLong()) : OptionalInt.empty();
  }

  // ---- Answers

  private void answer(Exchange exchange, CompletionStage<DirectoryAnswer> coming) {
    exchange.expireAfter(
        limits.requestTimeout(),
        () ->
            Problem.of(
                OutcomeCode.OUTCOME_UNKNOWN,
                "this node gave no answer within "
                    + limits.requestTimeout().toMillis()
                    + " ms; look into the directory to see whether it was done"));
    exchange.await(coming, answer -> tell(exchange, answer));
  }

  private static void tell(Exchange exchange, DirectoryAnswer answer) {
    if (!answer.done()) {
      exchange.refuse(
          Problem.refused(answer.status(), answer.code(), answer.detail())
              .withRetryAfter(retryAfter(answer)));
      return;
    }
    Map<String, Object> fields = new TreeMap<>();
    fields.put("code", answer.code());
    fields.put("detail", answer.detail());
    fields.put("version", answer.version());
    exchange.answer(200, Exchange.JSON, Json.mapped(fields));
  }

  /** A node that holds no replica of the directory will say the same again: others are asked. */
  private static Optional<Duration> retryAfter(DirectoryAnswer answer) {
    boolean passing = answer.status() == 503 || answer.status() == 429;
    return passing && !answer.code().equals(OutcomeCode.NOT_A_MEMBER.code())
        ? Optional.of(RETRY_SOON)
        : Optional.empty();
  }
}
