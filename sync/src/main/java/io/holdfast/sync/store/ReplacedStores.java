package io.holdfast.sync.store;

import io.holdfast.acceptor.core.Slot;
import io.holdfast.acceptor.store.DurableDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The files beside a store that were stores before: those that it has just replaced, and those that
 * are kept aside. No name is given twice: two that were replaced at the same slot are told apart by
 * a number.
 */
final class ReplacedStores {

  private static final String REPLACED = ".replaced-";
  private static final String KEPT = "kept-";
  private static final String ASIDE = ".aside-";
  private static final String SLOT_AND_NUMBER = "(\\d{1,18})(?:-(\\d{1,9}))?";

  /**
   * A store that was in use.
   *
   * @param file its file
   * @param kept whether it is to stay
   * @param slot of what took its place
   * @param number from 1, among those of the slot
   */
  record Former(Path file, boolean kept, Slot slot, int number) {}

  private static final Comparator<Former> AGE =
      Comparator.comparing(Former::slot).thenComparing(Former::number);

  private final Path fileBase;
  private final Pattern replacedName;
  private final Pattern asideName;

  /**
   * @param fileBase the database file of the store in use, without its suffix; absolute
   */
  ReplacedStores(Path fileBase) {
    this.fileBase = fileBase;
    this.replacedName = pattern(REPLACED, "(" + KEPT + ")?");
    this.asideName = pattern(ASIDE, "()");
  }

  private Pattern pattern(String kind, String kept) {
    String all = String.valueOf(DurableDatabase.fileOf(sibling("@")).getFileName());
    String[] around = all.split("@", 2);
    return Pattern.compile(
        Pattern.quote(around[0] + kind) + kept + SLOT_AND_NUMBER + Pattern.quote(around[1]));
  }

  private Path sibling(String suffix) {
    return fileBase.resolveSibling(fileBase.getFileName() + suffix);
  }

  /** Those that the store in use has just replaced, the oldest first. */
  List<Former> replaced() throws IOException {
    return named(replacedName);
  }

  /** Those that are kept aside, the oldest first. */
  List<Former> aside() throws IOException {
    return named(asideName);
  }

  private List<Former> named(Pattern wanted) throws IOException {
    Path directory = fileBase.getParent();
    List<Former> found = new ArrayList<>();
    if (directory == null || !Files.isDirectory(directory)) {
      return found;
    }
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Matcher name = wanted.matcher(String.valueOf(file.getFileName()));
        if (name.matches()) {
          String number = name.group(3);
          found.add(
              new Former(
                  file,
                  KEPT.equals(name.group(1)),
                  new Slot(Long.parseLong(name.group(2))),
                  number == null ? 1 : Integer.parseInt(number)));
        }
      }
    }
    found.sort(AGE);
    return found;
  }

  /** A name for a store that is being replaced, which no file has. */
  Path newReplaced(Slot slot, boolean kept) throws IOException {
    return file(REPLACED + (kept ? KEPT : ""), slot, replaced());
  }

  /** A lasting name for a store that was replaced, which no file has. */
  Path newAside(Slot slot) throws IOException {
    return file(ASIDE, slot, aside());
  }

  /** The number after the last one of the slot: so numbers tell which is older. */
  private Path file(String kind, Slot slot, List<Former> there) {
    int last =
        there.stream()
            .filter(former -> former.slot().equals(slot))
            .mapToInt(Former::number)
            .max()
            .orElse(0);
    String number = last == 0 ? "" : "-" + (last + 1);
    return DurableDatabase.fileOf(sibling(kind + slot.number() + number));
  }
}
