package io.holdfast.sync.core.reservation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.holdfast.config.core.control.Pool;
import io.holdfast.config.core.control.PoolsManifest;
import io.holdfast.sync.core.reservation.ReservationDecision.Terms;
import io.holdfast.sync.core.reservation.ReservationOutcome.Code;
import io.holdfast.sync.core.reservation.ReservationOutcome.Done;
import io.holdfast.sync.core.reservation.ReservationOutcome.Entry;
import io.holdfast.sync.core.reservation.ReservationOutcome.Kind;
import io.holdfast.sync.core.reservation.ReservationOutcome.Refused;
import io.holdfast.sync.core.reservation.ReservationRequest.Any;
import io.holdfast.sync.core.reservation.ReservationRequest.Ask;
import io.holdfast.sync.core.reservation.ReservationRequest.Choice;
import io.holdfast.sync.core.reservation.ReservationRequest.Exact;
import io.holdfast.sync.core.reservation.ReservationRequest.Reserve;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Each rule of giving numbers, and giving them back. */
class ReservationDecisionTest {

  private static final PoolsManifest POOLS =
      new PoolsManifest(
          List.of(
              new Pool("ports", Pool.Scope.HOST, 10, 14, List.of(span(11, 11)), Optional.empty()),
              new Pool(
                  "ids", Pool.Scope.MESH, 1, 3, List.of(), Optional.of(Duration.ofMinutes(1)))));

  private final ReservationTable table = new ReservationTable();
  private long revision;
  private long millis = 1_000;
  private String principal = "ann";

  private static Pool.Span span(long first, long last) {
    return new Pool.Span(first, last);
  }

  private static Ask ask(String path, Choice choice) {
    return new Ask("ports", path, "", Optional.empty(), Optional.empty(), choice);
  }

  private static Reserve reserve(Ask... asks) {
    return new Reserve("h1", List.of(asks), false);
  }

  private static Reserve forced(Ask... asks) {
    return new Reserve("h1", List.of(asks), true);
  }

  private static Any insteadOf(long avoided, long asOf) {
    return new Any(List.of(), List.of(span(avoided, avoided)), OptionalLong.of(asOf));
  }

  private ReservationOutcome decide(ReservationRequest request) {
    return decide(request, POOLS);
  }

  private ReservationOutcome decide(ReservationRequest request, PoolsManifest pools) {
    String caller = principal;
    return ReservationDecision.decide(
        request,
        table,
        new Terms(
            pools,
            caller,
            owner -> owner.equals(caller) || caller.equals("admin"),
            millis,
            revision + 1,
            ReservationRules.PROTOCOL));
  }

  private List<Entry> done(ReservationRequest request) {
    ReservationOutcome outcome = decide(request);
    assertThat(outcome).isInstanceOf(Done.class);
    Done done = (Done) outcome;
    done.changes().forEach(table::take);
    revision += done.changes().isEmpty() ? 0 : 1;
    return done.entries();
  }

  private Entry one(ReservationRequest request) {
    List<Entry> entries = done(request);
    assertThat(entries).hasSize(1);
    return entries.get(0);
  }

  private long given(ReservationRequest request) {
    return one(request).reservation().value();
  }

  private Refused refused(ReservationRequest request) {
    int before = table.size();
    ReservationOutcome outcome = decide(request);
    assertThat(outcome).isInstanceOf(Refused.class);
    assertThat(table.size()).isEqualTo(before);
    return (Refused) outcome;
  }

  private Code code(ReservationRequest request) {
    return refused(request).code();
  }

  // ---- Giving

  @Test
  void givesTheSmallestThatIsNeitherTakenNorExcluded() {
    assertThat(given(reserve(ask("/a", Any.FREE)))).isEqualTo(10);
    assertThat(given(reserve(ask("/b", Any.FREE)))).as("11 is excluded").isEqualTo(12);
    assertThat(given(new Reserve("h2", List.of(ask("/a", Any.FREE)), false)))
        .as("each host has its own")
        .isEqualTo(10);
    assertThat(
            given(reserve(new Ask("ids", "/a", "", Optional.empty(), Optional.empty(), Any.FREE))))
        .isEqualTo(1);
    assertThat(
            given(
                new Reserve(
                    "h2",
                    List.of(new Ask("ids", "/b", "", Optional.empty(), Optional.empty(), Any.FREE)),
                    false)))
        .as("the mesh has one of each")
        .isEqualTo(2);
  }

