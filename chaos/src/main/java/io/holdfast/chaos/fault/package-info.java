/** Faults inside a node: what its peers and its disk do to it, told through a port on loopback. */
@NullMarked
package io.holdfast.chaos.fault;

import org.jspecify.annotations.NullMarked;
