/** What happened to a write on one node, remembered for a while: bounded, in memory. */
@NullMarked
package io.holdfast.mesh.core.story;

import org.jspecify.annotations.NullMarked;
