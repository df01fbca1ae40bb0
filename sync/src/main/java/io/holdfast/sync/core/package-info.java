/** The cache-owner as pure state machines: commands, records, write ids, learning and applying. */
@NullMarked
package io.holdfast.sync.core;

import org.jspecify.annotations.NullMarked;
