/**
 * What happened to a write: on one node, remembered for a while, bounded and in memory; and on all
 * of them, put together.
 */
@NullMarked
package io.holdfast.mesh.core.story;

import org.jspecify.annotations.NullMarked;