  @Test
  void keepsWhatAnOwnerHasWhateverItWouldRather() {
    Entry first = one(reserve(ask("/a", Any.FREE)));
    millis = 2_000;
    Entry again = one(reserve(ask("/a", new Any(List.of(14L), List.of(), OptionalLong.empty()))));

    assertThat(first.kind()).isEqualTo(Kind.GIVEN);
    assertThat(again.kind()).isEqualTo(Kind.KEPT);
    assertThat(again.reservation().value()).isEqualTo(10);
    assertThat(again.reservation().createdAtMillis()).isEqualTo(1_000);
    assertThat(again.reservation().lastUsedAtMillis()).isEqualTo(2_000);
    assertThat(again.reservation().revision()).isEqualTo(2);
    millis = 500;
    assertThat(one(reserve(ask("/a", Any.FREE))).reservation().lastUsedAtMillis())
        .as("a clock that goes back takes nothing away")
        .isEqualTo(2_000);
  }

  @Test
  void takesWhatIsPreferredIfThePoolHasItAndItIsFree() {
    given(reserve(ask("/a", new Exact(13))));
    Any any = new Any(List.of(99L, 11L, 13L, 14L, 12L), List.of(), OptionalLong.empty());
    assertThat(given(reserve(ask("/b", any)))).isEqualTo(14);
    Any avoiding = new Any(List.of(10L), List.of(span(1, 10)), OptionalLong.empty());
    assertThat(given(reserve(ask("/c", avoiding)))).isEqualTo(12);
  }

  @Test
  void exactNumberIsThatOneOrNone() {
    assertThat(given(reserve(ask("/a", new Exact(12))))).isEqualTo(12);
    Refused taken = refused(reserve(ask("/b", new Exact(12))));
    assertThat(taken.code()).isEqualTo(Code.CONFLICT);
    assertThat(taken.holder().orElseThrow().path()).isEqualTo("/a");
    assertThat(code(forced(ask("/b", new Exact(12))))).as("even by force").isEqualTo(Code.CONFLICT);
    assertThat(code(reserve(ask("/b", new Exact(15))))).isEqualTo(Code.OUTSIDE_RANGE);
    assertThat(given(forced(ask("/b", new Exact(15))))).isEqualTo(15);
    assertThat(code(reserve(ask("/c", new Exact(11))))).isEqualTo(Code.EXCLUDED);
    assertThat(given(forced(ask("/c", new Exact(11))))).isEqualTo(11);
  }

  @Test
  void ownerOfAnotherNumberGetsTheExactOneByForceOnly() {
    given(reserve(ask("/a", new Exact(12))));
    assertThat(refused(reserve(ask("/a", new Exact(13)))).holder().orElseThrow().value())
        .isEqualTo(12);
    Entry moved = one(forced(ask("/a", new Exact(13))));
    assertThat(moved.kind()).isEqualTo(Kind.MOVED);
    assertThat(table.size()).isEqualTo(1);
    assertThat(given(reserve(ask("/b", new Exact(12))))).as("it is free again").isEqualTo(12);
  }

  @Test
  void poolThatHasNoneLeftSaysSo() {
    for (String path : List.of("/a", "/b", "/c", "/d")) {
      given(reserve(ask(path, Any.FREE)));
    }
    assertThat(code(reserve(ask("/e", Any.FREE)))).isEqualTo(Code.POOL_EXHAUSTED);
    assertThat(one(reserve(ask("/a", Any.FREE))).kind()).isEqualTo(Kind.KEPT);
    assertThat(
            code(reserve(new Ask("none", "/a", "", Optional.empty(), Optional.empty(), Any.FREE))))
        .isEqualTo(Code.UNKNOWN_POOL);
  }

