/** Tests of applications against meshes of real nodes that are broken on purpose, with JUnit 5. */
@NullMarked
package io.holdfast.chaos.junit;

import org.jspecify.annotations.NullMarked;
