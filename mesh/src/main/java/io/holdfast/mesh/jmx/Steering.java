package io.holdfast.mesh.jmx;

import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.NodeId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** What can be asked of the groups of a node beside what clients ask. For any thread. */
public interface Steering {

  /**
   * What came of it.
   *
   * @param done what was done, or found
   * @param refusal one sentence that says why nothing was; empty where something was
   */
  record Outcome<T>(Optional<T> done, String refusal) {

    /** It was done. */
    public static <T> Outcome<T> of(T done) {
      return new Outcome<>(Optional.of(done), "");
    }

    /** It was not. */
    public static <T> Outcome<T> refused(String why) {
      return new Outcome<>(Optional.empty(), why);
    }
  }

  /**
   * Leadership was handed over.
   *
   * @param before who led
   * @param now who does
   */
  record HandedOver(NodeId before, NodeId now) {}

  /**
   * The journal forgot, or could not.
   *
   * @param before the last slot that it did not hold before
   * @param now the last slot that it does not hold
   * @param allowed what the stores of all members hold, with all before it
   */
  record Trimmed(long before, long now, long allowed) {}

  /**
   * A replica beside those of the other members.
   *
   * @param node whose it is
   * @param applied the last slot that it has executed
   * @param divergence what is known of replicas that differ, as one word
   * @param others the others
   */
  record Compared(NodeId node, long applied, String divergence, List<Other> others) {
    public Compared {
      others = List.copyOf(others);
    }
  }

  /**
   * Another member.
   *
   * @param node its name
   * @param slot the slot that it last said it has executed
   * @param hash its chain hash there, 64 hex digits; empty where it said nothing lately
   * @param equal whether this replica has the same hash there; absent where that is not known
   * @param detail why it is not known; empty where it is
   */
  record Other(NodeId node, long slot, String hash, Optional<Boolean> equal, String detail) {}

  /** Lets another voter lead a group that this node leads. */
  CompletionStage<Outcome<HandedOver>> stepDown(GroupId group);

  /** Has the journal forget what the stores of all members hold. */
  CompletionStage<Outcome<Trimmed>> trim(GroupId group);

  /** Compares the replica with what the other members last said of theirs. */
  CompletionStage<Outcome<Compared>> compare(GroupId group);
}
