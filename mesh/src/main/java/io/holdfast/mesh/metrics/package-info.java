/**
 * What a node measures of itself: plain meters that its parts write to, and the registries that
 * show them to Prometheus and JMX.
 */
@NullMarked
package io.holdfast.mesh.metrics;

import org.jspecify.annotations.NullMarked;
