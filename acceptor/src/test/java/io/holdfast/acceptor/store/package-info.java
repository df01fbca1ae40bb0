/** Tests of the acceptor's disk. */
@NullMarked
package io.holdfast.acceptor.store;

import org.jspecify.annotations.NullMarked;
