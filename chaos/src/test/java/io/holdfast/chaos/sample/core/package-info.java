/** What a core must not be: shows that the rules find it. */
@NullMarked
package io.holdfast.chaos.sample.core;

import org.jspecify.annotations.NullMarked;
