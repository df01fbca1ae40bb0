package io.holdfast.mesh.jmx;

/** The two generations of cached values of a group on this node. */
@Describe(
    "The two generations of cached values of a group on this node. Counts are since the group's "
        + "parts were made: at start, and after each snapshot that took the place of the store.")
public interface CacheMXBean {

  @Describe("How often the cache has rotated since the group began.")
  long getGeneration();

  @Describe("Keys in both generations.")
  long getKeys();

  @Describe("Keys in the current generation.")
  long getCurrentKeys();

  @Describe(
      "Values that commands read and did not have to bring, since every replica caches " + "them.")
  long getHits();

  @Describe("Values that commands brought with them.")
  long getShipped();

  @Describe("Rotations that this node executed.")
  long getRotations();

  @Describe("Values that were read from the store to be shipped.")
  long getAdmissionStoreReads();

  @Describe("Reads of the store, whoever asked.")
  long getStoreReads();

  @Describe("Commands that had no effect since too much was executed since they were admitted.")
  long getHorizonRefusals();

  @Describe("Commands that would have gone beyond their plan: anything but 0 is a bug.")
  long getCoverageViolations();

  @Describe("Reads of the store by the thread that executes commands: anything but 0 is a bug.")
  long getStoreReadsInApply();
}
