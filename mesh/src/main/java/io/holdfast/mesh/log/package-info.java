/** How this software logs: forms of a line, and the facts that a line is about. */
@NullMarked
package io.holdfast.mesh.log;

import org.jspecify.annotations.NullMarked;
