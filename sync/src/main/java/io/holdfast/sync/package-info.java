/** The replica of a group: commands, state machine, store. */
@NullMarked
package io.holdfast.sync;

import org.jspecify.annotations.NullMarked;
