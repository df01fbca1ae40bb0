/** Simulation, fault injection and checkers; found by ServiceLoader, needed by nothing. */
@NullMarked
package io.holdfast.chaos;

import org.jspecify.annotations.NullMarked;
