package io.holdfast.config.core.control;

import com.google.protobuf.ByteString;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** How documents say who may do what. */
final class AccessReading {

  private static final String PREFIX = "prefix";
  private static final String PREFIX_BASE64 = "prefixBase64";

  private final Set<String> names = new HashSet<>();
  private final Map<TokenHash, String> tokens = new HashMap<>();
  private final Map<String, String> certificates = new HashMap<>();

  private AccessReading() {}

  static AccessManifest access(Place document) {
    document.requireFields(DocumentFields.ACCESS);
    var reading = new AccessReading();
    List<Principal> principals =
        document.required("principals").list(AccessManifest.MAX_PRINCIPALS, reading::principal);
    Set<String> ownerNames = new HashSet<>();
    List<Owner> owners =
        document
            .optional("owners")
            .map(
                place ->
                    place.list(AccessManifest.MAX_OWNERS, each -> reading.owner(each, ownerNames)))
            .orElse(List.of());
    return document.value(() -> new AccessManifest(principals, owners));
  }

  private Principal principal(Place place) {
    place.requireFields(DocumentFields.PRINCIPAL);
    Place namePlace = place.required("name");
    String name = namePlace.name();
    if (!names.add(name)) {
      throw namePlace.refused("a name that no other principal has");
    }
    List<TokenHash> ownTokens = optionalList(place, "tokens").stream().map(this::token).toList();
    List<String> ownCertificates =
        optionalList(place, "certificates").stream().map(this::certificate).toList();
    List<Grant> grants =
        place
            .optional("grants")
            .map(list -> list.list(Principal.MAX_GRANTS, AccessReading::grant))
            .orElse(List.of());
    return place.value(() -> new Principal(name, ownTokens, ownCertificates, grants));
  }

  private static List<Place> optionalList(Place place, String field) {
    return place
        .optional(field)
        .map(list -> list.items(Principal.MAX_CREDENTIALS))
        .orElse(List.of());
  }

  private TokenHash token(Place place) {
    TokenHash token = place.text(TokenHash.ALLOWED, TokenHash::parse);
    String other = tokens.putIfAbsent(token, place.path());
    if (other != null) {
      throw UnreadableManifest.at(
          place.path(), place.part().line(), "is the same as " + other + ": allowed is each once");
    }
    return token;
  }

  private String certificate(Place place) {
    String subject =
        place.text(
            Principal.ALLOWED_SUBJECT, text -> Optional.of(text).filter(Principal::isSubject));
    String other = certificates.putIfAbsent(subject, place.path());
    if (other != null) {
      throw UnreadableManifest.at(
          place.path(), place.part().line(), "is the same as " + other + ": allowed is each once");
    }
    return subject;
  }

  private static Grant grant(Place place) {
    place.requireFields(DocumentFields.GRANT);
    Optional<Place> text = place.optional(PREFIX);
    Optional<Place> base64 = place.optional(PREFIX_BASE64);
    if (text.isPresent() && base64.isPresent()) {
      throw UnreadableManifest.at(
          place.path(),
          place.part().line(),
          "has both prefix and prefixBase64: allowed is one of them");
    }
    ByteString prefix =
        base64
            .map(each -> each.text("Base64 (RFC 4648, with padding)", AccessReading::decoded))
            .orElseGet(() -> ByteString.copyFromUtf8(place.required(PREFIX).text()));
    var verbs =
        place
            .required("verbs")
            .set(Verb.values().length, each -> each.text("one of " + Verb.ALLOWED, Verb::ofCode));
    return place.value(() -> new Grant(prefix, verbs));
  }

  /** Bytes of which this is the only spelling. */
  private static Optional<ByteString> decoded(String text) {
    try {
      byte[] bytes = Base64.getDecoder().decode(text);
      return Optional.of(bytes)
          .filter(each -> Base64.getEncoder().encodeToString(each).equals(text))
          .map(ByteString::copyFrom);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private Owner owner(Place place, Set<String> ownerNames) {
    place.requireFields(DocumentFields.OWNER);
    Place namePlace = place.required("name");
    String name = namePlace.name();
    if (!ownerNames.add(name)) {
      throw namePlace.refused("a name that no other owner has");
    }
    var principals =
        place.required("principals").set(AccessManifest.MAX_PRINCIPALS, this::knownPrincipal);
    return place.value(() -> new Owner(name, principals));
  }

  private String knownPrincipal(Place place) {
    String name = place.name();
    if (!names.contains(name)) {
      throw place.refused("the name of a principal of this manifest");
    }
    return name;
  }
}
