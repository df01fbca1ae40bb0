/** Power cuts: a node's disk users on a disk that loses, tears and reorders what was not synced. */
@NullMarked
package io.holdfast.chaos.power;

import org.jspecify.annotations.NullMarked;
