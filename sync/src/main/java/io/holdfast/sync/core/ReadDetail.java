package io.holdfast.sync.core;

/** How much a read of keys is to give. */
public enum ReadDetail {
  /** Keys with their records. */
  RECORDS,
  /** Keys with their records, values left out: those need not be looked for. */
  KEYS,
  /** Only how many there are. */
  COUNT
}
