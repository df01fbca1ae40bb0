/** The acceptor as a pure state machine: inputs in, effects out. No Akka, no I/O, no clock. */
@NullMarked
package io.holdfast.acceptor.core;

import org.jspecify.annotations.NullMarked;
