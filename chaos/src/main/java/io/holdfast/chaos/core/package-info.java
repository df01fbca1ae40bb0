/** What a history is, and the checker that says whether it is linearizable; pure. */
@NullMarked
package io.holdfast.chaos.core;

import org.jspecify.annotations.NullMarked;
