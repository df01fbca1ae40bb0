package io.holdfast.chaos.junit;

import java.net.URI;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Where the nodes of a mesh listen for clients.
 *
 * @param all by name of the nodes, such as {@code http://127.0.0.1:8100}; at least one
 */
public record MeshEndpoints(List<URI> all) {

  public MeshEndpoints {
    all = List.copyOf(all);
    if (all.isEmpty()) {
      throw new IllegalArgumentException("a mesh has at least one endpoint");
    }
  }

  /** As {@code HOLDFAST_ENDPOINTS} has them: {@code host:port,host:port}. */
  public String joined() {
    return all.stream().map(URI::getAuthority).collect(Collectors.joining(","));
  }
}
