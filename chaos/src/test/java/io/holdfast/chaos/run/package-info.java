/** Tests of running processes under faults. */
@NullMarked
package io.holdfast.chaos.live;

import org.jspecify.annotations.NullMarked;
