/**
 * A whole mesh in one thread: the cores that production runs, under virtual time and seeded faults.
 */
@NullMarked
package io.holdfast.chaos.sim;

import org.jspecify.annotations.NullMarked;
