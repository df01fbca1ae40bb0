/** Tests that look at all modules at once. */
@NullMarked
package io.holdfast.chaos;

import org.jspecify.annotations.NullMarked;
