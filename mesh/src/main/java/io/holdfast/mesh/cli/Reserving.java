package io.holdfast.mesh.cli;

import io.holdfast.config.core.control.Pool;
import io.holdfast.mesh.cli.Wish.Want;
import io.holdfast.sync.core.reservation.Reservation;
import io.holdfast.sync.core.reservation.ReservationAnswer.PoolUse;
import io.holdfast.sync.core.reservation.ReservationOutcome;
import io.holdfast.sync.core.reservation.ReservationOutcome.Entry;
import io.holdfast.sync.core.reservation.ReservationOutcome.Kind;
import io.holdfast.sync.core.reservation.ReservationRequest;
import io.holdfast.sync.core.reservation.ReservationRequest.Exact;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * Has the numbers of a wish given. One command takes the first that are free at that moment, so
 * there is no race to lose and nothing to clean up; ports are tried on this host before, to ask for
 * those that nobody listens on, and once more after they were given.
 */
final class Reserving {

  /** How often another number is asked for in the place of one that turns out to be occupied. */
  static final int MAX_ROUNDS = 16;

  private final ReservationWork work;
  private final Wish wish;
  private final HostProbe probe;
  private final Manner manner;
  private boolean expired;
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  /** What this run was given, by tag: what it gives back when it does not get all. */
  private final Map<String, Reservation> given = new LinkedHashMap<>();

  /**
   * How it is done.
   *
   * @param probes whether ports are tried on this host
   * @param autoclean whether reservations whose time is over are ended when none is free
   * @param dryRun whether nothing is done
   */
  record Manner(boolean probes, boolean autoclean, boolean dryRun) {}

  Reserving(ReservationWork work, Wish wish, HostProbe probe, Manner manner) {
    this.work = work;
    this.wish = wish;
    this.probe = probe;
    this.manner = manner;
  }

  /**
   * Does it.
   *
   * @return what became of each want, in their order
   * @throws Stop when not all were given; then none is
   */
  List<Entry> run() {
    Optional<PoolUse> use =
        manner.probes() ? work.pool(wish.host(), wish.pool()) : Optional.empty();
    Candidates candidates = new Candidates(probe);
    boolean probing = use.filter(each -> isOfPorts(each.pool())).isPresent();
    List<Want> open = probing ? withoutNumber() : List.of();
    if (!open.isEmpty()) {
      lookAtExact(open);
      candidates.look(
          open.stream().flatMap(want -> want.preferred().stream()).toList(),
          (int) open.stream().filter(want -> !want.exact()).count(),
          new FreeNumbers(work, use.orElseThrow(), wish.host()));
    }
    take(firstCommand(candidates));
    if (probing && !manner.dryRun()) {
      lookAgain(candidates);
    }
    return wish.wants().stream().flatMap(want -> entry(want).stream()).toList();
  }

  private Optional<Entry> entry(Want want) {
    return Optional.ofNullable(entries.get(want.tag()));
  }

  /** Whether a pool's numbers are ports of a host: it is called so. */
  static boolean isOfPorts(Pool pool) {
    return pool.scope() == Pool.Scope.HOST
        && (pool.name().equals("ports") || pool.name().endsWith("-ports"));
  }

  /** Those for which there is no number yet, or another one than the exact one. */
  private List<Want> withoutNumber() {
    Map<String, Long> has =
        work.find(wish.folder()).stream()
            .collect(Collectors.toMap(Reservation::tag, Reservation::value));
    List<Want> open = new ArrayList<>();
    for (Want want : wish.wants()) {
      Long value = has.get(want.tag());
      if (value == null || (want.exact() && want.number().orElseThrow() != value)) {
        open.add(want);
      }
    }
    return open;
  }

  /** An exact number that nobody has reserved, and somebody listens on, is not asked for. */
  private void lookAtExact(List<Want> open) {
    for (Want want : open) {
      if (want.exact()) {
        long value = want.number().orElseThrow();
        HostProbe.Finding finding = probe.probe(value);
        boolean reserved =
            !finding.isFree()
                && !work.find(Filters.value(wish.pool(), wish.host(), value)).isEmpty();
        if (!finding.isFree() && !reserved) {
          refuseOrTell(value, finding);
        }
      }
    }
  }

