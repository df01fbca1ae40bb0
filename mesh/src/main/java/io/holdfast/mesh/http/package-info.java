/** The HTTP front door: a node's JSON and raw-bytes API over {@link io.holdfast.mesh.Mesh}. */
@NullMarked
package io.holdfast.mesh.http;

import org.jspecify.annotations.NullMarked;
