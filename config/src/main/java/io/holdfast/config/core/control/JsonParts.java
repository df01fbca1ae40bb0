package io.holdfast.config.core.control;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.util.Optional;

/** JSON (RFC 8259), without what parsers differ about. */
final class JsonParts {

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          // Names come from outside: they are not kept for the life of the process.
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          // What is written in the document may be a secret.
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(PartTree.MAX_DEPTH + 1) // one more is refused with its path
                  .maxStringLength(ManifestReader.MAX_BYTES)
                  .maxNameLength(ManifestReader.MAX_BYTES)
                  .maxNumberLength(ManifestReader.MAX_BYTES)
                  .build())
          .build();

  private JsonParts() {}

  /** The one document that is in this text; empty if there is none. */
  static Optional<Part> read(String text) {
    var tree = new PartTree();
    try (JsonParser parser = FACTORY.createParser(text)) {
      int depth = 0;
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        int line = parser.currentTokenLocation().getLineNr();
        if (depth == 0 && tree.root().isPresent()) {
          throw UnreadableManifest.at("", line, "goes on after its end: allowed is one document");
        }
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        add(tree, token, parser, line);
      }
    } catch (JsonProcessingException e) {
      throw UnreadableManifest.at(
          tree.path(),
          e.getLocation() == null ? 0 : e.getLocation().getLineNr(),
          "is no JSON"
              + (e.getLocation() == null ? "" : ", at column " + e.getLocation().getColumnNr()));
    } catch (IOException e) {
      throw new IllegalStateException("text was read that is in memory", e);
    }
    return tree.root();
  }

  private static void add(PartTree tree, JsonToken token, JsonParser parser, int line)
      throws IOException {
    switch (token) {
      case START_OBJECT -> tree.startFields(line);
      case START_ARRAY -> tree.startItems(line);
      case END_OBJECT, END_ARRAY -> tree.end();
      case FIELD_NAME -> tree.field(parser.getText(), line);
      case VALUE_STRING -> tree.text(parser.getText(), line);
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> tree.number(parser.getText(), line);
      case VALUE_TRUE -> tree.flag(true, line);
      case VALUE_FALSE -> tree.flag(false, line);
      case VALUE_NULL -> throw tree.refusedNull(line);
      default -> throw new IllegalStateException("a token that JSON text does not have: " + token);
    }
  }
}
