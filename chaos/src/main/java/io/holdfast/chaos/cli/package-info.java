/** The verbs that this module adds to the command line. */
@NullMarked
package io.holdfast.chaos.cli;

import org.jspecify.annotations.NullMarked;
