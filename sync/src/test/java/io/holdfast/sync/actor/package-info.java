/** Tests of the cache-owner's actor. */
@NullMarked
package io.holdfast.sync.actor;

import org.jspecify.annotations.NullMarked;