  @Test
  void groupFindsWhatItsEarlierAsksWereGiven() {
    List<Entry> entries =
        done(reserve(ask("/a", Any.FREE), ask("/b", Any.FREE), ask("/c", new Exact(13))));
    assertThat(entries).extracting(e -> e.reservation().value()).containsExactly(10L, 12L, 13L);
    assertThat(entries).extracting(e -> e.reservation().revision()).containsOnly(1L);
    assertThat(refused(reserve(ask("/d", Any.FREE), ask("/e", new Exact(14)))).ask()).isEqualTo(1);
    assertThat(table.size()).as("AllOrNothing").isEqualTo(3);
    List<Entry> moving =
        done(forced(ask("/a", new Exact(14)), ask("/f", Any.FREE), ask("/b", Any.FREE)));
    assertThat(moving)
        .as("/a leaves 10 to /f")
        .extracting(e -> e.reservation().value())
        .containsExactly(14L, 10L, 12L);
  }

  @Test
  void anotherNumberIsGivenOnlyWhileNobodyHasAskedSince() {
    Entry first = one(reserve(ask("/a", Any.FREE)));
    long asOf = first.reservation().revision();
    assertThat(one(reserve(ask("/a", insteadOf(99, asOf)))).kind())
        .as("what it has is not avoided")
        .isEqualTo(Kind.KEPT);
    assertThat(one(reserve(ask("/a", insteadOf(10, asOf)))).kind())
        .as("it was asked for since")
        .isEqualTo(Kind.KEPT);
    Entry moved = one(reserve(ask("/a", insteadOf(10, revision))));
    assertThat(moved.kind()).isEqualTo(Kind.MOVED);
    assertThat(moved.reservation().value()).isEqualTo(12);
    assertThat(one(reserve(ask("/a", insteadOf(10, asOf)))).reservation().value())
        .as("a retry of what was late moves it no further")
        .isEqualTo(12);
  }

  @Test
  void projectAndTaskStayUnlessForced() {
    Ask first = new Ask("ports", "/a", "", Optional.of("p"), Optional.empty(), Any.FREE);
    given(reserve(first));
    Ask other = new Ask("ports", "/a", "", Optional.of("q"), Optional.of("t"), Any.FREE);
    assertThat(code(reserve(other))).isEqualTo(Code.STICKY);
    assertThat(one(reserve(ask("/a", Any.FREE))).reservation().project()).isEqualTo("p");
    Ask task = new Ask("ports", "/a", "", Optional.empty(), Optional.of("t"), Any.FREE);
    assertThat(one(reserve(task)).reservation().task())
        .as("what was not said before may be said")
        .isEqualTo("t");
    assertThat(one(forced(other)).reservation().project()).isEqualTo("q");
  }

  @Test
  void whatBelongsToAnotherPrincipalStays() {
    given(reserve(ask("/a", Any.FREE)));
    principal = "bob";
    assertThat(code(reserve(ask("/a", Any.FREE)))).isEqualTo(Code.NOT_OWNER);
    assertThat(code(forced(ask("/a", new Exact(13))))).isEqualTo(Code.NOT_OWNER);
    assertThat(code(release("/a"))).isEqualTo(Code.NOT_OWNER);
    assertThat(code(new ReservationRequest.Migrate("h1", "/a", "/b", true)))
        .isEqualTo(Code.NOT_OWNER);
    principal = "admin";
    Entry moved = one(forced(ask("/a", new Exact(13))));
    assertThat(moved.reservation().principal()).as("it stays ann's").isEqualTo("ann");
  }

  @Test
  void noMoreThanThereMayBe() {
    giveEach("h1", "", 0, ReservationTable.MAX_RESERVATIONS);
    assertThat(decide(reserve(ask("/a", Any.FREE)), LARGE))
        .isInstanceOfSatisfying(
            Refused.class, refused -> assertThat(refused.code()).isEqualTo(Code.TOO_MANY));
    assertThat(decide(reserve(ask("/p7", Any.FREE)), LARGE)).isInstanceOf(Done.class);
    assertThat(
            decide(
                new ReservationRequest.Release(List.of(ReservationFilter.ofPath("h1", "/", true))),
                LARGE))
        .as("more than one request may change")
        .isInstanceOf(Refused.class);
  }

  // ---- What one request may take

  private static final PoolsManifest LARGE =
      new PoolsManifest(
          List.of(new Pool("ports", Pool.Scope.HOST, 0, 200_000, List.of(), Optional.empty())));

