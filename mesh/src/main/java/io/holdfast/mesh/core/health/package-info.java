/**
 * What a node makes of what it knows: how well it is, what happened, and why a group cannot go on.
 */
@NullMarked
package io.holdfast.mesh.core.health;

import org.jspecify.annotations.NullMarked;
