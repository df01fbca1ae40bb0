package io.holdfast.mesh.http;

import com.google.protobuf.ByteString;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.ChangeAnswer;
import io.holdfast.mesh.ChangeForm;
import io.holdfast.mesh.ChangeForm.Kind;
import io.holdfast.mesh.HostAnswer;
import io.holdfast.mesh.Mesh;
import io.holdfast.quorum.core.ChangeRefusal;
import io.holdfast.sync.core.Caller;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;

/** Who takes part in a group: told, changed, and a replica made where there is none. */
final class MembersResource {

  private static final List<String> CHANGE_FIELDS =
      List.of(
          "change",
          "node",
          "incarnation",
          "by",
          "byIncarnation",
          "acceptQuorum",
          "prepareQuorum",
          "expectedConfiguration");

  private static final List<String> HOST_FIELDS = List.of("settings");
  private static final int MAX_QUORUM = 7;
  private static final Duration RETRY_SOON = Duration.ofSeconds(1);

  private final Mesh mesh;
  private final HttpLimits limits;

  MembersResource(Mesh mesh, HttpLimits limits) {
    this.mesh = mesh;
    this.limits = limits;
  }

  void handle(Exchange exchange, Route.Match match) {
    RequestParameters parameters = new RequestParameters(exchange, limits, List.of());
    Optional<GroupId> named = parameters.group(match.name(), mesh.groups());
    Caller caller = parameters.reader();
    if (!WriteDesk.accepted(exchange, parameters)) {
      return;
    }
    GroupId group = named.orElseThrow();
    if (match.route() == Route.REPLICA) {
      receive(exchange, body -> host(exchange, group, body));
    } else if (exchange.request().method().name().equals("POST")) {
      receive(
          exchange,
          body -> {
            ChangeForm form = read(body);
            exchange.expireAfter(
                limits.requestTimeout(), () -> Unanswered.problem(limits.requestTimeout()));
            new ControlQuestion(mesh, exchange, group, caller)
                .onlyForAdministrators(() -> change(exchange, group, form));
          });
    } else {
      list(exchange, group);
    }
  }

  private interface Form {
    void take(ByteString body) throws WrongForm;
  }

  private void receive(Exchange exchange, Form form) {
    RequestBody.receiveForm(
        exchange,
        limits,
        body -> {
          try {
            form.take(body);
          } catch (WrongForm wrong) {
            exchange.refuse(wrong.problem());
          }
        });
  }

  // ---- Who takes part

  private void list(Exchange exchange, GroupId group) {
    exchange.await(
        mesh.members().members(group),
        found -> {
          if (found.isPresent()) {
            exchange.answer(200, Exchange.JSON, Json.mapped(found.get()));
          } else {
            exchange.refuse(
                Problem.of(
                    OutcomeCode.NOT_FOUND,
                    "this node holds no replica of group '" + group + "'; ask a member of it"));
          }
        });
  }

  // ---- Changes

  private void change(Exchange exchange, GroupId group, ChangeForm form) {
    exchange.expireAfter(
        limits.requestTimeout(),
        () ->
            Problem.of(
                OutcomeCode.OUTCOME_UNKNOWN,
                "this node gave no answer within "
                    + limits.requestTimeout().toMillis()
                    + " ms; list the members to see whether the change was made"));
    exchange.await(mesh.members().change(group, form), answer -> tell(exchange, answer));
  }

  private static void tell(Exchange exchange, ChangeAnswer answer) {
    if (answer instanceof ChangeAnswer.Changed changed) {
      Map<String, Object> fields = new TreeMap<>();
      fields.put("code", "changed");
      fields.put("configuration", changed.configuration());
      fields.put("governsFrom", changed.governsFrom());
      exchange.answer(200, Exchange.JSON, Json.mapped(fields));
    } else if (answer instanceof ChangeAnswer.Refused refused) {
      ChangeRefusal refusal = refused.refusal();
      exchange.refuse(
          Problem.refused(status(refusal.code()), refusal.code().code(), refusal.reason()));
    } else if (answer instanceof ChangeAnswer.Undecided undecided) {
      exchange.refuse(
          Problem.of(undecided.code(), undecided.detail()).withRetryAfter(undecided.retryAfter()));
    }
  }

