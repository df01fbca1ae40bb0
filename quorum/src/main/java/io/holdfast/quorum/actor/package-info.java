/** The Akka shell of the coordinator: it interprets effects and decides nothing. */
@NullMarked
package io.holdfast.quorum.actor;

import org.jspecify.annotations.NullMarked;
