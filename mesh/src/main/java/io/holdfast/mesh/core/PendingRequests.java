package io.holdfast.mesh.core;

import io.holdfast.config.core.Now;
import io.holdfast.mesh.core.PendingRequest.Stage.Elsewhere;
import io.holdfast.sync.core.WriteId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The requests that a {@link RequestRouter} has not answered, by where they wait. */
final class PendingRequests {

  private record Leaving(long atNanos, long ticket) {}

  private final Map<Long, PendingRequest> here = new HashMap<>();

  /** In the order in which they were sent; not all wait equally long. */
  private final Map<Long, PendingRequest> elsewhere = new LinkedHashMap<>();

  private final TreeSet<Leaving> leaving = new TreeSet<>(PendingRequests::byTime);

  /** How many requests with that id wait for a verdict: a client may send one twice. */
  private final Map<WriteId, Integer> proposed = new HashMap<>();

  int here() {
    return here.size();
  }

  int elsewhere() {
    return elsewhere.size();
  }

  boolean isProposed(WriteId id) {
    return proposed.containsKey(id);
  }

  @Nullable PendingRequest findHere(long ticket) {
    return here.get(ticket);
  }

  @Nullable PendingRequest findElsewhere(long ticket) {
    return elsewhere.get(ticket);
  }

  /** Adds a request, or replaces it by what became of it at the same kind of stage. */
  void put(PendingRequest request) {
    PendingRequest before = of(request).put(request.ticket(), request);
    if (before == null) {
      request
          .leavesAtNanos()
          .ifPresent(atNanos -> leaving.add(new Leaving(atNanos, request.ticket())));
      if (isProposal(request)) {
        proposed.merge(((ClientRequest.Write) request.request()).id(), 1, Integer::sum);
      }
    } else if (before.leavesAtNanos().isPresent() && request.leavesAtNanos().isEmpty()) {
      leaving.remove(new Leaving(before.leavesAtNanos().getAsLong(), request.ticket()));
    }
  }

  /** Removes a request that is in here. */
  void remove(PendingRequest request) {
    of(request).remove(request.ticket());
    request
        .leavesAtNanos()
        .ifPresent(atNanos -> leaving.remove(new Leaving(atNanos, request.ticket())));
    if (isProposal(request)) {
      proposed.computeIfPresent(
          ((ClientRequest.Write) request.request()).id(),
          (id, count) -> count == 1 ? null : count - 1);
    }
  }

  /** Removes and returns the forwarded requests whose time has passed. */
  List<PendingRequest> removeOverdue(Now now) {
    List<PendingRequest> overdue = new ArrayList<>();
    for (PendingRequest request : elsewhere.values()) {
      if (now.isAfter(((Elsewhere) request.stage()).deadlineNanos())) {
        overdue.add(request);
      }
    }
    overdue.forEach(this::remove);
    return overdue;
  }

  /** Removes and returns the forwarded requests for which {@code lost} holds. */
  List<PendingRequest> removeElsewhere(Predicate<Elsewhere> lost) {
    List<PendingRequest> found = new ArrayList<>();
    for (PendingRequest request : elsewhere.values()) {
      if (lost.test((Elsewhere) request.stage())) {
        found.add(request);
      }
    }
    found.forEach(this::remove);
    return found;
  }

  /** Removes and returns everything, in the order of the tickets. */
  List<PendingRequest> removeAll() {
    List<PendingRequest> all = new ArrayList<>(here.values());
    all.addAll(elsewhere.values());
    all.sort(Comparator.comparingLong(PendingRequest::ticket));
    all.forEach(this::remove);
    return all;
  }

  /** The requests whose clients leave now; they stay in here, without their callers. */
  List<PendingRequest> letGo(Now now) {
    List<PendingRequest> left = new ArrayList<>();
    for (Iterator<Leaving> next = leaving.iterator(); next.hasNext(); ) {
      Leaving first = next.next();
      if (now.nanosSince(first.atNanos()) < 0) {
        break;
      }
      PendingRequest request = here.getOrDefault(first.ticket(), elsewhere.get(first.ticket()));
      if (request != null) {
        left.add(request);
      }
    }
    left.forEach(request -> put(request.withoutCaller()));
    return left;
  }

  private static int byTime(Leaving a, Leaving b) {
    int byTime = Long.signum(a.atNanos() - b.atNanos()); // the clock's origin is arbitrary
    return byTime != 0 ? byTime : Long.compare(a.ticket(), b.ticket());
  }

  private Map<Long, PendingRequest> of(PendingRequest request) {
    return request.isElsewhere() ? elsewhere : here;
  }

  private static boolean isProposal(PendingRequest request) {
    return !request.isElsewhere() && request.request() instanceof ClientRequest.Write;
  }
}
