package io.holdfast.mesh.http;

import com.google.protobuf.ByteString;
import io.holdfast.config.core.GroupId;
import io.holdfast.mesh.Mesh;
import io.holdfast.mesh.WriteRequest;
import io.holdfast.sync.core.Caller;
import io.holdfast.sync.core.Command;
import io.holdfast.sync.core.Place;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Transactions, leases, compaction and the settling of writes. */
final class CommandResource {

  private static final List<String> PARAMETERS = List.of("wait");
  private static final List<String> LEASE_FIELDS = List.of("ttlMillis");
  private static final List<String> COMPACT_FIELDS = List.of("revision");

  /** Shorter ones would expire while a leader changes; longer ones are data, not leases. */
  private static final long MIN_TTL_MILLIS = Duration.ofSeconds(1).toMillis();

  private static final long MAX_TTL_MILLIS = Duration.ofDays(1).toMillis();

  private final Mesh mesh;
  private final HttpLimits limits;
  private final WriteDesk desk;

  CommandResource(Mesh mesh, HttpLimits limits, WriteDesk desk) {
    this.mesh = mesh;
    this.limits = limits;
    this.desk = desk;
  }

  private interface Form {
    Command read(ByteString body) throws WrongForm;
  }

  void handle(Exchange exchange, Route.Match match) {
    RequestParameters parameters = new RequestParameters(exchange, limits, PARAMETERS);
    Optional<GroupId> group = parameters.group(match.name(), mesh.groups());
    Optional<String> writeId =
        match.route() == Route.RESOLVE
            ? Optional.of(parameters.writeId("id", match.item()))
            : desk.writeId(parameters);
    long lease =
        match.route() == Route.LEASE || match.route() == Route.KEEP_ALIVE
            ? parameters.number("lease", match.item(), 1, Long.MAX_VALUE)
            : 1;
    Optional<Duration> patience = parameters.patience();
    Caller caller = parameters.caller();
    if (!WriteDesk.accepted(exchange, parameters)) {
      return;
    }
    Submission submission =
        new Submission(exchange, group.orElseThrow(), writeId, patience, caller);
    switch (match.route()) {
      case TRANSACTION -> submission.withBody(TransactionForm::read);
      case LEASES -> submission.withBody(CommandResource::grant);
      case COMPACT -> submission.withBody(CommandResource::compact);
      case LEASE -> submission.write(new Command.RevokeLease(lease));
      case KEEP_ALIVE -> submission.write(new Command.KeepAlive(lease));
      case RESOLVE -> submission.write(new Command.Resolve());
      default -> throw new IllegalStateException(match.route() + " is handled elsewhere");
    }
  }

  private static Command grant(ByteString body) throws WrongForm {
    JsonForm form = JsonForm.of(body);
    form.only(LEASE_FIELDS);
    return new Command.GrantLease(
        form.number("ttlMillis", MIN_TTL_MILLIS, MAX_TTL_MILLIS)
            .orElseThrow(() -> form.wrong("ttlMillis is needed")));
  }

  private static Command compact(ByteString body) throws WrongForm {
    JsonForm form = JsonForm.of(body);
    form.only(COMPACT_FIELDS);
    return new Command.Compact(
        form.number("revision", 1, Place.MAX_REVISION)
            .orElseThrow(() -> form.wrong("revision is needed")));
  }

  /** A request whose head is in order. */
  private final class Submission {

    private final Exchange exchange;
    private final GroupId group;
    private final Optional<String> writeId;
    private final Optional<Duration> patience;
    private final Caller caller;

    Submission(
        Exchange exchange,
        GroupId group,
        Optional<String> writeId,
        Optional<Duration> patience,
        Caller caller) {
      this.exchange = exchange;
      this.group = group;
      this.writeId = writeId;
      this.patience = patience;
      this.caller = caller;
    }

    void withBody(Form form) {
      RequestBody.receiveForm(
          exchange,
          limits,
          body -> {
            try {
              write(form.read(body));
            } catch (WrongForm wrong) {
              exchange.refuse(wrong.problem());
            }
          });
    }

    void write(Command command) {
      desk.write(exchange, new WriteRequest(group, writeId, command, patience, caller));
    }
  }
}
