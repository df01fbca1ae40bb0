/** Quorums, acknowledgements and the coordinator of a group. */
@NullMarked
package io.holdfast.quorum;

import org.jspecify.annotations.NullMarked;
