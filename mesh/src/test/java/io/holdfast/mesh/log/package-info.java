@NullMarked
package io.holdfast.mesh.log;

import org.jspecify.annotations.NullMarked;
