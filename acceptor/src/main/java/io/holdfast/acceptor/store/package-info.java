/** The acceptor's disk: a durable database, the event journal and the snapshot store on it. */
@NullMarked
package io.holdfast.acceptor.store;

import org.jspecify.annotations.NullMarked;
