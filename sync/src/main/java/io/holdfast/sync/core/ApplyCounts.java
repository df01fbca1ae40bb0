package io.holdfast.sync.core;

/**
 * What a replica has counted since it started.
 *
 * @param rotations how often its cache rotated
 * @param horizonRefusals commands that had no effect since too much was applied since admission
 * @param coverageViolations commands that had none since they would have gone beyond their plan
 * @param shippedValues values that commands brought with them
 */
public record ApplyCounts(
    long rotations, long horizonRefusals, long coverageViolations, long shippedValues) {}
