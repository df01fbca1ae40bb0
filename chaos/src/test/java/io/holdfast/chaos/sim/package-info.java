/** Tests of the simulator. */
@NullMarked
package io.holdfast.chaos.sim;

import org.jspecify.annotations.NullMarked;
