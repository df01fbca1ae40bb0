@NullMarked
package io.holdfast.mesh.core.health;

import org.jspecify.annotations.NullMarked;
