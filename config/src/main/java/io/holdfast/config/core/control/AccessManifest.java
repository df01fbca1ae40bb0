package io.holdfast.config.core.control;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Who may read and write what. Where a set has none, everybody may do everything.
 *
 * @param principals at most {@link #MAX_PRINCIPALS}; no two share a name, a token or a certificate,
 *     and one that can show to be itself is an administrator
 * @param owners at most {@link #MAX_OWNERS}, of different names
 */
public record AccessManifest(List<Principal> principals, List<Owner> owners) implements Manifest {

  /** The most principals that there may be. */
  public static final int MAX_PRINCIPALS = 1000;

  /** The most owners that there may be. */
  public static final int MAX_OWNERS = 1000;

  public AccessManifest {
    principals = List.copyOf(principals);
    owners = List.copyOf(owners);
    NameRule.requireAtMost("principals", principals.size(), MAX_PRINCIPALS);
    NameRule.requireAtMost("owners", owners.size(), MAX_OWNERS);
    NameRule.requireUnique("principal", principals.stream().map(Principal::name).toList());
    NameRule.requireUnique("owner", owners.stream().map(Owner::name).toList());
    requireDifferentCredentials(principals);
    requireKnownPrincipals(principals, owners);
    if (principals.stream().noneMatch(one -> one.isAdministrator() && !one.tokens().isEmpty())) {
      throw new IllegalArgumentException(
          "leaves no administrator: at least one principal needs the verb admin and a token, since"
              + " certificates cannot be shown yet");
    }
  }

  @Override
  public ManifestType type() {
    return ManifestType.ACCESS;
  }

  /**
   * Whose token this is. Every token of every principal is compared, so that the time it takes does
   * not tell how near a guess is.
   */
  public Optional<Principal> byToken(TokenHash token) {
    Optional<Principal> found = Optional.empty();
    for (Principal principal : principals) {
      if (principal.holds(token)) {
        found = Optional.of(principal);
      }
    }
    return found;
  }

  /** Whose certificate has this subject. */
  public Optional<Principal> byCertificate(String subject) {
    return principals.stream()
        .filter(principal -> principal.certificates().contains(subject))
        .findFirst();
  }

  /** The principal of this name. */
  public Optional<Principal> byName(String name) {
    return principals.stream().filter(principal -> principal.name().equals(name)).findFirst();
  }

  /** Who a caller without a credential is; empty where those are refused. */
  public Optional<Principal> anonymous() {
    return byName(Principal.ANONYMOUS);
  }

  private static void requireDifferentCredentials(List<Principal> principals) {
    Set<TokenHash> tokens = new HashSet<>();
    Set<String> certificates = new HashSet<>();
    for (Principal principal : principals) {
      for (TokenHash token : principal.tokens()) {
        if (!tokens.add(token)) {
          throw new IllegalArgumentException(
              "principal " + principal.name() + " has a token of another one: " + token);
        }
      }
      for (String certificate : principal.certificates()) {
        if (!certificates.add(certificate)) {
          throw new IllegalArgumentException(
              "principal "
                  + principal.name()
                  + " has a certificate of another one: "
                  + Quoted.shortened(certificate));
        }
      }
    }
  }

  private static void requireKnownPrincipals(List<Principal> principals, List<Owner> owners) {
    Set<String> names = new HashSet<>();
    principals.forEach(principal -> names.add(principal.name()));
    for (Owner owner : owners) {
      for (String acting : owner.principals()) {
        if (!names.contains(acting)) {
          throw new IllegalArgumentException(
              "owner " + owner.name() + ": there is no principal " + acting);
        }
      }
    }
  }
}
