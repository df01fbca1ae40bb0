package io.holdfast.mesh.http;

import com.google.protobuf.ByteString;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.config.core.control.Activation;
import io.holdfast.config.core.control.ActivationOutcome;
import io.holdfast.config.core.control.ControlRecord;
import io.holdfast.mesh.ControlStatus;
import io.holdfast.mesh.Mesh;
import io.holdfast.mesh.WriteRequest;
import io.holdfast.sync.core.Caller;
import io.holdfast.sync.core.Command;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** What is active in a group: told, planned, changed. */
final class ControlResource {

  private static final List<String> PARAMETERS = List.of("wait");

  private final Mesh mesh;
  private final HttpLimits limits;
  private final WriteDesk desk;

  ControlResource(Mesh mesh, HttpLimits limits, WriteDesk desk) {
    this.mesh = mesh;
    this.limits = limits;
    this.desk = desk;
  }

  void handle(Exchange exchange, Route.Match match) {
    boolean post = exchange.request().method().name().equals("POST");
    boolean writes = post && match.route() != Route.CONTROL_PLAN;
    RequestParameters parameters =
        new RequestParameters(exchange, limits, writes ? PARAMETERS : List.of());
    Optional<GroupId> named = parameters.group(match.name(), mesh.groups());
    long number =
        match.route() == Route.CONTROL_EPOCH
            ? parameters.number("number", match.item(), 0, Long.MAX_VALUE)
            : 0;
    Optional<String> writeId = writes ? desk.writeId(parameters) : Optional.empty();
    Optional<Duration> patience = writes ? parameters.patience() : Optional.empty();
    Caller caller = writes ? parameters.caller() : parameters.reader();
    if (!WriteDesk.accepted(exchange, parameters)) {
      return;
    }
    GroupId group = named.orElseThrow();
    Request request =
        new Request(
            exchange,
            group,
            caller,
            writeId,
            patience,
            new ControlQuestion(mesh, exchange, group, caller));
    if (post) {
      receive(request, match.route());
    } else {
      tell(request, match.route(), number);
    }
  }

  /** A request whose head is in order. */
  private record Request(
      Exchange exchange,
      GroupId group,
      Caller caller,
      Optional<String> writeId,
      Optional<Duration> patience,
      ControlQuestion question) {

    WriteRequest write(Command command) {
      return new WriteRequest(group, writeId, command, patience, caller);
    }
  }

  // ---- What is active, and was

  private static void tell(Request request, Route route, long number) {
    Exchange exchange = request.exchange();
    ControlQuestion question = request.question();
    GroupId group = request.group();
    switch (route) {
      case CONTROL ->
          question.askAsKnown(
              status ->
                  exchange.answer(
                      200,
                      Exchange.JSON,
                      ControlJson.active(group, status, question.isAdministrator(status))));
      case CONTROL_READINESS ->
          question.askAsKnown(
              status -> exchange.answer(200, Exchange.JSON, ControlJson.readiness(group, status)));
      case CONTROL_HISTORY ->
          question.askAsAdministrator(
              status -> exchange.answer(200, Exchange.JSON, ControlJson.history(group, status)));
      default ->
          question.askAsAdministrator(
              status ->
                  status
                      .control()
                      .record(number)
                      .ifPresentOrElse(
                          record ->
                              exchange.answer(200, Exchange.JSON, ControlJson.epoch(group, record)),
                          () -> exchange.refuse(notKept(status, number))));
    }
  }

  private static Problem notKept(ControlStatus status, long number) {
    Collection<ControlRecord> kept = status.control().records();
    return Problem.of(
        OutcomeCode.NOT_FOUND,
        "epoch %d is not kept; those from %d to %d are"
            .formatted(number, kept.iterator().next().epoch().number(), status.epoch().number()));
  }

  // ---- What changes it

  private interface Form {
    /** What is to be done with it; reading manifests takes its time. */
    Step read(ByteString body) throws WrongForm;
  }

