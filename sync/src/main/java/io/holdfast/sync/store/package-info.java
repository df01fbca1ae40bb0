/** Where a replica's records, write ids and applied slot are kept. */
@NullMarked
package io.holdfast.sync.store;

import org.jspecify.annotations.NullMarked;
