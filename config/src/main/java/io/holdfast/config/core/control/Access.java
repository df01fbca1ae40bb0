package io.holdfast.config.core.control;

import java.util.List;
import java.util.Optional;

/** Whether a caller may do something. */
public sealed interface Access {

  /**
   * It may.
   *
   * @param principal who it is; empty where nobody is kept from anything
   */
  record Granted(String principal) implements Access {}

  /**
   * Nobody knows who it is.
   *
   * @param reason why, without what it has shown
   */
  record Unknown(String reason) implements Access {}

  /**
   * It may not.
   *
   * @param reason what it may not
   */
  record Denied(String reason) implements Access {}

  /**
   * Something that a caller wants to do.
   *
   * @param verb what
   * @param keys to which keys; empty: to some, whichever
   */
  record Need(Verb verb, Optional<KeySpan> keys) {

    /** To do it to some keys, whichever. */
    public static Need anywhere(Verb verb) {
      return new Need(verb, Optional.empty());
    }

    /** To do it to these keys. */
    public static Need of(Verb verb, KeySpan keys) {
      return new Need(verb, Optional.of(keys));
    }
  }

  /**
   * Whether a caller may do all of this. Where no manifest says who may do what, everybody may do
   * everything; where one does, nobody may do what it does not say.
   */
  static Access of(ControlSet active, Credentials shown, List<Need> needs) {
    Optional<AccessManifest> access = active.access();
    if (access.isEmpty() || shown.ofNode()) {
      return new Granted("");
    }
    Optional<Principal> known = principal(access.get(), shown);
    if (known.isEmpty()) {
      return new Unknown(
          shown.equals(Credentials.NONE)
              ? "This group is served to those only who say who they are."
              : "Nobody is known by this token or certificate.");
    }
    Principal principal = known.get();
    for (Need need : needs) {
      boolean may =
          need.keys()
              .map(keys -> principal.may(need.verb(), keys))
              .orElseGet(() -> principal.mayAnywhere(need.verb()));
      if (!may) {
        return new Denied(
            "Principal %s may not %s this.".formatted(principal.name(), wordOf(need.verb())));
      }
    }
    return new Granted(principal.name());
  }

  /**
   * Whether a principal may change what another one has reserved: its own, that of those who act
   * for the same owner, and, as an administrator, that of anybody.
   *
   * @param caller who wants to; empty: a node itself, or whoever asks while nobody is kept from
   *     anything
   * @param owner whose it is; empty: nobody's in particular
   */
  static boolean mayActFor(ControlSet active, String caller, String owner) {
    Optional<AccessManifest> access = active.access();
    return access.isEmpty()
        || owner.isEmpty()
        || caller.isEmpty()
        || caller.equals(owner)
        || access.get().byName(caller).filter(Principal::isAdministrator).isPresent()
        || access.get().owners().stream()
            .map(Owner::principals)
            .anyMatch(acting -> acting.contains(caller) && acting.contains(owner));
  }

  private static Optional<Principal> principal(AccessManifest access, Credentials shown) {
    if (shown.token().isPresent()) {
      return access.byToken(shown.token().get());
    }
    return shown.certificate().isPresent()
        ? access.byCertificate(shown.certificate().get())
        : access.anonymous();
  }

  private static String wordOf(Verb verb) {
    return verb == Verb.ADMIN ? "administer" : verb.code();
  }
}
