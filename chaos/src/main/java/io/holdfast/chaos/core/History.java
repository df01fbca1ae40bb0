package io.holdfast.chaos.core;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What clients did and saw, in real-time order: an operation precedes another when it returned
 * before the other was invoked.
 *
 * @param operations by {@link Operation#invoked()}; no two events share a position
 */
public record History(List<Operation> operations) {

  /** Sorts the operations and rejects two events at one position. */
  public History {
    operations = operations.stream().sorted(Comparator.comparingInt(Operation::invoked)).toList();
    Set<Integer> positions = new HashSet<>();
    for (Operation operation : operations) {
      if (!positions.add(operation.invoked())
          || (operation.known() && !positions.add(operation.returned().getAsInt()))) {
        throw new IllegalArgumentException("two events at one position: " + operation);
      }
    }
  }

  /**
   * The parts that can be checked one by one: a history is linearizable if each of them is. Keys
   * that an operation names together are in one part.
   */
  public List<Part> parts() {
    return Part.split(this);
  }

  /**
   * The history as it looked just before position {@code end}: what had not returned is unknown.
   */
  public History before(int end) {
    return new History(
        operations.stream()
            .filter(operation -> operation.invoked() < end)
            .map(operation -> operation.before(end))
            .toList());
  }
}
