/** Tests of what survives a power cut. */
@NullMarked
package io.holdfast.chaos.power.core;

import org.jspecify.annotations.NullMarked;
