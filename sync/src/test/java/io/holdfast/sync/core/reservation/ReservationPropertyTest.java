package io.holdfast.sync.core.reservation;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.config.core.control.Pool;
import io.holdfast.sync.core.reservation.ReservationDecision.Terms;
import io.holdfast.sync.core.reservation.ReservationOutcome.Entry;
import io.holdfast.sync.core.reservation.ReservationOutcome.Kind;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random requests, beside a model that is as plain as can be. */
class ReservationPropertyTest {

  private static final int REQUESTS = 4_000;

  private final ReservationTable table = new ReservationTable();
  private final NaiveReservations naive = new NaiveReservations();
  private final Map<Kind, Integer> kinds = new EnumMap<>(Kind.class);
  private final Map<ReservationOutcome.Code, Integer> refusals =
      new EnumMap<>(ReservationOutcome.Code.class);
  private ReservationTable stored = new ReservationTable();
  private long revision;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void agreesWithANaiveModelAndKeepsItsRules(long seed) {
    Random random = new Random(seed);
    ReservationDraw draw = new ReservationDraw(random);
    long millis = 0;
    for (int n = 0; n < REQUESTS; n++) {
      millis += random.nextInt(2) == 0 ? 0 : random.nextInt(30_000);
      String principal = "p" + random.nextInt(4);
      ReservationRequest request = draw.request();
      Terms terms =
          new Terms(
              ReservationDraw.POOLS,
              principal,
              owner -> owner.equals(principal) || !owner.equals("p3"),
              random.nextInt(20) == 0 ? millis / 2 : millis,
              revision + 1,
              ReservationRules.PROTOCOL);
      step(request, terms);
      if (random.nextInt(10) == 0) {
        flush();
      }
      assertListsAlike(draw.filter(random.nextBoolean()), random);
    }
    assertThat(kinds).as("seed %d", seed).containsOnlyKeys(Kind.values());
    assertThat(refusals).hasSizeGreaterThanOrEqualTo(8);
  }

  private void step(ReservationRequest request, Terms terms) {
    List<Reservation> before = List.copyOf(table.all());
    Map<PoolPlace, List<Exclusion>> excludedBefore = new TreeMap<>(table.exclusions());
    ReservationOutcome planned = ReservationDecision.decide(request, table, terms);
    assertThat(table.all()).as("a plan changes nothing").containsExactlyElementsOf(before);
    ReservationOutcome outcome = ReservationDecision.decide(request, table, terms);
    assertThat(outcome).as("what is planned is what is done").isEqualTo(planned);
    Optional<ReservationOutcome.Code> refusal = naive.run(request, terms);
    if (outcome instanceof ReservationOutcome.Done done) {
      assertThat(refusal).as("%s", request).isEmpty();
      for (ReservationChange change : done.changes()) {
        table.take(change);
        assertOneHolderAndOneValue();
      }
      revision += done.changes().isEmpty() ? 0 : 1;
      done.entries().forEach(this::assertIsAsItSays);
    } else if (outcome instanceof ReservationOutcome.Refused refused) {
      assertThat(refusal).as("%s", request).contains(refused.code());
      refusals.merge(refused.code(), 1, Integer::sum);
      assertThat(table.exclusions()).as("AllOrNothing").isEqualTo(excludedBefore);
    }
    assertThat(table.all()).as("%s", request).containsExactlyElementsOf(naive.all());
    assertExclusionsAlike();
  }

  private void assertIsAsItSays(Entry entry) {
    kinds.merge(entry.kind(), 1, Integer::sum);
    boolean gone = entry.kind() == Kind.RELEASED || entry.kind() == Kind.EXPIRED;
    Optional<Reservation> there =
        table.holder(entry.reservation().valueKey()).filter(entry.reservation()::equals);
    assertThat(there.isEmpty()).as("%s", entry).isEqualTo(gone);
  }

  private void assertOneHolderAndOneValue() {
    HashSet<OwnerKey> owners = new HashSet<>();
    HashSet<ValueKey> values = new HashSet<>();
    for (Reservation one : table.all()) {
      assertThat(values.add(one.valueKey())).as("OneHolder of %s", one).isTrue();
      assertThat(owners.add(one.ownerKey())).as("OneValue of %s", one).isTrue();
      assertThat(table.of(one.ownerKey())).contains(one);
    }
    assertThat(table.size()).isEqualTo(owners.size());
  }

  private void assertExclusionsAlike() {
    for (Pool pool : ReservationDraw.POOLS.pools()) {
      for (String host : List.of("h1", "h2")) {
        PoolPlace place = PoolPlace.of(pool, host);
        assertThat(effective(pool, numbersOf(table.exclusionsOf(place))))
            .as("%s", place)
            .isEqualTo(effective(pool, naive.excluded(place)));
        assertThat(table.used(place))
            .isEqualTo(naive.all().stream().filter(one -> one.place().equals(place)).count());
      }
    }
  }

  private static Set<Long> numbersOf(List<Exclusion> exclusions) {
    TreeSet<Long> numbers = new TreeSet<>();
    for (Exclusion one : exclusions) {
      for (long n = one.span().first(); n <= one.span().last(); n++) {
        numbers.add(n);
      }
    }
    return numbers;
  }

  /** What cannot be given: whether the manifest excludes a number, too, makes no difference. */
  private static Set<Long> effective(Pool pool, Set<Long> excluded) {
    TreeSet<Long> all = new TreeSet<>();
    for (long n = pool.first(); n <= pool.last(); n++) {
      long number = n;
      if (excluded.contains(n)
          || pool.exclusions().stream().anyMatch(s -> s.first() <= number && number <= s.last())) {
        all.add(n);
      }
    }
    return all;
  }

  private void assertListsAlike(ReservationFilter filter, Random random) {
    List<Reservation> wanted = naive.all().stream().filter(filter::has).toList();
    int limit = 1 + random.nextInt(5);
    List<Reservation> pages = new ArrayList<>();
    Optional<ValueKey> after = Optional.empty();
    List<Reservation> page = table.list(filter, after, limit);
    while (!page.isEmpty()) {
      pages.addAll(page);
      after = Optional.of(page.get(page.size() - 1).valueKey());
      page = table.list(filter, after, limit);
    }
    assertThat(pages).as("%s", filter).isEqualTo(wanted);
  }

  /** What was taken since the last time, laid over what was there then, gives what there is. */
  private void flush() {
    ReservationTable.Delta delta = table.takeDelta();
    TreeMap<ValueKey, Reservation> rows = new TreeMap<>();
    stored.all().forEach(one -> rows.put(one.valueKey(), one));
    delta.ended().forEach(rows::remove);
    delta.put().forEach(one -> rows.put(one.valueKey(), one));
    TreeMap<PoolPlace, List<Exclusion>> excluded = new TreeMap<>(stored.exclusions());
    excluded.putAll(delta.exclusions());
    excluded.values().removeIf(List::isEmpty);
    stored = new ReservationTable(rows.values(), excluded);
    assertThat(stored.all()).containsExactlyElementsOf(table.all());
    assertThat(stored.exclusions()).isEqualTo(table.exclusions());
    assertThat(table.takeDelta().isEmpty()).isTrue();
  }
}
