package io.holdfast.chaos.core;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The operations on registers that have nothing to do with any others: linearizability is local, to
 * single registers and so to sets of them.
 *
 * @param name the register, or the first of them and how many more there are
 * @param registers how many there are
 * @param history all operations on them
 */
public record Part(String name, int registers, History history) {

  /** Finds the connected components of keys, where an operation connects those that it names. */
  static List<Part> split(History history) {
    Map<String, String> parents = new HashMap<>();
    for (Operation operation : history.operations()) {
      String first = null;
      for (String key : operation.keys()) {
        String root = root(parents, key);
        if (first == null) {
          first = root;
        } else {
          first = join(parents, first, root);
        }
      }
    }
    Map<String, Integer> sizes = new HashMap<>();
    for (String key : List.copyOf(parents.keySet())) {
      sizes.merge(root(parents, key), 1, Integer::sum);
    }
    Map<String, List<Operation>> members = new TreeMap<>();
    for (Operation operation : history.operations()) {
      String root = root(parents, operation.keys().iterator().next());
      members.computeIfAbsent(root, unseen -> new ArrayList<>()).add(operation);
    }
    List<Part> parts = new ArrayList<>();
    members.forEach((root, all) -> parts.add(of(root, sizes.getOrDefault(root, 1), all)));
    return List.copyOf(parts);
  }

  /** The part as it looked just before position {@code end}. */
  Part before(int end) {
    return new Part(name, registers, history.before(end));
  }

  private static Part of(String first, int registers, List<Operation> operations) {
    String name = registers == 1 ? first : first + " and " + (registers - 1) + " more";
    return new Part(name, registers, new History(operations));
  }

  /** A register without a parent is its own: the smallest of its component. */
  private static String root(Map<String, String> parents, String key) {
    String root = key;
    String parent = parents.computeIfAbsent(root, own -> own);
    while (!parent.equals(root)) {
      root = parent;
      parent = parents.getOrDefault(root, root);
    }
    String passed = key;
    while (!passed.equals(root)) {
      String next = parents.getOrDefault(passed, root);
      parents.put(passed, root);
      passed = next;
    }
    return root;
  }

  private static String join(Map<String, String> parents, String one, String other) {
    boolean smaller = one.compareTo(other) < 0;
    parents.put(smaller ? other : one, smaller ? one : other);
    return smaller ? one : other;
  }
}
