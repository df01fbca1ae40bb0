/** Tests of the pure core. */
@NullMarked
package io.holdfast.sync.core.reservation;

import org.jspecify.annotations.NullMarked;
