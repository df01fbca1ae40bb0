package io.holdfast.mesh.http;

import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.ChangesAnswer;
import io.holdfast.mesh.ChangesRequest;
import io.holdfast.mesh.Mesh;
import io.holdfast.mesh.ReadAnswer;
import io.holdfast.mesh.ReadRequest;
import io.holdfast.mesh.ReadRequest.Consistency;
import io.holdfast.mesh.core.WatchPosition;
import io.holdfast.mesh.metrics.HttpMeters;
import io.holdfast.sync.core.Caller;
import io.holdfast.sync.core.KeyRange;
import io.holdfast.sync.core.Place;
import io.holdfast.sync.core.ReadQuery;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;

/** {@code /v1/groups/{group}/watch}: a group's changes as server-sent events. */
final class WatchResource {

  private static final List<String> PARAMETERS = List.of("from", "prefix", "key");
  private static final String LAST_EVENT_ID = "Last-Event-ID";
  private static final String FORM = "allowed is a position such as 17 or 17.3";

  private final Mesh mesh;
  private final HttpLimits limits;
  private final HttpMeters meters;
  private final AtomicInteger watchers = new AtomicInteger();

  WatchResource(Mesh mesh, HttpLimits limits, HttpMeters meters) {
    this.meters = meters;
    this.mesh = mesh;
    this.limits = limits;
  }

  void handle(Exchange exchange, Route.Match match) {
    RequestParameters parameters = new RequestParameters(exchange, limits, PARAMETERS);
    Optional<GroupId> group = parameters.group(match.name(), mesh.groups());
    KeyRange keys = parameters.watched();
    OptionalLong from = from(exchange, parameters);
    Caller caller = parameters.reader();
    if (!WriteDesk.accepted(exchange, parameters)) {
      return;
    }
    if (from.isPresent()) {
      start(exchange, group.orElseThrow(), keys, from.getAsLong(), caller);
    } else {
      startAtNext(exchange, group.orElseThrow(), keys, caller);
    }
  }

  /** A client that comes again names what it has; it still sends its first {@code from}. */
  private static OptionalLong from(Exchange exchange, RequestParameters parameters) {
    String text = parameters.text("from");
    OptionalLong from = text.isEmpty() ? OptionalLong.empty() : WatchPosition.at(text);
    if (!text.isEmpty() && from.isEmpty()) {
      parameters.invalid("from", text, FORM);
    }
    String last = exchange.request().getHeader(LAST_EVENT_ID);
    if (last == null) {
      return from;
    }
    OptionalLong after = WatchPosition.after(last);
    if (after.isEmpty()) {
      parameters.invalid(LAST_EVENT_ID, last, FORM);
    }
    return after;
  }

  /** Whether the caller may know is found out with the first changes. */
  private void startAtNext(Exchange exchange, GroupId group, KeyRange keys, Caller caller) {
    exchange.await(
        mesh.read(new ReadRequest(group, ReadQuery.POSITION, Consistency.LOCAL, Caller.NODE)),
        answer -> {
          if (answer instanceof ReadAnswer.Listed listed) {
            start(exchange, group, keys, Place.first(listed.keys().revision() + 1), caller);
          } else {
            exchange.refuse(KeyResource.refusal(answer));
          }
        });
  }

  /** What can be refused is refused before the first event, with a status of its own. */
  private void start(
      Exchange exchange, GroupId group, KeyRange keys, long fromPlace, Caller caller) {
    exchange.await(
        mesh.changes(new ChangesRequest(group, fromPlace, keys, Duration.ZERO, caller)),
        answer -> {
          if (answer instanceof ChangesAnswer.Next next) {
            open(exchange, new Watch(exchange, mesh, group, keys, fromPlace, caller, limits), next);
          } else if (answer instanceof ChangesAnswer.Compacted compacted) {
            exchange.refuse(Problem.compacted(compacted.oldest()));
          } else if (answer instanceof ChangesAnswer.Refused refused) {
            exchange.refuse(
                Problem.of(refused.code(), refused.detail()).withRetryAfter(refused.retryAfter()));
          }
        });
  }

  private void open(Exchange exchange, Watch watch, ChangesAnswer.Next first) {
    if (watchers.incrementAndGet() > limits.maxWatchers()) {
      watchers.decrementAndGet();
      exchange.refuse(
          Problem.of(
                  OutcomeCode.OVERLOADED,
                  "this node serves at most " + limits.maxWatchers() + " watchers")
              .withRetryAfter(Optional.of(Duration.ofSeconds(1))));
      return;
    }
    meters.watches();
    watch.begin(
        first,
        () -> {
          watchers.decrementAndGet();
          meters.watchesNoMore();
        });
  }
}
