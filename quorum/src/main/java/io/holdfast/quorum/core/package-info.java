/** The proposer's side of consensus as pure state machines. No Akka, no I/O, no clock. */
@NullMarked
package io.holdfast.quorum.core;

import org.jspecify.annotations.NullMarked;
