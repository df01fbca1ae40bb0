/** Tests of chaos runs. */
@NullMarked
package io.holdfast.chaos.run;

import org.jspecify.annotations.NullMarked;
