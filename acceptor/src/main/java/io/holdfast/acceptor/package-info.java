/** The Paxos acceptor of a group on a node. */
@NullMarked
package io.holdfast.acceptor;

import org.jspecify.annotations.NullMarked;
