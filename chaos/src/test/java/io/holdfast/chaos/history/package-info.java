/** Tests of what is read as a history. */
@NullMarked
package io.holdfast.chaos.history;

import org.jspecify.annotations.NullMarked;
