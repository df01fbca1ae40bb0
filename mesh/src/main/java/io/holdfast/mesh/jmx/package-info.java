/** Management by JMX: one MXBean for each role of a node, and the door for other processes. */
@NullMarked
package io.holdfast.mesh.jmx;

import org.jspecify.annotations.NullMarked;
