package io.holdfast.mesh.client;

import java.util.List;

/**
 * Which endpoint to ask: the one that answered last, until it fails; then the next one. Used on the
 * client's event loop only.
 */
final class Preference {

  private final List<MeshEndpoint> endpoints;
  private int current;

  Preference(List<MeshEndpoint> endpoints) {
    this.endpoints = endpoints;
  }

  /** The endpoint to ask now. */
  MeshEndpoint current() {
    return endpoints.get(current);
  }

  /** {@code endpoint} answered. */
  void prefer(MeshEndpoint endpoint) {
    int index = endpoints.indexOf(endpoint);
    if (index >= 0) {
      current = index;
    }
  }

  /** {@code endpoint} failed: many calls may say so, and only the first of them moves on. */
  void avoid(MeshEndpoint endpoint) {
    if (current().equals(endpoint)) {
      current = (current + 1) % endpoints.size();
    }
  }
}
