/** Tests of the acceptor's core. */
@NullMarked
package io.holdfast.acceptor.core;

import org.jspecify.annotations.NullMarked;
