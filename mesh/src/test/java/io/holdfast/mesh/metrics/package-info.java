@NullMarked
package io.holdfast.mesh.metrics;

import org.jspecify.annotations.NullMarked;
