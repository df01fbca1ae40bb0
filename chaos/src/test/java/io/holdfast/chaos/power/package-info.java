/** Tests of power cuts. */
@NullMarked
package io.holdfast.chaos.power;

import org.jspecify.annotations.NullMarked;
