/** The JUnit extension, tried. */
@NullMarked
package io.holdfast.chaos.junit;

import org.jspecify.annotations.NullMarked;