  private void refuseOrTell(long value, HostProbe.Finding finding) {
    String words = words(value, finding);
    if (!wish.force()) {
      throw Stop.because(
          Exit.REFUSED,
          finding.state() == HostProbe.State.OCCUPIED ? "occupied" : "unprobeable",
          words + ", and nobody has reserved it; next: take another one, or --force",
          Answers.object().put("pool", wish.pool()).put("value", value));
    }
    work.tell(words + "; reserved all the same, as --force says");
  }

  private static String words(long value, HostProbe.Finding finding) {
    return finding.state() == HostProbe.State.OCCUPIED
        ? "%d is occupied on this host (%s)".formatted(value, finding.why())
        : "%d cannot be tried on this host (%s)".formatted(value, finding.why());
  }

  // ---- Asking

  private ReservationRequest firstCommand(Candidates candidates) {
    return wish.request(
        wish.wants(),
        want ->
            want.exact()
                ? new Exact(want.number().orElseThrow())
                : candidates.choice(want.preferred(), OptionalLong.empty()));
  }

  private void take(ReservationRequest request) {
    ReservationResult result = work.ask(request, manner.dryRun());
    if (result instanceof ReservationResult.Refused refused) {
      result = afterExpiry(request, refused);
    }
    for (Entry entry : ((ReservationResult.Done) result).entries()) {
      Reservation one = entry.reservation();
      entries.put(one.tag(), entry);
      if (entry.kind() == Kind.GIVEN || given.containsKey(one.tag())) {
        given.put(one.tag(), one);
      }
    }
  }

  /** Nothing is free: one pass that ends what is over, then one more try, both told. */
  private ReservationResult afterExpiry(
      ReservationRequest request, ReservationResult.Refused refused) {
    boolean exhausted = refused.refusal().code() == ReservationOutcome.Code.POOL_EXHAUSTED;
    if (exhausted && manner.autoclean() && !manner.dryRun() && !expired) {
      expired = true;
      ReservationResult.Done ended =
          work.change(new ReservationRequest.Expire(Optional.of(wish.pool())), false);
      work.tell(
          "no number of pool %s is free; ended %d reservations of it whose time was over, and asked once more"
              .formatted(wish.pool(), ended.count()));
      if (work.ask(request, false) instanceof ReservationResult.Done done) {
        return done;
      }
    }
    giveBack();
    throw refused.stop();
  }

  // ---- Looking again

  /**
   * Tries what was given, and asks for another number in the place of one that is occupied: one
   * command gives it back and takes the other.
   */
  private void lookAgain(Candidates candidates) {
    for (int round = 0; round < MAX_ROUNDS; round++) {
      List<Want> bad = wish.wants().stream().filter(want -> isOccupied(want, candidates)).toList();
      if (bad.isEmpty()) {
        return;
      }
      take(
          wish.request(
              bad,
              want ->
                  candidates.choice(
                      Optional.empty(),
                      OptionalLong.of(entry(want).orElseThrow().reservation().revision()))));
    }
    giveBack();
    throw Stop.because(
        Exit.REFUSED,
        "occupied",
        "each of %d numbers that were given turned out to be occupied, and was given back; next: look with 'holdfast reservation scan', or reserve with --no-probe"
            .formatted(MAX_ROUNDS));
  }

  private boolean isOccupied(Want want, Candidates candidates) {
    Optional<Entry> entry = entry(want).filter(each -> each.kind() != Kind.KEPT);
    if (entry.isEmpty() || (want.exact() && wish.force())) {
      return false;
    }
    long value = entry.get().reservation().value();
    HostProbe.Finding finding = probe.probe(value);
    if (finding.isFree()) {
      return false;
    }
    if (want.exact()) {
      giveBack();
      throw Stop.because(
          Exit.REFUSED,
          "occupied",
          words(value, finding)
              + " since it was given, and was given back; next: take another one");
    }
    candidates.avoid(value);
    work.tell(words(value, finding) + ": given back, and another one asked for");
    return true;
  }

  /** All or none; but what another process of this folder was told since stays. */
  private void giveBack() {
    if (!given.isEmpty()) {
      ReservationResult.Done back =
          work.change(
              new ReservationRequest.Release(given.values().stream().map(Filters::asSeen).toList()),
              false);
      work.tell("gave back " + back.count() + " that had been given");
      given.clear();
    }
  }
}
