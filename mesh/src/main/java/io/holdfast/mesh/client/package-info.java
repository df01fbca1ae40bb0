/** A client of the mesh over HTTP, and a mesh of local processes to try it on. */
@NullMarked
package io.holdfast.mesh.client;

import org.jspecify.annotations.NullMarked;
