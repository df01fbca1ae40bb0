package io.holdfast.sync.core;

import java.util.List;
import java.util.Optional;

/** What the store answers to a {@link StoreQuestion}. */
public sealed interface StoreAnswer {

  /**
   * Answers {@link StoreQuestion.Versions}.
   *
   * @param versions in the order asked for; a delete among them is one; absent where there is none
   */
  record Versions(List<Optional<Change>> versions) implements StoreAnswer {
    public Versions {
      versions = List.copyOf(versions);
    }
  }

  /**
   * Answers {@link StoreQuestion.Changes}.
   *
   * @param changes in the order of their places; none only where the range holds none
   */
  record Changes(List<Change> changes) implements StoreAnswer {
    public Changes {
      changes = List.copyOf(changes);
    }
  }

  /**
   * Answers {@link StoreQuestion.Results}.
   *
   * @param results with their details; absent where they were not kept
   */
  record Results(Optional<CommandResult.Detailed> results) implements StoreAnswer {}
}
