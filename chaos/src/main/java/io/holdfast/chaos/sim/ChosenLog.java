package io.holdfast.chaos.sim;

import io.holdfast.acceptor.core.AcceptorEvent;
import io.holdfast.acceptor.core.AcceptorEvent.PairAccepted;
import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Batch;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import io.holdfast.quorum.core.BatchEntry;
import io.holdfast.quorum.core.BatchEntry.CommandEntry;
import io.holdfast.quorum.core.BatchEntry.ConfigurationEntry;
import io.holdfast.quorum.core.BatchFormat;
import io.holdfast.quorum.core.ChangeOutcome;
import io.holdfast.quorum.core.ChangeOutcome.Changed;
import io.holdfast.quorum.core.ChangeOutcome.Sealed;
import io.holdfast.quorum.core.Configuration;
import io.holdfast.quorum.core.ConfigurationLog;
import io.holdfast.quorum.core.Membership;
import io.holdfast.quorum.core.MembershipCodec;
import io.holdfast.sync.core.Command;
import io.holdfast.sync.core.CommandCodec;
import io.holdfast.sync.core.ReplicaEffect;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which batches are chosen, by definition: accepted durably by w members of the slot's
 * configuration under one ballot, its owner among them. Nobody in the mesh can see this at once.
 */
final class ChosenLog implements Observer {

  /** Is told what becomes chosen. */
  interface Listener {

    /** A slot is chosen, and so are all before it. */
    void next(Slot slot, Batch batch);

    /** A chosen slot has a quorum under another ballot as well. */
    void again(Slot slot, Batch first, Ballot firstBallot, Batch again, Ballot laterBallot);
  }

  private record Vote(Slot slot, Ballot ballot) {}

  private static final class Ballotbox {
    private final Batch batch;
    private final Set<MemberId> voters = new TreeSet<>();

    Ballotbox(Batch batch) {
      this.batch = batch;
    }
  }

  private final int alpha;
  private final boolean operated;
  private final ConfigurationLog configurations;
  private final Listener listener;
  private final Map<Vote, Ballotbox> votes = new HashMap<>();

  /** Votes in slots whose configuration is not known yet. */
  private final TreeMap<Slot, List<Vote>> early = new TreeMap<>();

  private final Map<Slot, Batch> chosen = new HashMap<>();
  private final Map<Slot, Ballot> chosenUnder = new HashMap<>();
  private Slot contiguous = Slot.ZERO;

  /** The last slot of which it is known what it makes of configurations. */
  private Slot decided = Slot.ZERO;

  /** What replicas first made of slots that are not decided. */
  private final Map<Slot, ReplicaEffect.Applied> executed = new HashMap<>();

  private final TreeMap<Slot, Membership> memberships = new TreeMap<>();
  private final Map<Slot, List<ChangeOutcome>> outcomes = new HashMap<>();
  private Configuration newest;
  private Optional<Slot> sealedIn = Optional.empty();
  private final TreeMap<Slot, Integer> wFrom = new TreeMap<>();
  private final Set<Configuration> ever = new HashSet<>();

  /**
   * @param listener is told of each chosen batch in slot order
   */
  ChosenLog(int alpha, Configuration initial, Listener listener) {
    this(alpha, initial, false, listener);
  }

  /**
   * @param operated whether policies may be activated, which say what w is
   * @param listener is told of each chosen batch in slot order
   */
  ChosenLog(int alpha, Configuration initial, boolean operated, Listener listener) {
    this.alpha = alpha;
    this.operated = operated;
    this.configurations = new ConfigurationLog(alpha, initial);
    this.listener = listener;
    this.newest = initial;
    memberships.put(Slot.ZERO, Membership.founded(alpha, initial));
    ever.add(initial);
  }

  @Override
  public void journaled(SimNode at, long sequenceNumber, AcceptorEvent event) {
    if (event instanceof PairAccepted pair) {
      Vote vote = new Vote(pair.slot(), pair.ballot());
      Ballotbox box = votes.computeIfAbsent(vote, v -> new Ballotbox(pair.batch()));
      box.voters.add(at.self());
      count(vote, box);
    }
  }

  private void count(Vote vote, Ballotbox box) {
    if (vote.slot().isAfter(known())) {
      early.computeIfAbsent(vote.slot(), slot -> new ArrayList<>()).add(vote);
    } else if (configurations.at(vote.slot()).acceptedBy(box.voters, vote.ballot().proposer())) {
      chosen(vote, box.batch);
    }
  }

  private void chosen(Vote vote, Batch batch) {
    Batch before = chosen.putIfAbsent(vote.slot(), batch);
    if (before == null) {
      chosenUnder.put(vote.slot(), vote.ballot());
      advance();
    } else {
      Ballot first = chosenUnder.getOrDefault(vote.slot(), vote.ballot());
      listener.again(vote.slot(), before, first, batch, vote.ballot());
    }
  }

