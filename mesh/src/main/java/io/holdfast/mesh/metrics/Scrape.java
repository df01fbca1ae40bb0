package io.holdfast.mesh.metrics;

import com.google.protobuf.ByteString;

/**
 * All metrics of a node at one moment, in one of Prometheus's formats.
 *
 * @param contentType which
 * @param body the text
 */
public record Scrape(String contentType, ByteString body) {}
