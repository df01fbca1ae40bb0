/**
 * The manifests of a group: what may be changed by an activation of a new control epoch, how they
 * are read, and what they are called by their content. Pure values: no I/O, no clock, no threads.
 */
@NullMarked
package io.holdfast.config.core.control;

import org.jspecify.annotations.NullMarked;
