package io.holdfast.sync.core;

/**
 * How much the commands of one slot may look at and give. Whatever a batch holds, applying it takes
 * bounded memory and time; the bounds are part of the format, so every replica refuses alike.
 */
final class ResultBudget {

  /** What a record costs in a result beside its key and value, about. */
  private static final int RECORD_BYTES = 64;

  private long slotBytes;
  private long commandBytes;
  private long entries;

  /** The next command of the slot begins. */
  void begin() {
    commandBytes = 0;
    entries = 0;
  }

  /** A record is given. */
  void give(int bytes) {
    commandBytes += bytes + RECORD_BYTES;
    slotBytes += bytes + RECORD_BYTES;
    if (commandBytes > CommandLimits.MAX_RESULT_BYTES
        || slotBytes > CommandLimits.MAX_SLOT_RESULT_BYTES) {
      throw new CommandStep.Impossible(new CommandResult.TooManyChanges());
    }
  }

  /** An entry of the index is looked at. */
  void look() {
    if (++entries > CommandLimits.MAX_LOOKED_AT) {
      throw new CommandStep.Impossible(new CommandResult.TooManyChanges());
    }
  }
}
