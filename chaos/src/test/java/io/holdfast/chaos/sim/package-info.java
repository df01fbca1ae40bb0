/** What the simulator itself is tested with. */
@NullMarked
package io.holdfast.chaos.sim;

import org.jspecify.annotations.NullMarked;
