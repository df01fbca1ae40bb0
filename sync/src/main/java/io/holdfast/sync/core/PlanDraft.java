package io.holdfast.sync.core;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What a command covers, and of which keys it may read the value, whichever branch runs. */
final class PlanDraft {

  private final Set<KeyRange> covers = new LinkedHashSet<>();
  private final Set<KeyRange> read = new LinkedHashSet<>();
  private final List<Long> leases = new ArrayList<>();

  /** The draft for a command. */
  static PlanDraft of(Command command) {
    PlanDraft draft = new PlanDraft();
    if (command instanceof Command.Transaction transaction) {
      draft.add(transaction);
    } else if (command instanceof Command.RevokeLease revoke) {
      draft.leases.add(revoke.lease());
    } else if (command instanceof Command.ExpireLease expire) {
      draft.leases.add(expire.lease());
    }
    // A command of one key covers that without saying so, and never needs its value.
    return draft;
  }

  private void add(Command.Transaction transaction) {
    for (Comparison condition : transaction.conditions()) {
      cover(condition.keys(), condition.readsValue());
    }
    transaction.then().forEach(this::add);
    transaction.otherwise().forEach(this::add);
  }

  private void add(Operation operation) {
    if (operation instanceof Operation.Put put) {
      cover(KeyRange.key(put.key()), false);
    } else if (operation instanceof Operation.Read get) {
      cover(get.keys(), get.detail() == ReadDetail.RECORDS);
    } else if (operation instanceof Operation.Delete delete) {
      cover(delete.keys(), false);
    } else if (operation instanceof Operation.Nested nested) {
      add(nested.transaction());
    }
  }

  private void cover(KeyRange keys, boolean readsValue) {
    covers.add(keys);
    if (readsValue) {
      read.add(keys);
    }
  }

  /** Keys and ranges whose values it may read. */
  Set<KeyRange> read() {
    return read;
  }

  /** The plan with what is shipped. */
  Plan plan(long generation, List<Plan.Shipped> shipped) {
    return new Plan(generation, List.copyOf(covers), leases, shipped);
  }
}
