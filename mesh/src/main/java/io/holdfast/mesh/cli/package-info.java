/** The command line: one class per verb, all of them callers of a mesh's front doors. */
@NullMarked
package io.holdfast.mesh.cli;

import org.jspecify.annotations.NullMarked;
