/** Placeholder. */
@NullMarked
package io.holdfast.sync;

import org.jspecify.annotations.NullMarked;
