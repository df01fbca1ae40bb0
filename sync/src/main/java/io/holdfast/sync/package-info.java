/** The replica of a group on a node: commands, state machine, store and cache-owner. */
@NullMarked
package io.holdfast.sync;

import org.jspecify.annotations.NullMarked;
