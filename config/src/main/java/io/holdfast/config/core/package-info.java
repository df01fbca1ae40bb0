/** Pure values: identities, instants, invariant violations. No I/O, no clock, no threads. */
@NullMarked
package io.holdfast.config.core;

import org.jspecify.annotations.NullMarked;
