/** An application of a mesh, and its test: the example of docs/TESTING-YOUR-APPLICATION.md. */
@NullMarked
package io.holdfast.chaos.example;

import org.jspecify.annotations.NullMarked;
