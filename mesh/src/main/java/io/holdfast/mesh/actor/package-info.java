/** The actors of a node and how they are wired together. */
@NullMarked
package io.holdfast.mesh.actor;

import org.jspecify.annotations.NullMarked;
