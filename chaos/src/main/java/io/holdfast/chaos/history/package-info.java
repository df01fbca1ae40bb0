/** Histories as text: Jepsen's EDN and log lines, and JSON lines of our own. */
@NullMarked
package io.holdfast.chaos.history;

import org.jspecify.annotations.NullMarked;
