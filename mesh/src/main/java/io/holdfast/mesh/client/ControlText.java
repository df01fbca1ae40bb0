package io.holdfast.mesh.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.config.core.control.Activation;
import io.holdfast.config.core.control.ManifestDocument;
import io.holdfast.config.core.control.ManifestType;
import io.holdfast.config.core.control.SetHash;
import io.holdfast.sync.core.Command;
import java.util.Map;
import java.util.Optional;

/** What is to be active, as bodies of requests. */
public final class ControlText {

  private static final ObjectMapper JSON = new ObjectMapper();

  private ControlText() {}

  /** The body that says what shall be active from then on, of each type; empty: none. */
  public static ObjectNode of(Map<ManifestType, Optional<ManifestDocument>> changes) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    ArrayNode manifests = body.putArray("manifests");
    ArrayNode remove = body.putArray("remove");
    changes.forEach(
        (type, document) ->
            document.ifPresentOrElse(
                given -> manifests.add(tree(given)), () -> remove.add(type.code())));
    return body;
  }

  static ObjectNode of(Activation activation) {
    ObjectNode body = of(activation.changes());
    expect(body, activation.expected());
    body.put("setHash", activation.resulting().toString());
    return activation.reason().isEmpty() ? body : body.put("reason", activation.reason());
  }

  static ObjectNode of(Command.Approve approve) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    expect(body, approve.expected());
    return body.put("setHash", approve.resulting().toString());
  }

  private static void expect(ObjectNode body, Activation.Expected expected) {
    body.put("expectedNumber", expected.number());
    if (!expected.setHash().equals(SetHash.NONE)) { // else the node takes that of the number
      body.put("expectedHash", expected.setHash().toString());
    }
  }

  private static JsonNode tree(ManifestDocument document) {
    try {
      return JSON.readTree(document.canonical().toStringUtf8());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a canonical form that is no JSON", e);
    }
  }
}
