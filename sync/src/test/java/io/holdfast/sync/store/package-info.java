/** Tests of the record stores. */
@NullMarked
package io.holdfast.sync.store;

import org.jspecify.annotations.NullMarked;