  /** Each of the first numbers is given to a path of its own, below the same one. */
  private void giveEach(String host, String below, int first, int count) {
    for (long n = first; n < first + count; n++) {
      table.take(
          new ReservationChange.Put(
              new Reservation(
                  "ports", host, n, host, below + "/p" + n, "", "", "", "ann", 0, 0, 1)));
    }
  }

  private static ReservationFilter taggedBelowRoot(String tag) {
    return new ReservationFilter(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of("/"),
        true,
        Optional.of(tag),
        Optional.empty(),
        OptionalLong.empty(),
        OptionalLong.empty());
  }

  private static List<ReservationFilter> asMany(IntFunction<ReservationFilter> filter) {
    return IntStream.range(0, ReservationRequest.MAX_ASKS).mapToObj(filter).toList();
  }

  @Test
  void releaseThatWouldLookAtTooMuchIsRefused() {
    giveEach("h1", "", 0, 10_000);
    assertThat(code(new ReservationRequest.Release(asMany(n -> taggedBelowRoot("t" + n)))))
        .as("64 times all that there is, though nothing has these tags")
        .isEqualTo(Code.TOO_MANY);
    assertThat(done(new ReservationRequest.Release(asMany(n -> taggedBelowRoot("t"))))).isEmpty();
  }

  @Test
  void releaseOfNumbersEverywhereIsRefusedWhereThereAreTooManyPlaces() {
    for (int host = 0; host < 10_000; host++) {
      giveEach("h" + host, "", 0, 1);
    }
    assertThat(code(new ReservationRequest.Release(asMany(n -> numbered(1_000L + n)))))
        .isEqualTo(Code.TOO_MANY);
    assertThat(done(new ReservationRequest.Release(List.of(numbered(1_000L))))).isEmpty();
    assertThat(
            done(
                new ReservationRequest.Release(
                    asMany(n -> ReservationFilter.ofPath("h7", "/p" + n, true)))))
        .as("one host's are found without a look at the others")
        .hasSize(1);
  }

  private static ReservationFilter numbered(long value) {
    return new ReservationFilter(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        false,
        Optional.empty(),
        Optional.empty(),
        OptionalLong.of(value),
        OptionalLong.empty());
  }

  @Test
  void requestChangesAsMuchAsItMayAndNoMore() {
    giveEach("h1", "/a", 0, ReservationDecision.MAX_CHANGES - 1);
    giveEach("h1", "/b", 20_000, 1);
    ReservationRequest release =
        new ReservationRequest.Release(List.of(ReservationFilter.ofPath("h1", "/", true)));
    assertThat(((Done) decide(release, LARGE)).changes()).hasSize(ReservationDecision.MAX_CHANGES);
    giveEach("h1", "/b", 20_001, 1);
    assertThat(((Refused) decide(release, LARGE)).code()).isEqualTo(Code.TOO_MANY);
  }

  @Test
  void whatStandsInTheWayOfAMigrationCountsAsAChange() {
    giveEach("h1", "/a", 0, ReservationDecision.MAX_CHANGES - 1);
    ReservationRequest migrate = new ReservationRequest.Migrate("h1", "/a", "/b", true);
    Reservation inTheWay = inTheWay(ReservationDecision.MAX_CHANGES - 2);
    table.take(new ReservationChange.Put(inTheWay));
    assertThat(((Done) decide(migrate, LARGE)).changes()).hasSize(ReservationDecision.MAX_CHANGES);

    table.take(new ReservationChange.End(inTheWay));
    giveEach("h1", "/a", ReservationDecision.MAX_CHANGES - 1, 1);
    table.take(new ReservationChange.Put(inTheWay(ReservationDecision.MAX_CHANGES - 1)));
    assertThat(((Refused) decide(migrate, LARGE)).code())
        .as("the last one of as many as it may change takes two changes")
        .isEqualTo(Code.TOO_MANY);
  }

  private static Reservation inTheWay(long of) {
    return new Reservation("ports", "h1", 20_000, "h1", "/b/p" + of, "", "", "", "ann", 0, 0, 1);
  }

  // ---- Giving back

  private static ReservationRequest release(String path) {
    return new ReservationRequest.Release(List.of(ReservationFilter.ofPath("h1", path, false)));
  }

