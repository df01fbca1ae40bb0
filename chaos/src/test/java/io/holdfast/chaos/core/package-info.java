/** Tests of the linearizability checker. */
@NullMarked
package io.holdfast.chaos.core;

import org.jspecify.annotations.NullMarked;
