package io.holdfast.config.core.control;

import com.google.protobuf.ByteString;
import io.holdfast.config.core.NumberKey;
import io.holdfast.config.core.control.ProjectFile.Entry;
import io.holdfast.config.core.control.ProjectFile.Output;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Reads a {@link ProjectFile}, as strictly as manifests are read: a field that is passed over in
 * silence would have something else reserved than was meant.
 */
public final class ProjectFileReader {

  private static final Set<String> FIELDS =
      Set.of("project", "task", "pool", "base", "reservations", "output");
  private static final Set<String> ENTRY =
      Set.of("name", "tag", "offset", "prefer", "value", "env");
  private static final NumberKey NUMBER =
      NumberKey.count("number", -Pool.MAX_NUMBER, Pool.MAX_NUMBER);
  private static final int LONGEST_WORD = 128;
  private static final String WORD =
      "text of at most %d characters, none a control".formatted(LONGEST_WORD);
  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,127}");

  private final OptionalLong base;
  private final Set<String> tags = new HashSet<>();
  private final Set<String> variables = new HashSet<>();

  private ProjectFileReader(OptionalLong base) {
    this.base = base;
  }

  /**
   * The file that this says.
   *
   * @throws UnreadableManifest for anything else
   */
  public static ProjectFile read(ByteString yaml) {
    Place file = new Place("", YamlParts.read(ManifestReader.text(yaml)).orElseThrow(() -> none()));
    file.requireFields(FIELDS);
    OptionalLong base =
        file.optional("base")
            .map(place -> OptionalLong.of(place.whole(NUMBER)))
            .orElse(OptionalLong.empty());
    ProjectFileReader reader = new ProjectFileReader(base);
    List<Entry> entries =
        file.required("reservations").list(ProjectFile.MAX_RESERVATIONS, reader::entry);
    if (entries.isEmpty()) {
      throw file.required("reservations").refused("one reservation or more");
    }
    return new ProjectFile(
        word(file, "project"),
        word(file, "task"),
        file.optional("pool").map(Place::name),
        base,
        entries,
        file.optional("output")
            .map(place -> place.text("one of " + Output.ALLOWED, Output::ofCode))
            .orElse(Output.EXPORTS));
  }

  private static UnreadableManifest none() {
    return UnreadableManifest.at("", 0, "is empty: allowed is a list of reservations");
  }

  private Entry entry(Place place) {
    place.requireFields(ENTRY);
    String name = word(place, "name").orElseGet(() -> place.required("name").text());
    String tag = word(place, "tag").orElse(name);
    if (!tags.add(tag)) {
      throw place.optional("tag").orElse(place.required("name")).refused("a tag that no other has");
    }
    Optional<Place> named = place.optional("env");
    String env = named.map(ProjectFileReader::variable).orElseGet(() -> Entry.envOf(tag));
    if (!variables.add(env)) {
      throw named
          .orElse(place)
          .refused("a variable that no other has; '%s' is there before".formatted(env));
    }
    Optional<Place> offset = place.optional("offset");
    Optional<Place> prefer = place.optional("prefer");
    Optional<Place> value = place.optional("value");
    List<Place> given = List.of(offset, prefer, value).stream().flatMap(Optional::stream).toList();
    if (given.size() > 1) {
      throw given.get(1).refused("one of offset, prefer and value");
    }
    OptionalLong number =
        given.isEmpty() ? OptionalLong.empty() : OptionalLong.of(given.get(0).whole(NUMBER));
    return new Entry(
        name,
        tag,
        value.isPresent(),
        offset.isPresent() ? OptionalLong.of(fromBase(offset.get(), number)) : number,
        env);
  }

  private long fromBase(Place offset, OptionalLong number) {
    if (base.isEmpty()) {
      throw offset.refused("an offset only where the file has a base");
    }
    long sum = base.getAsLong() + number.orElseThrow();
    if (!NUMBER.allows(sum)) {
      throw offset.refused("what comes, with the base, to " + NUMBER.allowed());
    }
    return sum;
  }

  private static String variable(Place place) {
    return place.text(
        "the name of a variable: a letter or '_', then letters, digits and '_'",
        text -> Optional.of(text).filter(VARIABLE.asMatchPredicate()));
  }

  private static Optional<String> word(Place place, String field) {
    Predicate<String> plain =
        text -> text.length() <= LONGEST_WORD && text.chars().noneMatch(Character::isISOControl);
    return place
        .optional(field)
        .map(found -> found.text(WORD, text -> Optional.of(text).filter(plain)));
  }
}
