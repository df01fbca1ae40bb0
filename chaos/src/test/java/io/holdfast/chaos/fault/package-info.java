/** Tests of the faults inside a node. */
@NullMarked
package io.holdfast.chaos.fault;

import org.jspecify.annotations.NullMarked;
