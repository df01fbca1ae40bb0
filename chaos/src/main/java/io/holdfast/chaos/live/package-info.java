/** Meshes of real processes, driven from outside over HTTP while faults are injected into them. */
@NullMarked
package io.holdfast.chaos.live;

import org.jspecify.annotations.NullMarked;