  @Test
  void givingBackTwiceIsNothing() {
    given(reserve(ask("/a", Any.FREE)));
    assertThat(one(release("/a")).kind()).isEqualTo(Kind.RELEASED);
    assertThat(done(release("/a"))).isEmpty();
    assertThat(revision).isEqualTo(2);
  }

  @Test
  void whatTwoFiltersHaveIsGivenBackOnce() {
    given(reserve(ask("/a", Any.FREE)));
    ReservationFilter filter = ReservationFilter.ofPath("h1", "/a", true);
    assertThat(done(new ReservationRequest.Release(List.of(filter, filter)))).hasSize(1);
    assertThat(table.size()).isZero();
  }

  @Test
  void migratesWhatStandsBelowToTheSamePlaceBelow() {
    done(reserve(ask("/a", Any.FREE), ask("/a/x", Any.FREE), ask("/ab", Any.FREE)));
    List<Entry> moved = done(new ReservationRequest.Migrate("h1", "/a", "/c/d", false));
    assertThat(moved).extracting(e -> e.reservation().path()).containsExactly("/c/d", "/c/d/x");
    assertThat(moved).extracting(e -> e.reservation().value()).containsExactly(10L, 12L);
    assertThat(code(new ReservationRequest.Migrate("h1", "/a", "/e", false)))
        .isEqualTo(Code.NOTHING_THERE);
    assertThat(code(new ReservationRequest.Migrate("h2", "/ab", "/e", false)))
        .as("another host's")
        .isEqualTo(Code.NOTHING_THERE);
  }

  @Test
  void migrationThatWouldMakeAPathTooLongIsRefusedAsThat() {
    done(reserve(ask("/a/" + "x".repeat(ReservationText.MAX_PATH_BYTES - 3), Any.FREE)));
    assertThat(refused(new ReservationRequest.Migrate("h1", "/a", "/bc", true)))
        .isEqualTo(new Refused(Code.PATH_TOO_LONG, 0, "ports", Optional.of(10L), Optional.empty()));
    assertThat(done(new ReservationRequest.Migrate("h1", "/a", "/b", true))).hasSize(1);
  }

  @Test
  void whatStandsInTheWayOfAMigrationIsGivenBackByForceOnly() {
    done(reserve(ask("/a", Any.FREE), ask("/b", Any.FREE)));
    Refused refused = refused(new ReservationRequest.Migrate("h1", "/a", "/b", false));
    assertThat(refused.code()).isEqualTo(Code.CONFLICT);
    assertThat(refused.holder().orElseThrow().path()).isEqualTo("/b");
    List<Entry> entries = done(new ReservationRequest.Migrate("h1", "/a", "/b", true));
    assertThat(entries).extracting(Entry::kind).containsExactly(Kind.RELEASED, Kind.MIGRATED);
    assertThat(table.all()).extracting(Reservation::value).containsExactly(10L);
  }

  @Test
  void expiresNothingBeforeItsTimeIsOver() {
    Ask ask = new Ask("ids", "/a", "", Optional.empty(), Optional.empty(), Any.FREE);
    given(reserve(ask));
    given(reserve(ask("/a", Any.FREE)));
    millis = 1_000 + 59_999;
    assertThat(done(new ReservationRequest.Expire(Optional.empty()))).isEmpty();
    millis++;
    assertThat(done(new ReservationRequest.Expire(Optional.of("ports"))))
        .as("ports have no expiry")
        .isEmpty();
    assertThat(one(new ReservationRequest.Expire(Optional.empty())).kind()).isEqualTo(Kind.EXPIRED);
    assertThat(code(new ReservationRequest.Expire(Optional.of("none"))))
        .isEqualTo(Code.UNKNOWN_POOL);
  }

  // ---- Pools that are no more

  @Test
  void whatPoolsThatAreNoMoreHaveCanBeGivenBackAndMigrated() {
    done(reserve(ask("/a", Any.FREE), ask("/b", Any.FREE)));
    PoolsManifest none = new PoolsManifest(List.of());
    assertThat(decide(reserve(ask("/a", Any.FREE)), none)).isInstanceOf(Refused.class);
    assertThat(decide(release("/a"), none)).isInstanceOf(Done.class);
    assertThat(decide(new ReservationRequest.Migrate("h1", "/a", "/z", false), none))
        .isInstanceOf(Done.class);
    ReservationOutcome expired = decide(new ReservationRequest.Expire(Optional.empty()), none);
    assertThat(((Done) expired).changes()).as("nobody knows when").isEmpty();
  }

