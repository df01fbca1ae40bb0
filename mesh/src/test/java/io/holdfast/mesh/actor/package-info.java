/** Tests of what holds a node's actors together. */
@NullMarked
package io.holdfast.mesh.actor;

import org.jspecify.annotations.NullMarked;
