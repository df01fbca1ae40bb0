@NullMarked
package io.holdfast.mesh.core.story;

import org.jspecify.annotations.NullMarked;