  @Test
  void poolMayNotChangeItsScopeWhileNumbersAreGivenOrExcludedByIt() {
    Pool mesh = new Pool("ports", Pool.Scope.MESH, 1, 9, List.of(), Optional.empty());
    Pool host = new Pool("ports", Pool.Scope.HOST, 1, 9, List.of(), Optional.empty());
    assertThat(table.inUse().allows(mesh)).isTrue();
    given(reserve(ask("/a", Any.FREE)));
    assertThat(table.inUse().allows(mesh)).isFalse();
    assertThat(table.inUse().allows(host)).isTrue();
    done(release("/a"));
    assertThat(table.inUse().allows(mesh)).isTrue();
    done(new ReservationRequest.Exclude("h1", "ports", new Exclusion(span(12, 13), "")));
    assertThat(table.inUse().allows(mesh)).isFalse();
    assertThat(
            table
                .inUse()
                .allows(new Pool("port", Pool.Scope.MESH, 1, 9, List.of(), Optional.empty())))
        .as("another pool")
        .isTrue();
  }

  @Test
  void countsWhatIsGivenAndFreeWhereverThePoolsNumbersAreThereOnce() {
    given(reserve(ask("/a", Any.FREE)));
    given(reserve(ask("/b", Any.FREE)));
    done(new ReservationRequest.Exclude("h1", "ports", new Exclusion(span(12, 13), "")));
    done(
        new Reserve(
            "h2",
            List.of(
                ask("/c", Any.FREE),
                new Ask("ids", "/c", "", Optional.empty(), Optional.empty(), new Exact(2))),
            false));

    assertThat(PoolUsage.of(POOLS.pools(), table))
        .as("on h1 10 and 12 are given, 11 to 13 excluded: 14 is free; on h2 three are")
        .extracting(
            usage -> usage.pool().name(),
            PoolUsage::size,
            PoolUsage::used,
            PoolUsage::hosts,
            PoolUsage::free)
        .containsExactlyInAnyOrder(
            org.assertj.core.groups.Tuple.tuple("ports", 5L, 3L, 2L, 1L),
            org.assertj.core.groups.Tuple.tuple("ids", 3L, 1L, 0L, 2L));
  }

  // ---- Excluding

  private List<Exclusion> excluded() {
    return table.exclusionsOf(new PoolPlace("ports", "h1"));
  }

  private static ReservationRequest exclude(long first, long last, String reason) {
    return new ReservationRequest.Exclude("h1", "ports", new Exclusion(span(first, last), reason));
  }

  @Test
  void excludedNumbersAreNotGivenAndWhoHasOneKeepsIt() {
    given(reserve(ask("/a", new Exact(12))));
    done(exclude(10, 13, "broken"));
    assertThat(given(reserve(ask("/b", Any.FREE)))).isEqualTo(14);
    assertThat(one(reserve(ask("/a", Any.FREE))).kind()).isEqualTo(Kind.KEPT);
    long before = revision;
    done(exclude(10, 13, "broken"));
    assertThat(revision).as("the same once more is nothing").isEqualTo(before);
    done(exclude(10, 13, "mended"));
    assertThat(excluded()).containsExactly(new Exclusion(span(10, 13), "mended"));
    assertThat(code(exclude(20, 30, ""))).isEqualTo(Code.OUTSIDE_RANGE);
  }

  @Test
  void includesPartOfWhatIsExcluded() {
    done(exclude(10, 14, "r"));
    done(new ReservationRequest.Include("h1", "ports", span(12, 12)));
    assertThat(excluded())
        .containsExactly(new Exclusion(span(10, 11), "r"), new Exclusion(span(13, 14), "r"));
    done(new ReservationRequest.Include("h1", "ports", span(0, 100)));
    assertThat(table.exclusions()).isEmpty();
  }

