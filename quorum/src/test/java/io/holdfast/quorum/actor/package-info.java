/** Tests of the coordinator's actor. */
@NullMarked
package io.holdfast.quorum.actor;

import org.jspecify.annotations.NullMarked;