  private void advance() {
    for (Batch next = chosen.get(contiguous.next());
        next != null;
        next = chosen.get(contiguous.next())) {
      contiguous = contiguous.next();
      decide();
      listener.next(contiguous, next);
      countEarly();
    }
  }

  private void countEarly() {
    while (!early.isEmpty() && early.firstKey().isAtMost(known())) {
      for (Vote vote : early.pollFirstEntry().getValue()) {
        Ballotbox box = votes.get(vote);
        if (box != null) {
          count(vote, box);
        }
      }
    }
  }

  /**
   * What an activation makes of w, and what its policy makes of changes of members, depends on the
   * data, which is not known here: the word of the first replica that executes it counts, and is
   * compared with the reference elsewhere. Nobody can propose earlier in a slot that depends on it.
   */
  @Override
  public void applied(SimNode at, ReplicaEffect.Applied applied) {
    if (applied.slot().isAfter(decided) && applied.slot().isAtMost(contiguous)) {
      executed.putIfAbsent(applied.slot(), applied);
      decide();
      countEarly();
    }
  }

  private void decide() {
    while (!decided.equals(contiguous)) {
      Slot next = decided.next();
      List<BatchEntry> entries = BatchFormat.decode(Objects.requireNonNull(chosen.get(next)));
      ReplicaEffect.Applied told = executed.remove(next);
      boolean asked = operated && entries.stream().anyMatch(ChosenLog::dependsOnData);
      if (asked && told == null) {
        return;
      }
      if (asked && told != null) {
        told.byPolicy().forEach(changed -> takes(next, changed));
        told.changes().forEach(outcome -> takes(next, outcome));
        outcomes.put(next, told.changes());
      } else {
        entries.stream()
            .filter(ConfigurationEntry.class::isInstance)
            .forEach(entry -> change(next, entry));
      }
      decided = next;
    }
  }

  private static boolean dependsOnData(BatchEntry entry) {
    return !(entry instanceof CommandEntry command)
        || CommandCodec.decode(command.bytes()).command() instanceof Command.Activate;
  }

  private void change(Slot slot, BatchEntry entry) {
    ChangeOutcome outcome =
        membership(slot).decide(slot, MembershipCodec.decodeChange(entry.bytes()));
    outcomes.computeIfAbsent(slot, none -> new ArrayList<>()).add(outcome);
    takes(slot, outcome);
  }

  private void takes(Slot slot, ChangeOutcome outcome) {
    Membership before = membership(slot);
    if (outcome instanceof Changed changed) {
      memberships.put(slot, before.after(changed));
      newest = changed.configuration();
      ever.add(newest);
      wFrom.put(configurations.applied(slot, newest), newest.w());
    } else if (outcome instanceof Sealed) {
      memberships.put(slot, before.asSealed());
      sealedIn = sealedIn.or(() -> Optional.of(slot));
    }
  }

  /** The slot in which the group was sealed, if it was. */
  Optional<Slot> sealedIn() {
    return sealedIn;
  }

  /** Who takes part once a slot is executed that is chosen with all before it. */
  Membership membership(Slot slot) {
    return memberships.floorEntry(slot).getValue();
  }

  /** What comes of the changes of membership in such a slot. */
  List<ChangeOutcome> outcomes(Slot slot) {
    return outcomes.getOrDefault(slot, List.of());
  }

  /** The last slot whose configuration is known. */
  Slot known() {
    return decided.plus(alpha);
  }

  /** Who votes on a slot that is known. */
  Configuration configurationOf(Slot slot) {
    return configurations.at(slot);
  }

  /** Whoever votes on a slot, or on a later one, as far as is known. */
  Set<MemberId> votersFrom(Slot slot) {
    return configurations.votersFrom(slot);
  }

  /** The least w of a slot that is known, and of all after it. */
  int leastW(Slot from) {
    int least = configurations.at(Slot.min(from, known())).w();
    for (Map.Entry<Slot, Integer> later : wFrom.tailMap(from, false).entrySet()) {
      least = Math.min(least, later.getValue());
    }
    return least;
  }

  /** What is chosen in a slot; null for nothing yet. */
  @Nullable Batch batch(Slot slot) {
    return chosen.get(slot);
  }

  /** The ballot under which a slot was first chosen. */
  @Nullable Ballot ballot(Slot slot) {
    return chosenUnder.get(slot);
  }

  /** Every slot up to here is chosen. */
  Slot contiguous() {
    return contiguous;
  }

  /** The configuration of the last change. */
  Configuration newest() {
    return newest;
  }

  /** Whether some slot had or has this configuration. */
  boolean everGoverned(Configuration configuration) {
    return ever.contains(configuration);
  }

  /** Whether the last change governs what comes next. */
  boolean settled() {
    return membership(contiguous).lastEffect().isAtMost(contiguous);
  }

  /** Who has accepted durably in a slot under a ballot. */
  Set<MemberId> votersFor(Slot slot, Ballot ballot) {
    Ballotbox box = votes.get(new Vote(slot, ballot));
    return box == null ? Set.of() : box.voters;
  }
}
