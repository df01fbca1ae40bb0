/** Chaos runs: faults by a seeded schedule, clients on all nodes, and a verdict. */
@NullMarked
package io.holdfast.chaos.run;

import org.jspecify.annotations.NullMarked;