  /** An expectation that was given and does not hold is told apart from a state in the way. */
  private static int status(ChangeRefusal.Code code) {
    return switch (code) {
      case CONFIGURATION_CHANGED -> 412;
      case INVALID -> 400;
      default -> 409;
    };
  }

  private static ChangeForm read(ByteString body) throws WrongForm {
    JsonForm form = JsonForm.of(body);
    form.only(CHANGE_FIELDS);
    Kind kind = kind(form);
    Optional<NodeId> node = node(form, "node", kind != Kind.QUORUMS);
    Optional<NodeId> by = node(form, "by", kind == Kind.REPLACE);
    OptionalInt accept = quorum(form, "acceptQuorum");
    OptionalInt prepare = quorum(form, "prepareQuorum");
    if (kind == Kind.QUORUMS && accept.isEmpty()) {
      throw form.wrong("acceptQuorum is needed with quorums");
    }
    boolean plain = kind == Kind.ADD || kind == Kind.REPLACE;
    if ((plain && accept.isPresent()) || (kind != Kind.QUORUMS && prepare.isPresent())) {
      throw form.wrong(
          "acceptQuorum goes with promote, remove and quorums, prepareQuorum with quorums");
    }
    return new ChangeForm(
        kind,
        node,
        incarnation(form, "incarnation", node),
        by,
        incarnation(form, "byIncarnation", by),
        accept,
        prepare,
        form.number("expectedConfiguration", 0, Long.MAX_VALUE));
  }

  private static Kind kind(JsonForm form) throws WrongForm {
    String name = form.text("change").orElse("");
    for (Kind kind : Kind.values()) {
      if (kind.name().toLowerCase(Locale.ROOT).equals(name)) {
        return kind;
      }
    }
    throw form.wrong("change", "must be add, promote, remove, replace or quorums");
  }

  private static Optional<NodeId> node(JsonForm form, String name, boolean needed)
      throws WrongForm {
    Optional<String> text = form.text(name);
    if (text.isPresent() != needed) {
      throw form.wrong(name, needed ? "is needed" : "does not go with this change");
    }
    if (text.isPresent() && !NodeId.isValid(text.get())) {
      throw form.wrong(name, "must be a node's name");
    }
    return text.map(NodeId::new);
  }

  private static OptionalInt quorum(JsonForm form, String name) throws WrongForm {
    OptionalLong number = form.number(name, 1, MAX_QUORUM);
    return number.isPresent() ? OptionalInt.of((int) number.getAsLong()) : OptionalInt.empty();
  }

  private static OptionalLong incarnation(JsonForm form, String name, Optional<NodeId> of)
      throws WrongForm {
    if (form.has(name) && of.isEmpty()) {
      throw form.wrong(name, "does not go with this change");
    }
    return form.hex(name);
  }

  // ---- A replica

  private void host(Exchange exchange, GroupId group, ByteString body) throws WrongForm {
    JsonForm form = JsonForm.of(body);
    form.only(HOST_FIELDS);
    // The body is there; what may still take its time is to make the replica.
    exchange.expireAfter(
        limits.requestTimeout(), () -> Unanswered.problem(limits.requestTimeout()));
    exchange.await(
        mesh.members().host(group, form.text("settings")), answer -> tell(exchange, answer));
  }

  private static void tell(Exchange exchange, HostAnswer answer) {
    if (answer.hosted()) {
      Map<String, Object> fields = new TreeMap<>();
      fields.put("code", answer.code());
      fields.put("detail", answer.detail());
      exchange.answer(200, Exchange.JSON, Json.mapped(fields));
    } else {
      boolean notYet = answer.code().equals(OutcomeCode.NOT_READY.code());
      exchange.refuse(
          Problem.refused(notYet ? 503 : 409, answer.code(), answer.detail())
              .withRetryAfter(notYet ? Optional.of(RETRY_SOON) : Optional.empty()));
    }
  }
}
