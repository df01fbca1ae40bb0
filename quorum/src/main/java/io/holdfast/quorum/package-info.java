/** Placeholder. */
@NullMarked
package io.holdfast.quorum;

import org.jspecify.annotations.NullMarked;
