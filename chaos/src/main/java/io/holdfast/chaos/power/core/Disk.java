package io.holdfast.chaos.power.core;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * A file system and the disk beneath it, as POSIX promises them and no better:
 *
 * <ul>
 *   <li>what was written is on the medium once it was synced, by {@link #sync(StoredFile,
 *       StoredFile.Change)} for one write or {@link #sync(StoredFile, long)} for a file;
 *   <li>that a file was made, renamed or deleted is on the medium once its directory was synced;
 *   <li>of the rest anything may be, in any combination, a write in any of its sectors.
 * </ul>
 *
 * <p>Names are absolute, with slashes. Renaming is within a directory, and of files only. Not for
 * several threads.
 */
public final class Disk {

  /** The directory that is always there. */
  public static final String ROOT = "/";

  private enum Kind {
    CREATE,
    RENAME,
    DELETE
  }

  private record NameChange(long order, Kind kind, String from, String to, Node node) {

    void applyTo(NavigableMap<String, Node> names) {
      if (kind != Kind.CREATE) {
        names.remove(from, node);
      }
      if (kind != Kind.DELETE) {
        names.put(to, node);
      }
    }
  }

  /**
   * What a power cut left.
   *
   * @param disk as the next process finds it: all that it holds is on the medium
   * @param counts what the cut did
   */
  public record Survivors(Disk disk, CutCounts counts) {}

  private final NavigableMap<String, Node> medium;
  private final NavigableMap<String, Node> current;
  private final List<NameChange> changes = new ArrayList<>();
  private long order;

  /** An empty disk. */
  public Disk() {
    this(new TreeMap<>());
    medium.put(ROOT, new Node.Directory());
    current.putAll(medium);
  }

  private Disk(NavigableMap<String, Node> medium) {
    this.medium = medium;
    this.current = new TreeMap<>(medium);
  }

  // ---- As a process sees it

  /** The file of this name, if it is one. */
  public Optional<StoredFile> file(String name) {
    return current.get(name) instanceof StoredFile file ? Optional.of(file) : Optional.empty();
  }

  /** Whether this is a directory. */
  public boolean isDirectory(String name) {
    return current.get(name) instanceof Node.Directory;
  }

  /** Whether there is something of this name. */
  public boolean exists(String name) {
    return current.containsKey(name);
  }

  /** The full names of what is in a directory, in order. */
  public List<String> list(String directory) {
    return current.keySet().stream()
        .filter(name -> !name.equals(ROOT) && parent(name).equals(directory))
        .toList();
  }

  /** The directory that holds this name. */
  public static String parent(String name) {
    int slash = name.lastIndexOf('/');
    return slash <= 0 ? ROOT : name.substring(0, slash);
  }

  /** Another disk that holds what is on the medium of this one. */
  public Disk copyOfMedium() {
    NavigableMap<String, Node> copy = new TreeMap<>();
    medium.forEach(
        (name, node) ->
            copy.put(name, node instanceof StoredFile file ? file.copyOfMedium() : node));
    return new Disk(copy);
  }

  // ---- Changes

  /**
   * Makes an empty file.
   *
   * @throws IllegalArgumentException where the name is taken or its directory missing
   */
  public StoredFile create(String name) {
    StoredFile file = new StoredFile(name);
    add(name, file);
    return file;
  }

  /**
   * Makes a directory.
   *
   * @throws IllegalArgumentException where the name is taken or its directory missing
   */
  public void makeDirectory(String name) {
    add(name, new Node.Directory());
  }

  private void add(String name, Node node) {
    if (exists(name) || !isDirectory(parent(name))) {
      throw new IllegalArgumentException(name + " cannot be made: it is there, or has no place");
    }
    change(Kind.CREATE, name, name, node);
  }

  /**
   * Deletes a file, or a directory that holds nothing.
   *
   * @throws IllegalArgumentException where it cannot be
   */
  public void delete(String name) {
    Node node = current.get(name);
    if (node == null || name.equals(ROOT) || !list(name).isEmpty()) {
      throw new IllegalArgumentException(name + " cannot be deleted");
    }
    change(Kind.DELETE, name, name, node);
  }

  /**
   * Gives a file another name, in place of what has that name, as one step.
   *
   * @throws IllegalArgumentException unless both are in one directory, and the old one is a file
   */
  public void rename(String from, String to) {
    if (!(current.get(from) instanceof StoredFile file)
        || isDirectory(to)
        || !parent(from).equals(parent(to))) {
      throw new IllegalArgumentException(from + " cannot be renamed to " + to);
    }
    change(Kind.RENAME, from, to, file);
  }

  private void change(Kind kind, String from, String to, Node node) {
    NameChange change = new NameChange(++order, kind, from, to, node);
    changes.add(change);
    change.applyTo(current);
  }

  /** Writes bytes, which must not be changed afterwards, at a position. */
  public StoredFile.Change write(StoredFile file, long position, byte[] bytes) {
    return file.write(++order, position, bytes);
  }

  /** Cuts a file off; one that is shorter already stays as it is. */
  public void truncate(StoredFile file, long size) {
    if (size < file.size()) {
      file.truncate(++order, size);
    }
  }

  // ---- Syncing

  /** Where the sequence of all changes is now, for a sync that covers what came before it. */
  public long order() {
    return order;
  }

  /** One write is on the medium. */
  public void sync(StoredFile file, StoredFile.Change change) {
    file.sync(change);
  }

  /** All changes of a file's contents up to a moment are on the medium. */
  public void sync(StoredFile file, long upTo) {
    file.syncUpTo(upTo);
  }

  /** All that was made, renamed and deleted in a directory up to a moment is on the medium. */
  public void syncDirectory(String directory, long upTo) {
    changes.removeIf(
        change -> {
          boolean synced = change.order() <= upTo && parent(change.to()).equals(directory);
          if (synced) {
            change.applyTo(medium);
          }
          return synced;
        });
  }

  /** The power fails: what was synced is there, and some of the rest. */
  public Survivors cut(SplittableRandom random) {
    Fates fates = Fates.draw(random);
    CutCounts.Tally tally = new CutCounts.Tally();
    NavigableMap<String, Node> names = new TreeMap<>(medium);
    for (NameChange change : changes) {
      boolean survives = fates.survives();
      switch (change.kind()) {
        case CREATE -> tally.creation(change.order(), survives);
        case RENAME -> tally.rename(change.order(), survives);
        case DELETE -> tally.deletion(change.order(), survives);
      }
      if (survives) {
        change.applyTo(names);
      }
    }
    NavigableMap<String, Node> left = new TreeMap<>();
    // Names come after those of their directories.
    names.forEach(
        (name, node) -> {
          if (name.equals(ROOT) || left.get(parent(name)) instanceof Node.Directory) {
            left.put(name, node instanceof StoredFile file ? file.afterCut(fates, tally) : node);
          }
        });
    return new Survivors(new Disk(left), tally.counts());
  }
}
