/** Tests of what the mesh decides and of what its nodes say to each other. */
@NullMarked
package io.holdfast.mesh.core;

import org.jspecify.annotations.NullMarked;
