/** Placeholder. */
@NullMarked
package io.holdfast.chaos;

import org.jspecify.annotations.NullMarked;
