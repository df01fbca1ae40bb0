package io.holdfast.config.core.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AccessManifestTest {

  private static final Grant ADMIN = grant("", Verb.ADMIN);
  private static final Principal ROOT =
      new Principal("root", List.of(TokenHash.ofToken("root")), List.of(), List.of(ADMIN));

  private static Grant grant(String prefix, Verb... verbs) {
    return new Grant(ByteString.copyFromUtf8(prefix), new TreeSet<>(List.of(verbs)));
  }

  private static SortedSet<String> names(String... names) {
    return new TreeSet<>(List.of(names));
  }

  private static Principal named(String name, TokenHash... tokens) {
    return new Principal(name, List.of(tokens), List.of(), List.of());
  }

  private static void refuses(List<Principal> principals, List<Owner> owners, String words) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new AccessManifest(principals, owners))
        .withMessageContaining(words);
  }

  @Test
  void everyTokenOfEveryPrincipalIsFound() {
    List<Principal> principals = new ArrayList<>(List.of(ROOT));
    for (int i = 0; i < 5; i++) {
      int number = i;
      principals.add(
          named(
              "p" + i,
              IntStream.range(0, 8)
                  .mapToObj(token -> TokenHash.ofToken(number + "/" + token))
                  .toArray(TokenHash[]::new)));
    }
    var access = new AccessManifest(principals, List.of());
    for (int i = 0; i < 5; i++) {
      for (int token = 0; token < 8; token++) {
        assertThat(access.byToken(TokenHash.ofToken(i + "/" + token)).map(Principal::name))
            .contains("p" + i);
      }
    }
    assertThat(access.byToken(TokenHash.ofToken("root"))).contains(ROOT);
    assertThat(access.byToken(TokenHash.ofToken("5/0"))).isEmpty();
    assertThat(access.byToken(TokenHash.ofToken(""))).isEmpty();
  }

  @Test
  void tokenThatDiffersInOneBitIsAnother() {
    var access = new AccessManifest(List.of(ROOT), List.of());
    byte[] bytes = TokenHash.ofToken("root").bytes().toByteArray();
    for (int bit = 0; bit < 256; bit++) {
      byte[] near = bytes.clone();
      near[bit / 8] ^= (byte) (1 << (bit % 8));
      assertThat(access.byToken(new TokenHash(ByteString.copyFrom(near)))).isEmpty();
    }
  }

  @Test
  void findsByCertificateAndName() {
    var web = new Principal("web", List.of(), List.of("CN=web", "CN=www"), List.of());
    var access = new AccessManifest(List.of(ROOT, web), List.of());
    assertThat(access.byCertificate("CN=www")).contains(web);
    assertThat(access.byCertificate("cn=www")).isEmpty();
    assertThat(access.byName("web")).contains(web);
    assertThat(access.byName("we")).isEmpty();
    assertThat(access.anonymous()).isEmpty();
  }

  @Test
  void leavesAnAdministrator() {
    refuses(List.of(), List.of(), "leaves no administrator");
    refuses(
        List.of(new Principal("a", List.of(), List.of(), List.of(ADMIN))),
        List.of(),
        "leaves no administrator");
    refuses(
        List.of(
            named("a", TokenHash.ofToken("a")),
            new Principal("b", List.of(), List.of(), List.of(ADMIN))),
        List.of(),
        "leaves no administrator");
    refuses(
        List.of(new Principal("a", List.of(), List.of("CN=a"), List.of(ADMIN))),
        List.of(),
        "certificates cannot be shown yet");
  }

  @Test
  void refusesWhatTwoPrincipalsShare() {
    refuses(List.of(ROOT, named("root")), List.of(), "principal 'root' is there twice");
    refuses(
        List.of(ROOT, named("a", TokenHash.ofToken("root"))), List.of(), "a token of another one");
    refuses(
        List.of(
            ROOT,
            new Principal("a", List.of(), List.of("CN=a"), List.of()),
            new Principal("b", List.of(), List.of("CN=a"), List.of())),
        List.of(),
        "a certificate of another one: CN=a");
  }

  @Test
  void ownersAreOfKnownPrincipals() {
    refuses(List.of(ROOT), List.of(new Owner("o", names("x"))), "owner o: there is no principal x");
    var owner = new Owner("o", names("root"));
    refuses(List.of(ROOT), List.of(owner, owner), "owner 'o' is there twice");
    assertThat(new AccessManifest(List.of(ROOT), List.of(owner)).owners()).containsExactly(owner);
    assertThatIllegalArgumentException().isThrownBy(() -> new Owner("o", names()));
    assertThatIllegalArgumentException().isThrownBy(() -> new Owner("O", names("a")));
  }

  @Test
  void whatSomebodyHasMadeIsTheirsTheirOwnersAndTheAdministrators() {
    ControlSet open = ControlSet.of(Map.of());
    ControlSet active =
        ControlSet.of(
            Map.of(
                ManifestType.ACCESS,
                Sets.read(
                    """
                    {"kind":"access","version":1,"principals":[
                      {"name":"admin","tokens":["%s"],"grants":[{"prefix":"","verbs":["admin"]}]},
                      {"name":"a","grants":[]},{"name":"b","grants":[]},{"name":"c","grants":[]}],
                     "owners":[{"name":"ab","principals":["a","b"]},
                               {"name":"bc","principals":["b","c"]}]}"""
                        .formatted(TokenHash.ofToken("admin").text()))));

    assertThat(Access.mayActFor(open, "a", "c")).isTrue();
    assertThat(Access.mayActFor(active, "a", "a")).isTrue();
    assertThat(Access.mayActFor(active, "a", "b")).isTrue();
    assertThat(Access.mayActFor(active, "c", "b")).isTrue();
    assertThat(Access.mayActFor(active, "a", "c")).as("no owner has both").isFalse();
    assertThat(Access.mayActFor(active, "a", "gone")).isFalse();
    assertThat(Access.mayActFor(active, "gone", "a")).isFalse();
    assertThat(Access.mayActFor(active, "a", "")).as("nobody's").isTrue();
    assertThat(Access.mayActFor(active, "admin", "c")).isTrue();
    assertThat(Access.mayActFor(active, "", "c")).as("a node").isTrue();
  }

  @Test
  void anonymousShowsNothingAndAdministersNothing() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> named("anonymous", TokenHash.ofToken("a")));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Principal("anonymous", List.of(), List.of("CN=a"), List.of()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Principal("anonymous", List.of(), List.of(), List.of(ADMIN)));
    var anonymous =
        new Principal("anonymous", List.of(), List.of(), List.of(grant("", Verb.READ, Verb.WRITE)));
    assertThat(new AccessManifest(List.of(anonymous, ROOT), List.of()).anonymous())
        .contains(anonymous);
  }

  @Test
  void administratorMayDoEverything() {
    for (Verb verb : Verb.values()) {
      assertThat(ROOT.may(verb, KeySpan.everything())).isTrue();
      assertThat(ROOT.mayAnywhere(verb)).isTrue();
    }
    assertThat(ROOT.isAdministrator()).isTrue();
  }

  @Test
  void nobodyElseIsAnAdministrator() {
    var all = new Principal("a", List.of(), List.of(), List.of(grant("", Verb.READ, Verb.WRITE)));
    assertThat(all.isAdministrator()).isFalse();
    assertThat(all.may(Verb.ADMIN, KeySpan.everything())).isFalse();
    assertThat(all.mayAnywhere(Verb.ADMIN)).isFalse();
    assertThat(all.may(Verb.WRITE, KeySpan.everything())).isTrue();
    assertThat(named("b").mayAnywhere(Verb.READ)).isFalse();
    assertThat(named("b").may(Verb.READ, KeySpan.single(ByteString.copyFromUtf8("a")))).isFalse();
    assertThatIllegalArgumentException().isThrownBy(() -> grant("a", Verb.ADMIN));
    assertThatIllegalArgumentException().isThrownBy(() -> grant("a"));
  }
}
