/**
 * Reservations (docs/RESERVATIONS.md): numbers of pools that are each given to one owner. What was
 * seen free is what is taken, since finding a free number and taking it is one step of the log.
 * Pure: no Akka, no I/O, no clock.
 */
@NullMarked
package io.holdfast.sync.core.reservation;

import org.jspecify.annotations.NullMarked;
