/** The cache-owner as an actor: it carries out the core's effects and decides nothing. */
@NullMarked
package io.holdfast.sync.actor;

import org.jspecify.annotations.NullMarked;
