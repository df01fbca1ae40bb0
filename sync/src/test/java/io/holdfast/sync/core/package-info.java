/** Tests of the pure core. */
@NullMarked
package io.holdfast.sync.core;

import org.jspecify.annotations.NullMarked;
