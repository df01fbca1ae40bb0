package io.holdfast.config.core.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Who may change what another principal has reserved. */
class ActingTest {

  private static ControlSet with(String owners) {
    StringBuilder principals = new StringBuilder();
    for (String name : List.of("admin", "ann", "bob", "cid")) {
      principals.append(
          "%s{\"name\":\"%s\",\"tokens\":[\"%s\"],\"grants\":[{\"prefix\":\"\",\"verbs\":[\"%s\"]}]}"
              .formatted(
                  principals.isEmpty() ? "" : ",",
                  name,
                  TokenHash.ofToken(name).text(),
                  name.equals("admin") ? "admin" : "write"));
    }
    ManifestDocument access =
        ManifestReader.read(
            ByteString.copyFromUtf8(
                "{\"kind\":\"access\",\"version\":1,\"principals\":[%s],\"owners\":[%s]}"
                    .formatted(principals, owners)));
    return ControlState.seed().set().with(Map.of(ManifestType.ACCESS, Optional.of(access)));
  }

  private static Set<String> maySee(ControlSet active, String owner) {
    Set<String> may = new TreeSet<>();
    for (String caller : List.of("admin", "ann", "bob", "cid")) {
      if (Access.mayActFor(active, caller, owner)) {
        may.add(caller);
      }
    }
    return may;
  }

  @Test
  void everybodyMayWhereNobodyIsKeptFromAnything() {
    assertThat(maySee(ControlState.seed().set(), "ann"))
        .containsExactly("admin", "ann", "bob", "cid");
  }

  @Test
  void administratorsAndThePrincipalItselfMay() {
    assertThat(maySee(with(""), "ann")).containsExactly("admin", "ann");
    assertThat(maySee(with(""), "gone")).as("of one that is no more").containsExactly("admin");
  }

  @Test
  void thoseWhoActForTheSameOwnerMay() {
    ControlSet team =
        with(
            "{\"name\":\"team\",\"principals\":[\"ann\",\"bob\"]},"
                + "{\"name\":\"other\",\"principals\":[\"bob\",\"cid\"]}");
    assertThat(maySee(team, "ann")).containsExactly("admin", "ann", "bob");
    assertThat(maySee(team, "bob")).containsExactly("admin", "ann", "bob", "cid");
    assertThat(maySee(team, "cid")).as("ann shares no owner with cid").doesNotContain("ann");
  }

  @Test
  void nobodysIsEverybodysAndNodesMayAll() {
    assertThat(maySee(with(""), "")).hasSize(4);
    assertThat(Access.mayActFor(with(""), "", "ann")).isTrue();
  }
}
