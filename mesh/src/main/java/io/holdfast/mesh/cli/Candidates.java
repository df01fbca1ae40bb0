package io.holdfast.mesh.cli;

import io.holdfast.config.core.control.Pool;
import io.holdfast.sync.core.reservation.ReservationRequest;
import io.holdfast.sync.core.reservation.ReservationRequest.Any;
import io.holdfast.sync.core.reservation.ReservationRequest.Choice;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** Numbers that were tried on this host: which are free, and which are to be avoided. */
final class Candidates {

  /** More than are needed: others may take some of them first. */
  private static final int SPARE = 4;

  /** The most that are tried besides those that are preferred. */
  private static final int MAX_TRIED = 128;

  /** Tried though none of them was free: then the mesh is asked all the same. */
  private static final int LEAST_TRIED = 32;

  private final HostProbe probe;
  private final Set<Long> liked = new LinkedHashSet<>();
  private final Set<Long> free = new LinkedHashSet<>();
  private final SortedSet<Long> avoided = new TreeSet<>();

  Candidates(HostProbe probe) {
    this.probe = probe;
  }

  /**
   * Tries some.
   *
   * @param preferred first of all these
   * @param needed how many free ones are needed besides
   * @param others then these
   */
  void look(List<Long> preferred, int needed, FreeNumbers others) {
    liked.addAll(preferred);
    tryAll(preferred);
    int wanted = needed + SPARE;
    int bound = Math.min(MAX_TRIED, Math.max(LEAST_TRIED, 2 * wanted));
    int tried = 0;
    while (needed > 0 && free.size() < wanted && tried < bound) {
      List<Long> some = others.next(Math.min(wanted - free.size(), bound - tried));
      if (some.isEmpty()) {
        return;
      }
      tryAll(some);
      tried += some.size();
    }
  }

  private void tryAll(List<Long> ports) {
    probe.probe(ports).forEach((port, finding) -> (finding.isFree() ? free : avoided).add(port));
  }

  /** It was given, and turned out not to be free. */
  void avoid(long value) {
    free.remove(value);
    avoided.add(value);
  }

  /**
   * What is asked for.
   *
   * @param own what this one would like best
   * @param insteadOf the revision of the number in whose place it is
   */
  Choice choice(Optional<Long> own, OptionalLong insteadOf) {
    List<Long> preferred = new ArrayList<>();
    own.filter(value -> !avoided.contains(value)).ifPresent(preferred::add);
    // What another want of the same wish likes is left to it.
    free.stream().filter(value -> !liked.contains(value)).forEach(preferred::add);
    return new Any(
        preferred.subList(0, Math.min(preferred.size(), ReservationRequest.MAX_CANDIDATES)),
        spans(),
        insteadOf);
  }

  /** What is avoided, neighbours together: a request holds so many spans. */
  private List<Pool.Span> spans() {
    List<Pool.Span> spans = new ArrayList<>();
    for (long value : avoided) {
      Pool.Span last = spans.isEmpty() ? null : spans.get(spans.size() - 1);
      if (last != null && last.last() + 1 == value) {
        spans.set(spans.size() - 1, new Pool.Span(last.first(), value));
      } else if (spans.size() < ReservationRequest.MAX_CANDIDATES) {
        spans.add(new Pool.Span(value, value));
      }
    }
    return spans;
  }
}
