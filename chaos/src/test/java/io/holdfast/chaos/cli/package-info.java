/** Tests of the verbs that this module adds. */
@NullMarked
package io.holdfast.chaos.cli;

import org.jspecify.annotations.NullMarked;
