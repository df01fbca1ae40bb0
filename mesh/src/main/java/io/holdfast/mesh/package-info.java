/** Placeholder. */
@NullMarked
package io.holdfast.mesh;

import org.jspecify.annotations.NullMarked;
