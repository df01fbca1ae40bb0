package io.holdfast.config.core.control;

import java.util.HashSet;
import java.util.List;

/**
 * Somebody who calls: how one shows to be it, and what it may do.
 *
 * @param name {@link #ANONYMOUS} for whoever shows nothing
 * @param tokens what shows it over HTTP, at most {@link #MAX_CREDENTIALS}
 * @param certificates subjects of client certificates that show it, at most {@link
 *     #MAX_CREDENTIALS}, of 1 to {@link #MAX_SUBJECT} characters
 * @param grants what it may do, together; at most {@link #MAX_GRANTS}
 */
public record Principal(
    String name, List<TokenHash> tokens, List<String> certificates, List<Grant> grants) {

  /** Who a caller without a credential is. */
  public static final String ANONYMOUS = "anonymous";

  /** The most tokens, and the most certificates, that one may have. */
  public static final int MAX_CREDENTIALS = 8;

  /** The most grants that one may have. */
  public static final int MAX_GRANTS = 64;

  /** The most characters of a certificate's subject. */
  public static final int MAX_SUBJECT = 256;

  public Principal {
    tokens = List.copyOf(tokens);
    certificates = List.copyOf(certificates);
    grants = List.copyOf(grants);
    NameRule.require("principal", name);
    NameRule.requireAtMost("tokens", tokens.size(), MAX_CREDENTIALS);
    NameRule.requireAtMost("certificates", certificates.size(), MAX_CREDENTIALS);
    NameRule.requireAtMost("grants", grants.size(), MAX_GRANTS);
    if (!certificates.stream().allMatch(Principal::isSubject)) {
      throw new IllegalArgumentException(
          "a certificate of principal " + name + ": allowed are " + ALLOWED_SUBJECT);
    }
    if (new HashSet<>(tokens).size() != tokens.size()) {
      throw new IllegalArgumentException("principal " + name + " has one token twice");
    }
    NameRule.requireUnique("certificate", certificates);
    if (name.equals(ANONYMOUS)
        && (!tokens.isEmpty() || !certificates.isEmpty() || holdsAdmin(grants))) {
      throw new IllegalArgumentException(
          "principal anonymous is whoever shows no credential: allowed are no tokens,"
              + " no certificates and no grant of admin");
    }
  }

  /** What the subject of a certificate may be, in words. */
  static final String ALLOWED_SUBJECT =
      "1 to " + MAX_SUBJECT + " characters without control characters";

  static boolean isSubject(String subject) {
    return !subject.isEmpty()
        && subject.length() <= MAX_SUBJECT
        && subject.codePoints().noneMatch(Character::isISOControl);
  }

  /** Whether its grants of this verb together cover every key of the span. */
  public boolean may(Verb verb, KeySpan span) {
    if (isAdministrator()) {
      return true;
    }
    if (verb == Verb.ADMIN) {
      return false;
    }
    if (span.isSingle()) {
      return grants.stream()
          .anyMatch(
              grant -> grant.verbs().contains(verb) && span.from().startsWith(grant.prefix()));
    }
    List<KeySpan> granted =
        grants.stream().filter(grant -> grant.verbs().contains(verb)).map(Grant::span).toList();
    return span.isCoveredBy(granted);
  }

  /** Whether it may do everything. */
  public boolean isAdministrator() {
    return holdsAdmin(grants);
  }

  /** Whether there are keys with which it may do this. */
  public boolean mayAnywhere(Verb verb) {
    return isAdministrator() || grants.stream().anyMatch(grant -> grant.verbs().contains(verb));
  }

  /** Whether this is one of its tokens. Each is compared, so that the time tells nothing. */
  boolean holds(TokenHash token) {
    boolean holds = false;
    for (TokenHash own : tokens) {
      holds |= own.sameAs(token);
    }
    return holds;
  }

  private static boolean holdsAdmin(List<Grant> grants) {
    return grants.stream().anyMatch(grant -> grant.verbs().contains(Verb.ADMIN));
  }
}
