package io.holdfast.mesh.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/** What a node said of its replica at a slot; the fields of {@link io.holdfast.mesh.ChainPoint}. */
public record ChainView(String node, long applied, long slot, Optional<String> chainHash) {

  static ChainView read(JsonNode json) {
    return new ChainView(
        json.path("node").asText("?"),
        json.path("applied").asLong(),
        json.path("slot").asLong(),
        json.path("chainHash").isTextual()
            ? Optional.of(json.path("chainHash").asText())
            : Optional.empty());
  }
}
