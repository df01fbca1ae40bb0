/** What nodes say to each other, as values and in protobuf. No Akka, no I/O, no clock. */
@NullMarked
package io.holdfast.mesh.core;

import org.jspecify.annotations.NullMarked;
