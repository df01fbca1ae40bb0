package io.holdfast.config.core.control;

import io.holdfast.config.core.NumberKey;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A piece of a document and where it is. What it is asked for and is not, it refuses in words.
 *
 * @param path such as {@code principals[3].tokens[0]}; empty for the document
 * @param part what is there
 */
record Place(String path, Part part) {

  /** Text. */
  String text() {
    if (part instanceof Part.Text text) {
      return text.value();
    }
    boolean isSmall = part instanceof Part.Whole || part instanceof Part.Flag;
    throw refused("text" + (isSmall ? "; put it in quotes" : ""));
  }

  /** Text of which something can be made; empty means that it cannot. */
  <T> T text(String allowed, Function<String, Optional<T>> meaning) {
    if (part instanceof Part.Text text) {
      Optional<T> made = meaning.apply(text.value());
      return made.orElseThrow(() -> refused(allowed));
    }
    throw refused(allowed);
  }

  /** A name. */
  String name() {
    String name = text();
    if (!NameRule.allows(name)) {
      throw refused(NameRule.ALLOWED);
    }
    return name;
  }

  /** True or false. */
  boolean flag() {
    if (part instanceof Part.Flag flag) {
      return flag.value();
    }
    throw refused("true or false");
  }

  /** Any whole number. */
  long whole() {
    if (part instanceof Part.Whole whole) {
      return whole.value();
    }
    throw refused("a whole number");
  }

  /** A whole number of a range. */
  long whole(NumberKey range) {
    if (part instanceof Part.Whole whole && range.allows(whole.value())) {
      return whole.value();
    }
    throw refused("a whole number, " + range.allowed());
  }

  /** The items of a list. */
  List<Place> items(int most) {
    if (!(part instanceof Part.Items items)) {
      throw refused("a list");
    }
    int count = items.parts().size();
    if (count > most) {
      throw UnreadableManifest.at(path, part.line(), count + " items: allowed are at most " + most);
    }
    List<Place> places = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      places.add(new Place(path + "[" + i + "]", items.parts().get(i)));
    }
    return places;
  }

  /** What is made of a list's items, in its order. */
  <T> List<T> list(int most, Function<Place, T> meaning) {
    return items(most).stream().map(meaning).toList();
  }

  /** What is made of a list's items, none of which may be there twice. */
  <T extends Comparable<T>> SortedSet<T> set(int most, Function<Place, T> meaning) {
    SortedSet<T> set = new TreeSet<>();
    for (Place item : items(most)) {
      if (!set.add(meaning.apply(item))) {
        throw item.refused("that each is there once");
      }
    }
    return Collections.unmodifiableSortedSet(set);
  }

  /** The field of that name, if it is there. */
  Optional<Place> optional(String field) {
    return Optional.ofNullable(object().parts().get(field)).map(found -> at(field, found));
  }

  /** The field of that name. */
  Place required(String field) {
    return optional(field)
        .orElseThrow(
            () ->
                UnreadableManifest.at(
                    PartTree.fieldPath(path, field), part.line(), "is missing: it is required"));
  }

  /** Refuses what is no object, and fields of other names. */
  void requireFields(Set<String> known) {
    object()
        .parts()
        .forEach(
            (name, value) -> {
              if (!known.contains(name)) {
                throw UnreadableManifest.at(
                    PartTree.fieldPath(path, name),
                    value.line(),
                    "is no field that is known: allowed are "
                        + String.join(", ", new TreeSet<>(known)));
              }
            });
  }

  private Part.Fields object() {
    if (part instanceof Part.Fields fields) {
      return fields;
    }
    if (path.isEmpty()) {
      // A document that is none may be a file with a token.
      throw UnreadableManifest.at(
          path, part.line(), "what is there (not shown): allowed is an object with fields");
    }
    throw refused("an object with fields");
  }

  private Place at(String field, Part found) {
    return new Place(PartTree.fieldPath(path, field), found);
  }

  /** A value of its parts, which may not go together. */
  <T> T value(Supplier<T> made) {
    try {
      return made.get();
    } catch (UnreadableManifest e) {
      throw e; // of a part, with its own path
    } catch (IllegalArgumentException e) {
      throw UnreadableManifest.at(path, part.line(), String.valueOf(e.getMessage()));
    }
  }

  /** Why something else has to be here. */
  UnreadableManifest refused(String allowed) {
    return UnreadableManifest.found(path, part.line(), Part.words(part), allowed);
  }
}
