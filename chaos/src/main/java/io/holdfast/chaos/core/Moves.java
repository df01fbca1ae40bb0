package io.holdfast.chaos.core;

import io.holdfast.chaos.core.Configuration.Phase;
import java.util.ArrayList;
import java.util.List;

/** What may follow a configuration; {@link RegisterSearch} says why this is enough. */
final class Moves {

  private final Timeline timeline;
  private final Window window;

  /** The values from which swaps lead to what is due. */
  private final ValueSet leading;

  /** The values that running operations need, directly or through unknown swaps. */
  private final ValueSet wanted;

  Moves(Timeline timeline) {
    this.timeline = timeline;
    window = new Window(timeline);
    leading = new ValueSet(timeline.values());
    wanted = new ValueSet(timeline.values());
  }

  /** Goes through the levels at which there is nothing to do. */
  void settle(Configuration configuration) {
    while (configuration.level() < timeline.known()) {
      int level = configuration.level();
      if (level >= 0
          && (configuration.phase() == Phase.HIDDEN || !configuration.used(timeline.bit(level)))) {
        return;
      }
      leave(configuration);
    }
  }

  /** Goes to the next level, where reads have come that the register already answers. */
  private void leave(Configuration configuration) {
    int level = configuration.level();
    configuration.advance(level < 0 ? -1 : timeline.bit(level));
    if (level + 1 == timeline.known()) {
      return;
    }
    for (int i = timeline.arrived(level); i < timeline.arrived(level + 1); i++) {
      int arriving = timeline.arrival(i);
      if (timeline.reads(arriving) && timeline.needs(arriving) == configuration.state()) {
        configuration.use(timeline.bit(arriving));
        configuration.append(arriving, false);
      }
    }
  }

  /** The configurations that may follow, the most promising first. */
  List<Configuration> from(Configuration configuration) {
    window.moveTo(configuration.level());
    return configuration.phase() == Phase.HIDDEN ? hidden(configuration) : visible(configuration);
  }

  private List<Configuration> visible(Configuration from) {
    int due = from.level();
    int now = timeline.returned(due);
    boolean blind = timeline.blind(due);
    findLeading(from, now);
    List<Configuration> found = new ArrayList<>();
    boolean writable = false;
    if (from.phase() != Phase.WRITTEN) {
      for (int write : writes(from, now)) {
        if (blind ? write == due : leading.contains(timeline.leaves(write))) {
          writable = true;
          addVisible(found, from, write, Phase.WRITTEN);
        }
      }
    }
    findWanted(from, now);
    Phase swapped = from.phase() == Phase.WRITTEN ? Phase.WRITTEN : Phase.SWAPPED;
    for (int swap : swaps(from, now)) {
      int left = timeline.leaves(swap);
      boolean known = swap < timeline.known();
      if (swap == due || leading.contains(left) || (writable && (known || wanted.contains(left)))) {
        addVisible(found, from, swap, swapped);
      }
    }
    if (from.phase() == Phase.FRESH) {
      List<Configuration> past = pasts(from);
      int left = blind ? timeline.leaves(due) : timeline.needs(due);
      boolean keep = timeline.nextNeed(from.state(), now) < timeline.nextNeed(left, now);
      found.addAll(keep ? 0 : found.size(), past);
    }
    return found;
  }

  /** Ways to place what is due in front of the last visible write. */
  private List<Configuration> pasts(Configuration from) {
    int due = from.level();
    int then = from.lastWrite() < 0 ? -1 : timeline.returned(from.lastWrite());
    List<Configuration> found = new ArrayList<>();
    if (timeline.invoked(due) >= then) {
      return found;
    }
    boolean blind = timeline.blind(due);
    findLeading(from, then);
    for (int write : writes(from, then)) {
      if (blind ? write == due : leading.contains(timeline.leaves(write))) {
        found.add(hide(from, write, then));
      }
    }
    return found;
  }

  private List<Configuration> hidden(Configuration from) {
    int due = from.level();
    int then = timeline.returned(from.lastWrite());
    boolean done = from.used(timeline.bit(due));
    List<Configuration> found = new ArrayList<>();
    if (done && !lost(from, from.hiddenState())) {
      Configuration end = from.next();
      leave(end);
      found.add(end);
    }
    findLeading(from, then);
    findWanted(from, then);
    ValueSet useful = done ? wanted : leading;
    for (int swap : swaps(from, then)) {
      int left = timeline.leaves(swap);
      if (swap == due || useful.contains(left) || (done && swap < timeline.known())) {
        Configuration next = hide(from, swap, then);
        if (!lost(next, from.hiddenState())) {
          found.add(next);
        }
      }
    }
    return found;
  }

  private void addVisible(
      List<Configuration> found, Configuration from, int operation, Phase phase) {
    Configuration next = from.next();
    next.enter(phase);
    place(next, operation, timeline.returned(from.level()));
    if (!lost(next, from.state())) {
      found.add(next);
    }
  }

  private Configuration hide(Configuration from, int operation, int then) {
    Configuration next = from.next();
    next.enter(Phase.HIDDEN);
    place(next, operation, then);
    return next;
  }