  @Test
  void whatIsExcludedFromAPoolThatIsNoMoreCanBeTakenAway() {
    done(exclude(10, 14, "r"));
    PoolsManifest none = new PoolsManifest(List.of());
    ReservationRequest include = new ReservationRequest.Include("h1", "ports", span(10, 14));
    ((Done) decide(include, none)).changes().forEach(table::take);
    assertThat(table.exclusions()).isEmpty();
    assertThat(decide(include, none)).isInstanceOf(Refused.class);
  }

  @Test
  void writesExclusionsAsFewAndExcludesTheSame() {
    done(exclude(10, 10, "a"));
    done(exclude(11, 12, "a"));
    done(exclude(12, 13, "b"));
    done(exclude(14, 99, "b"));
    done(new ReservationRequest.CompactExclusions("h1", "ports"));
    assertThat(excluded())
        .as("11 is the manifest's, beyond 14 is nothing")
        .containsExactly(
            new Exclusion(span(10, 10), "a"),
            new Exclusion(span(12, 12), "a"),
            new Exclusion(span(13, 14), "b"));
    long before = revision;
    done(new ReservationRequest.CompactExclusions("h1", "ports"));
    assertThat(revision).isEqualTo(before);
  }

  @Test
  void oneExclusionAcrossOnesOfTheManifestStaysOne() {
    List<Pool.Span> odd = new ArrayList<>();
    for (long n = 1; n < 2_000; n += 2) {
      odd.add(span(n, n));
    }
    PoolsManifest holes =
        new PoolsManifest(
            List.of(new Pool("ports", Pool.Scope.HOST, 0, 2_000, odd, Optional.empty())));
    ((Done) decide(exclude(0, 2_000, "r"), holes)).changes().forEach(table::take);
    ReservationOutcome compacted =
        decide(new ReservationRequest.CompactExclusions("h1", "ports"), holes);
    assertThat(((Done) compacted).changes()).as("it cannot be fewer than one").isEmpty();
  }

  @Test
  void noMoreExclusionsThanThereMayBe() {
    PoolsManifest large =
        new PoolsManifest(
            List.of(new Pool("ports", Pool.Scope.HOST, 0, 9_999, List.of(), Optional.empty())));
    for (long n = 0; n < ReservationTable.MAX_EXCLUSIONS; n++) {
      ((Done) decide(exclude(2 * n, 2 * n, ""), large)).changes().forEach(table::take);
    }
    assertThat(((Refused) decide(exclude(9_000, 9_000, ""), large)).code())
        .isEqualTo(Code.TOO_MANY);
  }

  // ---- What cannot be asked for

  @Test
  void refusesRequestsThatMeanNothing() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> reserve(ask("/a", Any.FREE), ask("/a", new Exact(3))))
        .withMessageContaining("two for pool ports");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Reserve("h1", List.of(), false))
        .withMessageContaining("asks: none");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ReservationRequest.Release(List.of(ReservationFilter.ALL)))
        .withMessageContaining("neither a path nor a number");
    for (String path : List.of("", "a", "/a/", "//", "/./a", "/a/..", "/a\n", "/\ud800")) {
      assertThatIllegalArgumentException().isThrownBy(() -> ask(path, Any.FREE));
    }
    for (String unseen : List.of("\u200b", "\u202e", "\u00ad", "\ufeff")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> ask("/a" + unseen, Any.FREE))
          .withMessageContaining("path '/a?'");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new Exclusion(span(1, 2), "r" + unseen))
          .withMessageContaining("reason 'r?'");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ReservationRequest.Migrate("h1", "/a", "/a/b", false));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Exact(Pool.MAX_NUMBER + 1))
        .withMessageContaining("allowed are");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Reserve("-h", List.of(ask("/a", Any.FREE)), false))
        .withMessageContaining("host '-h'");
    assertThatIllegalArgumentException()
        .as("it is the same host as h1")
        .isThrownBy(() -> new Reserve("H1", List.of(ask("/a", Any.FREE)), false))
        .withMessageContaining("host 'H1': allowed are 1 to 253 lower-case letters");
    Reservation one = inTheWay(1);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new Refused(Code.EXCLUDED, 0, "ports", Optional.empty(), Optional.of(one)))
        .withMessageContaining("EXCLUDED names the holder");
  }
}
