/** A node of the mesh and the API that embeds, serves and commands it. */
@NullMarked
package io.holdfast.mesh;

import org.jspecify.annotations.NullMarked;
