/** Tests of the acceptor's actors. */
@NullMarked
package io.holdfast.acceptor.actor;

import org.jspecify.annotations.NullMarked;