  /** Places an operation, and all reads that were invoked before {@code end} and see it. */
  private void place(Configuration next, int operation, int end) {
    boolean hidden = next.phase() == Phase.HIDDEN;
    if (operation < timeline.known()) {
      next.use(timeline.bit(operation));
    } else {
      next.useOf(timeline.kindOf(operation));
    }
    next.append(operation, hidden);
    int value = timeline.leaves(operation);
    next.hold(value);
    for (int bit = 0; bit < window.endOfReads(); bit++) {
      int read = window.at(bit);
      if (read != Timeline.NONE
          && timeline.needs(read) == value
          && timeline.invoked(read) < end
          && !next.used(bit)) {
        next.use(bit);
        next.append(read, hidden);
      }
    }
  }

  /** Of the writes that may be placed before {@code end}, for each value the best one. */
  private List<Integer> writes(Configuration from, int end) {
    List<Integer> found = new ArrayList<>();
    for (int bit = window.endOfReads(); bit < window.endOfWrites(); bit++) {
      addBest(found, from, bit, end);
    }
    for (int kind : timeline.blindKinds()) {
      addUnknown(found, from, kind, end);
    }
    return found;
  }

  /** Of the swaps of what the register holds, for each value that they leave the best one. */
  private List<Integer> swaps(Configuration from, int end) {
    List<Integer> found = new ArrayList<>();
    for (int bit = window.endOfWrites(); bit < window.end(); bit++) {
      int swap = window.at(bit);
      if (swap != Timeline.NONE && timeline.needs(swap) == from.found()) {
        addBest(found, from, bit, end);
      }
    }
    for (int kind : timeline.kindsNeeding(from.found())) {
      addUnknown(found, from, kind, end);
    }
    return found;
  }

  /** Of known operations that do the same, the one that returns first is as good as any. */
  private void addBest(List<Integer> found, Configuration from, int bit, int end) {
    int operation = window.at(bit);
    if (operation == Timeline.NONE || timeline.invoked(operation) >= end || from.used(bit)) {
      return;
    }
    for (int i = 0; i < found.size(); i++) {
      int other = found.get(i);
      if (timeline.leaves(other) == timeline.leaves(operation)) {
        if (timeline.returned(operation) < timeline.returned(other)) {
          found.set(i, operation);
        }
        return;
      }
    }
    found.add(operation);
  }

  /**
   * An unknown operation is as good later as now, so a known one that does the same comes first.
   */
  private void addUnknown(List<Integer> found, Configuration from, int kind, int end) {
    int operation = nextOf(from, kind, end);
    if (operation != Timeline.NONE
        && found.stream().noneMatch(each -> timeline.leaves(each) == timeline.leaves(operation))) {
      found.add(operation);
    }
  }

  /** The first unused operation of a kind, if it was invoked before {@code end}. */
  private int nextOf(Configuration from, int kind, int end) {
    int[] members = timeline.kind(kind);
    int index = from.usedOf(kind);
    return index < members.length && timeline.invoked(members[index]) < end
        ? members[index]
        : Timeline.NONE;
  }

  private void findLeading(Configuration from, int end) {
    leading.clear();
    int target = timeline.needs(from.level());
    if (target == Timeline.NONE) {
      return;
    }
    leading.add(target);
    for (int i = 0; i < leading.size(); i++) {
      for (int bit = window.endOfWrites(); bit < window.end(); bit++) {
        int swap = window.at(bit);
        if (swap != Timeline.NONE
            && timeline.leaves(swap) == leading.member(i)
            && timeline.invoked(swap) < end
            && !from.used(bit)) {
          leading.add(timeline.needs(swap));
        }
      }
      addUnknownInto(leading, leading.member(i), from, end);
    }
  }

  private void findWanted(Configuration from, int end) {
    wanted.clear();
    for (int bit = 0; bit < window.end(); bit++) {
      int operation = window.at(bit);
      if (operation != Timeline.NONE
          && !timeline.blind(operation)
          && timeline.invoked(operation) < end
          && !from.used(bit)) {
        wanted.add(timeline.needs(operation));
      }
    }
    for (int i = 0; i < wanted.size(); i++) {
      addUnknownInto(wanted, wanted.member(i), from, end);
    }
  }

  /** Adds what unknown swaps that leave {@code value} need. */
  private void addUnknownInto(ValueSet values, int value, Configuration from, int end) {
    for (int kind : timeline.kindsLeaving(value)) {
      int swap = nextOf(from, kind, end);
      if (swap != Timeline.NONE && !timeline.blind(swap)) {
        values.add(timeline.needs(swap));
      }
    }
  }

  /** Whether an operation needs {@code value}, and nothing is left that could write it in time. */
  private boolean lost(Configuration next, int value) {
    if (value == next.state()) {
      return false;
    }
    int now = timeline.returned(next.level());
    int need = timeline.nextNeed(value, now);
    for (int bit = 0; bit < window.end(); bit++) {
      int operation = window.at(bit);
      if (operation == Timeline.NONE || next.used(bit)) {
        continue;
      }
      if (timeline.leaves(operation) == value) {
        return false;
      }
      if (timeline.needs(operation) == value) {
        need = Math.min(need, timeline.returned(operation));
      }
    }
    if (need == Integer.MAX_VALUE || timeline.nextWriter(value, now) < need) {
      return false;
    }
    for (int kind : timeline.kindsLeaving(value)) {
      if (nextOf(next, kind, need) != Timeline.NONE) {
        return false;
      }
    }
    return true;
  }
}
