package io.holdfast.config.core.control;

import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * YAML 1.2, and of that only what JSON has too: no anchors, aliases, tags, merge keys, directives.
 * It is read event by event, so that nothing is built of what is refused.
 */
final class YamlParts {

  private static final LoadSettings SETTINGS =
      LoadSettings.builder()
          .setCodePointLimit(ManifestReader.MAX_BYTES)
          .setParseComments(false)
          .build();

  private YamlParts() {}

  /** The one document that is in this text; empty if there is none. */
  static Optional<Part> read(String text) {
    var tree = new PartTree();
    try {
      boolean started = false;
      for (Event event : new Parse(SETTINGS).parseString(text)) {
        int line = line(event.getStartMark());
        if (event instanceof DocumentStartEvent start) {
          if (started) {
            throw UnreadableManifest.at("", line, "is not the only one: allowed is one document");
          }
          started = true;
          if (start.getSpecVersion().isPresent() || !start.getTags().isEmpty()) {
            throw UnreadableManifest.at("", line, "has directives of YAML: allowed are none");
          }
        }
        add(tree, event, line);
      }
    } catch (MarkedYamlEngineException e) {
      throw UnreadableManifest.at(tree.path(), line(e.getProblemMark()), "is no YAML");
    } catch (YamlEngineException e) {
      throw UnreadableManifest.at("", 0, "is no YAML: it has characters that YAML does not allow");
    }
    return tree.root();
  }

  private static void add(PartTree tree, Event event, int line) {
    if (event instanceof NodeEvent node && node.getAnchor().isPresent()) {
      throw UnreadableManifest.at(
          tree.path(), line, "has an anchor or alias of YAML: allowed is the value itself");
    }
    switch (event.getEventId()) {
      case Scalar -> addScalar(tree, (ScalarEvent) event, line);
      case MappingStart -> {
        requirePlain(tree, event, line);
        tree.startFields(line);
      }
      case SequenceStart -> {
        requirePlain(tree, event, line);
        tree.startItems(line);
      }
      case MappingEnd, SequenceEnd -> tree.end();
      case Alias, Comment, DocumentEnd, DocumentStart, StreamEnd, StreamStart -> {}
    }
  }

  /** Refuses a tag, and an object or list in the place of a field's name. */
  private static void requirePlain(PartTree tree, Event event, int line) {
    if (((CollectionStartEvent) event).getTag().isPresent()) {
      throw refusedTag(tree, line);
    }
    if (tree.awaitsField()) {
      throw UnreadableManifest.at(
          tree.path(), line, "has a field whose name is no text: allowed is text");
    }
  }

  private static UnreadableManifest refusedTag(PartTree tree, int line) {
    return UnreadableManifest.at(
        tree.path(), line, "has a tag of YAML: allowed is the value itself");
  }

  private static void addScalar(PartTree tree, ScalarEvent scalar, int line) {
    if (scalar.getTag().isPresent()) {
      throw refusedTag(tree, line);
    }
    String value = scalar.getValue();
    PlainScalar meaning = scalar.isPlain() ? PlainScalar.of(value) : PlainScalar.TEXT;
    if (tree.awaitsField()) {
      if (meaning != PlainScalar.TEXT) {
        throw UnreadableManifest.found(
            tree.path(), line, "the field " + value, "a name that is text; put it in quotes");
      }
      tree.field(value, line);
      return;
    }
    switch (meaning) {
      case TEXT -> tree.text(value, line);
      case FLAG -> tree.flag(value.equals("true"), line);
      case NUMBER -> tree.number(value, line);
      case NULL -> throw tree.refusedNull(line);
      case DOUBTFUL ->
          throw UnreadableManifest.found(
              tree.path(),
              line,
              value + " (which readers of YAML take for different things)",
              "true or false, a whole number in decimal digits, or text in quotes");
    }
  }

  private static int line(Optional<Mark> mark) {
    return mark.map(where -> where.getLine() + 1).orElse(0);
  }
}
