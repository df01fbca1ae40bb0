/** A disk whose power fails, as values: what is on the medium, what is not yet, what survives. */
@NullMarked
package io.holdfast.chaos.power.core;

import org.jspecify.annotations.NullMarked;
