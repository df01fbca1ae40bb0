/** Looks at the files of a node that does not run. */
@NullMarked
package io.holdfast.mesh.store;

import org.jspecify.annotations.NullMarked;