  private void receive(Request request, Route route) {
    Form form =
        switch (route) {
          case CONTROL_PLAN -> body -> planning(request, ControlForm.ofActivation(body));
          case CONTROL_APPROVALS -> body -> approving(request, ControlForm.ofApproval(body));
          default -> body -> activating(request, ControlForm.ofActivation(body).numbered());
        };
    Exchange exchange = request.exchange();
    RequestBody.receiveForm(
        exchange,
        limits,
        body -> {
          // The body is there; what may still take its time is to read it, and the replica.
          exchange.expireAfter(
              limits.requestTimeout(), () -> Unanswered.problem(limits.requestTimeout()));
          exchange.await(
              exchange.vertx().executeBlocking(() -> readOf(form, body)).toCompletionStage(),
              step -> refusing(request, step));
        });
  }

  /** What is wrong with it is said where it is answered. */
  private static Step readOf(Form form, ByteString body) {
    try {
      return form.read(body);
    } catch (WrongForm wrong) {
      return () -> {
        throw wrong;
      };
    }
  }

  private Step planning(Request request, ControlForm form) {
    return () -> plan(request, form);
  }

  private Step approving(Request request, ControlForm form) {
    return () -> approve(request, form);
  }

  private Step activating(Request request, ControlForm form) {
    return () -> activate(request, form);
  }

  private interface Step {
    void run() throws WrongForm;
  }

  private static void refusing(Request request, Step step) {
    try {
      step.run();
    } catch (WrongForm wrong) {
      request.exchange().refuse(wrong.problem());
    }
  }

  private static void plan(Request request, ControlForm form) {
    request
        .question()
        .askAsAdministrator(
            form.number().orElse(0),
            status -> refusing(request, () -> plan(request, form, status)));
  }

  private static void plan(Request request, ControlForm form, ControlStatus status)
      throws WrongForm {
    Exchange exchange = request.exchange();
    long expected = form.number().orElse(status.epoch().number());
    Optional<Activation> activation = form.activation(status.control());
    if (activation.isEmpty()) {
      exchange.refuse(request.question().stale(status, expected));
      return;
    }
    ActivationOutcome outcome = status.decide(activation.get());
    if (outcome instanceof ActivationOutcome.Stale) {
      exchange.refuse(request.question().stale(status, expected));
    } else if (outcome instanceof ActivationOutcome.Refused refused
        && refused.code() != ActivationOutcome.Code.NOT_APPROVED) {
      throw new WrongForm(refused.code().code() + ": " + refused.reason());
    } else {
      exchange.answer(
          200, Exchange.JSON, ControlJson.plan(request.group(), status, activation.get()));
    }
  }

  /**
   * What the body leaves out is filled in here; all else is the leader's. An epoch that was active
   * is filled in as the active one is: it may be that this was done, and is asked for again.
   */
  private void activate(Request request, ControlForm form) {
    request
        .question()
        .ask(
            form.number().orElse(0),
            status ->
                refusing(
                    request,
                    () ->
                        write(
                            request,
                            form,
                            status,
                            form.activation(status.control()).map(Command.Activate::new))));
  }

  private void approve(Request request, ControlForm form) {
    request
        .question()
        .ask(
            form.number().orElse(0),
            status ->
                write(
                    request,
                    form,
                    status,
                    form.expected(status.control())
                        .map(
                            expected ->
                                new Command.Approve(expected, form.setHash().orElseThrow()))));
  }

  private void write(
      Request request,
      ControlForm form,
      ControlStatus status,
      Optional<? extends Command> command) {
    Exchange exchange = request.exchange();
    long expected = form.number().orElse(status.epoch().number());
    if (command.isEmpty()) {
      exchange.refuse(request.question().stale(status, expected));
      return;
    }
    desk.write(
        exchange,
        request.write(command.get()),
        answer -> {
          if (answer.code() == OutcomeCode.STALE_CONTROL_EPOCH) {
            tellCurrent(request, status, expected, Problem.of(answer));
          } else {
            WriteReply.send(exchange, answer);
          }
        });
  }

  /** The leader finds another epoch active; where this node does not yet, it will soon. */
  private static void tellCurrent(
      Request request, ControlStatus before, long expected, Problem stale) {
    boolean pinned = request.caller().pinned().isPresent();
    boolean behind = !pinned && before.epoch().number() == expected;
    request
        .question()
        .ask(
            behind ? expected + 1 : 0,
            status ->
                request
                    .exchange()
                    .refuse(
                        behind && status.epoch().number() == expected
                            ? stale
                            : request.question().withCurrent(status, stale)));
  }
}
