/** The Akka shell of the acceptor: it interprets effects and decides nothing. */
@NullMarked
package io.holdfast.acceptor.actor;

import org.jspecify.annotations.NullMarked;
