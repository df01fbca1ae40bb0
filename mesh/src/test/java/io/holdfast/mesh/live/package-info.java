/** Meshes of real node processes: killed, paused, stopped and cut off from each other. */
@NullMarked
package io.holdfast.mesh.live;

import org.jspecify.annotations.NullMarked;
