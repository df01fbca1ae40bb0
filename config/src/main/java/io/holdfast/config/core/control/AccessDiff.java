package io.holdfast.config.core.control;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** What has changed of who may do what. */
final class AccessDiff {

  private AccessDiff() {}

  /** One verb of one grant. */
  private record Right(Verb verb, ByteString prefix) {

    boolean isHeldBy(Principal principal) {
      return principal.may(verb, KeySpan.prefix(prefix));
    }

    @Override
    public String toString() {
      return verb.code() + " " + Quoted.prefix(prefix);
    }
  }

  static SortedSet<String> words(Optional<AccessManifest> before, AccessManifest after) {
    SortedMap<String, Principal> older = byName(before);
    SortedMap<String, Principal> newer = byName(Optional.of(after));
    SortedSet<String> lines = new TreeSet<>();
    older.forEach(
        (name, principal) -> {
          Principal now = newer.get(name);
          List<String> changes = now == null ? List.of("removed") : changes(principal, now);
          changes.forEach(change -> lines.add("principal " + name + ": " + change));
        });
    newer.forEach(
        (name, principal) -> {
          if (!older.containsKey(name)) {
            lines.add("principal " + name + ": added");
            changes(new Principal(name, List.of(), List.of(), List.of()), principal)
                .forEach(change -> lines.add("principal " + name + ": " + change));
          }
        });
    acting(before, Optional.of(after), "for it no more", lines);
    acting(Optional.of(after), before, "for it now", lines);
    owners(before, Optional.of(after), "removed", lines);
    owners(Optional.of(after), before, "added", lines);
    return lines;
  }

  private static List<String> changes(Principal before, Principal after) {
    List<String> lines = new ArrayList<>();
    missing(after.tokens(), before.tokens())
        .forEach(token -> lines.add("a token more (" + token + ")"));
    missing(before.tokens(), after.tokens())
        .forEach(token -> lines.add("a token less (" + token + ")"));
    missing(after.certificates(), before.certificates())
        .forEach(subject -> lines.add("a certificate more (" + Quoted.shortened(subject) + ")"));
    missing(before.certificates(), after.certificates())
        .forEach(subject -> lines.add("a certificate less (" + Quoted.shortened(subject) + ")"));
    Set<Right> older = rights(before);
    Set<Right> newer = rights(after);
    missing(newer, older).forEach(right -> lines.add(gained(right, before)));
    missing(older, newer).forEach(right -> lines.add(lost(right, after)));
    return lines;
  }

  private static String gained(Right right, Principal before) {
    if (right.verb() == Verb.ADMIN) {
      return "is an administrator now";
    }
    return right.isHeldBy(before)
        ? "may " + right + " by a grant more, as it might before"
        : "may " + right + " now";
  }

  private static String lost(Right right, Principal after) {
    if (right.verb() == Verb.ADMIN) {
      return "is an administrator no more";
    }
    return right.isHeldBy(after)
        ? "may " + right + " by a grant less, and still may"
        : "may " + right + " no more";
  }

  private static void acting(
      Optional<AccessManifest> of,
      Optional<AccessManifest> without,
      String words,
      SortedSet<String> lines) {
    owners(of)
        .forEach(
            (name, owner) -> {
              Owner other = owners(without).get(name);
              Set<String> others = other == null ? Set.of() : other.principals();
              missing(owner.principals(), others)
                  .forEach(each -> lines.add("owner " + name + ": " + each + " acts " + words));
            });
  }

  private static void owners(
      Optional<AccessManifest> of,
      Optional<AccessManifest> without,
      String words,
      SortedSet<String> lines) {
    missing(owners(of).keySet(), owners(without).keySet())
        .forEach(name -> lines.add("owner " + name + ": " + words));
  }

  /** Who may do less by the one that is newer. */
  static SortedSet<String> losing(AccessManifest before, AccessManifest after) {
    SortedMap<String, Principal> newer = byName(Optional.of(after));
    SortedSet<String> losing = new TreeSet<>();
    for (Principal principal : before.principals()) {
      Principal now = newer.get(principal.name());
      if (now == null || losesOwn(principal, now)) {
        losing.add(principal.name());
      }
    }
    SortedMap<String, Owner> newOwners = owners(Optional.of(after));
    for (Owner owner : before.owners()) {
      Owner now = newOwners.get(owner.name());
      losing.addAll(missing(owner.principals(), now == null ? Set.of() : now.principals()));
    }
    return losing;
  }

  private static boolean losesOwn(Principal before, Principal after) {
    return !after.tokens().containsAll(before.tokens())
        || !after.certificates().containsAll(before.certificates())
        || !rights(before).stream().allMatch(right -> right.isHeldBy(after));
  }

  private static Set<Right> rights(Principal principal) {
    Set<Right> rights = new LinkedHashSet<>();
    for (Grant grant : principal.grants()) {
      grant.verbs().forEach(verb -> rights.add(new Right(verb, grant.prefix())));
    }
    return rights;
  }

  private static <T> Set<T> missing(Collection<T> from, Collection<T> in) {
    Set<T> missing = new LinkedHashSet<>(from);
    missing.removeAll(Set.copyOf(in));
    return missing;
  }

  private static SortedMap<String, Principal> byName(Optional<AccessManifest> access) {
    SortedMap<String, Principal> byName = new TreeMap<>();
    access.ifPresent(each -> each.principals().forEach(one -> byName.put(one.name(), one)));
    return byName;
  }

  private static SortedMap<String, Owner> owners(Optional<AccessManifest> access) {
    SortedMap<String, Owner> owners = new TreeMap<>();
    access.ifPresent(each -> each.owners().forEach(owner -> owners.put(owner.name(), owner)));
    return owners;
  }
}
