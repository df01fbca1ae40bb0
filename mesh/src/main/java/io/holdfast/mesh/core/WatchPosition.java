package io.holdfast.mesh.core;

import io.holdfast.sync.core.Place;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Positions in a group's history as text: {@code 17} names revision 17, {@code 17.3} the change
 * number 3 of it, counted from 0.
 */
public final class WatchPosition {

  private static final Pattern FORM = Pattern.compile("([0-9]{1,15})(?:\\.([0-9]{1,5}))?");

  private WatchPosition() {}

  /** The place of this position: where one begins who wants what is there too. */
  public static OptionalLong at(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      return OptionalLong.empty();
    }
    long revision = Long.parseLong(matcher.group(1));
    int ordinal = matcher.group(2) == null ? 0 : Integer.parseInt(matcher.group(2));
    return revision >= 1 && revision < Place.MAX_REVISION && ordinal < Place.MAX_CHANGES
        ? OptionalLong.of(Place.of(revision, ordinal))
        : OptionalLong.empty();
  }

  /** The place after this position: where one resumes who has what is there; 0 is the start. */
  public static OptionalLong after(String text) {
    if (text.equals("0")) {
      return OptionalLong.of(Place.first(1));
    }
    OptionalLong place = at(text);
    if (place.isEmpty()) {
      return place;
    }
    return OptionalLong.of(
        text.indexOf('.') < 0
            ? Place.first(Place.revision(place.getAsLong()) + 1)
            : place.getAsLong() + 1);
  }

  /** The position after which {@code place} comes: {@link #after} gives the place again. */
  public static String before(long place) {
    int ordinal = Place.ordinal(place);
    long revision = Place.revision(place);
    return ordinal == 0 ? Long.toString(Math.max(0, revision - 1)) : revision + "." + (ordinal - 1);
  }
}
