/** Tests of the report of a chaos run. */
@NullMarked
package io.holdfast.chaos.report;

import org.jspecify.annotations.NullMarked;
