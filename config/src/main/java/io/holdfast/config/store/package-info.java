/**
 * The data directory: who a node is, what it knows of its peers, and that only one process uses it.
 */
@NullMarked
package io.holdfast.config.store;

import org.jspecify.annotations.NullMarked;
