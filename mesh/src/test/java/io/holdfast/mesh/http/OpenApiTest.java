package io.holdfast.mesh.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.config.core.control.Activation;
import io.holdfast.config.core.control.ControlState;
import io.holdfast.config.core.control.ManifestType;
import io.holdfast.config.core.control.Pool;
import io.holdfast.mesh.ChainPoint;
import io.holdfast.mesh.ControlSample;
import io.holdfast.mesh.ControlStatus;
import io.holdfast.mesh.DirectoryStatus;
import io.holdfast.mesh.GroupStatus;
import io.holdfast.mesh.MembersStatus;
import io.holdfast.mesh.NodeStatus;
import io.holdfast.mesh.WriteStory;
import io.holdfast.mesh.core.health.Diagnosis;
import io.holdfast.mesh.core.health.Facts;
import io.holdfast.mesh.core.health.Quorums;
import io.holdfast.mesh.core.health.Witness;
import io.holdfast.mesh.core.story.WholeStory;
import io.holdfast.quorum.core.ChangeRefusal;
import io.holdfast.quorum.core.ChangeRefusal.Code;
import io.holdfast.sync.core.reservation.Reservation;
import io.holdfast.sync.core.reservation.ReservationAnswer;
import io.holdfast.sync.core.reservation.ReservationOutcome.Entry;
import io.holdfast.sync.core.reservation.ReservationOutcome.Kind;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class OpenApiTest {

  private final JsonNode document = read();

  private static JsonNode read() {
    try (InputStream stream = OpenApiTest.class.getResourceAsStream("/openapi.json")) {
      return new ObjectMapper().readTree(Objects.requireNonNull(stream));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void describesExactlyTheRoutesThatThereAre() {
    Set<String> routes = new TreeSet<>();
    for (Route route : Route.values()) {
      route.methods().forEach(method -> routes.add(method.name() + " " + route.template()));
    }
    Set<String> described = new TreeSet<>();
    document
        .path("paths")
        .fields()
        .forEachRemaining(
            path ->
                path.getValue()
                    .fieldNames()
                    .forEachRemaining(
                        method -> {
                          if (!method.equals("parameters")) {
                            described.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey());
                          }
                        }));

    assertThat(described).isEqualTo(routes);
  }

  @Test
  void matchesEveryRouteByItsTemplate() {
    for (Route route : Route.values()) {
      assertThat(Route.match(route.template()).orElseThrow().route()).isEqualTo(route);
    }
  }

  @Test
  void namesEveryCode() {
    List<String> codes =
        Stream.concat(
                Arrays.stream(OutcomeCode.values()).map(OutcomeCode::code),
                Stream.of(Problem.INTERNAL))
            .toList();

    assertThat(texts(document.at("/components/schemas/Code/enum")))
        .containsExactlyInAnyOrderElementsOf(codes);
  }

  @Test
  void givesAPutTheStatusOfEveryOutcome() {
    JsonNode responses =
        document.path("paths").path(Route.KEY.template()).path("put").path("responses");

    for (OutcomeCode code : OutcomeCode.values()) {
      assertThat(responses.has(Integer.toString(code.httpStatus()))).as(code.code()).isTrue();
    }
  }

  @Test
  void resolvesEveryReference() {
    document
        .findValuesAsText("$ref")
        .forEach(
            reference ->
                assertThat(document.at(reference.substring(1)).isMissingNode())
                    .as(reference)
                    .isFalse());
  }

  @Test
  void describesEveryFieldOfAStatus() {
    assertDescribed("GroupStatus", GroupStatus.class);
    assertDescribed("ChainPoint", ChainPoint.class);
    assertDescribed("PeerStatus", NodeStatus.PeerStatus.class);
    assertDescribed("NodeStatus", NodeStatus.class);
    assertDescribed("Members", MembersStatus.class);
    assertDescribed("Member", MembersStatus.Member.class);
    assertDescribed("NextMembers", MembersStatus.Next.class);
    assertDescribed("Directory", DirectoryStatus.class);
    assertDescribed("DirectoryNode", DirectoryStatus.Node.class);
    assertDescribed("DirectoryGroup", DirectoryStatus.Group.class);
    assertDescribed("Story", WriteStory.class);
  }

  @Test
  void describesEveryFieldOfAWholeStory() throws IOException {
    NodeId node = new NodeId("n1");
    WriteStory.Event event =
        new WriteStory.Event(
            1, node, "proposed", OptionalLong.of(1), OptionalLong.of(1), List.of(node), "");
    WriteStory story =
        new WriteStory(
            "w", "main", node, 2, "unknown", OptionalLong.empty(), 0, List.of(), List.of(event), 0);
    Buffer whole =
        StoryJson.buffer(WholeStory.of("w", "main", List.of("n1"), List.of(story), Map.of()));

    assertDescribed("WholeStory", whole);
    assertDescribed("WholeStory/properties/nodes/items", first(whole, "nodes"));
    assertDescribed("WholeStory/properties/events/items", first(whole, "events"));
  }

  @Test
  void describesEveryFieldOfWhatIsActive() throws IOException {
    GroupId group = new GroupId("main");
    ControlState state = ControlSample.after(ControlSample.access(), ControlSample.approvals());
    ControlStatus status = ControlSample.status(state);
    Activation activation =
        new Activation(
            Activation.Expected.of(state.epoch()),
            state.epoch().setHash(),
            Map.of(ManifestType.POOLS, Optional.empty()),
            "");

    assertDescribed("Control", ControlJson.active(group, status, true));
    assertDescribed("ControlRecord", ControlJson.epoch(group, state.active()));
    assertDescribed("ControlPlan", ControlJson.plan(group, status, activation));
    assertDescribed("Readiness", ControlJson.readiness(group, status));
    assertDescribed("ControlHistory", ControlJson.history(group, status));
  }

  @Test
  void describesEveryFieldOfADiagnosis() throws IOException {
    Facts facts =
        new Facts(
            new GroupId("main"),
            List.of(new Quorums(0, List.of(new NodeId("n1")), 1, 1)),
            List.of(Witness.unknown(new NodeId("n1"), "it is silent")),
            Facts.Evidence.NONE,
            false);
    Buffer why = Json.mapped(new WhyResource.Form(new NodeId("n1"), 1, Diagnosis.of(facts), facts));

    assertDescribed("Why", why);
    assertDescribed("Why/properties/facts", part(why, "/facts"));
    assertDescribed(
        "Why/properties/facts/properties/witnesses/items", part(why, "/facts/witnesses/0"));
  }

  private static Buffer part(Buffer answer, String pointer) throws IOException {
    return Buffer.buffer(new ObjectMapper().readTree(answer.getBytes()).at(pointer).toString());
  }

  @Test
  void describesEveryFieldOfReservations() throws IOException {
    Reservation one = new Reservation("p", "h", 1, "h", "/", "", "", "", "", 0, 0, 1);
    Pool pool = new Pool("p", Pool.Scope.HOST, 1, 2, List.of(), Optional.of(Duration.ofDays(1)));
    List<Entry> entries = List.of(new Entry(Kind.GIVEN, one));
    Buffer found = ReservationJson.found(new ReservationAnswer.Found(List.of(one), true));
    Buffer pools =
        ReservationJson.pools(
            "h",
            new ReservationAnswer.Pools(
                List.of(new ReservationAnswer.PoolUse(pool, 0, List.of(), false))));
    Buffer planned = ReservationJson.planned(new ReservationAnswer.WouldDo(true, 1, entries));

    assertDescribed("Reservations", found);
    assertDescribed("Reservation", first(found, "reservations"));
    assertDescribed("ReservationPools", pools);
    assertDescribed("ReservationPool", first(pools, "pools"));
    assertDescribed("ReservationPlan", planned);
    assertDescribed("ReservationEntry", first(planned, "entries"));
  }

  private static Buffer first(Buffer answer, String list) throws IOException {
    return Buffer.buffer(
        new ObjectMapper().readTree(answer.getBytes()).path(list).path(0).toString());
  }

  private void assertDescribed(String schema, Buffer answer) throws IOException {
    List<String> fields = new ArrayList<>();
    new ObjectMapper().readTree(answer.getBytes()).fieldNames().forEachRemaining(fields::add);

    assertThat(document.at("/components/schemas/" + schema + "/properties").fieldNames())
        .toIterable()
        .containsExactlyInAnyOrderElementsOf(fields);
  }

  @Test
  void namesEveryRefusalOfAChange() {
    assertThat(texts(document.at("/components/schemas/MembersProblem/properties/code/enum")))
        .containsAll(Arrays.stream(ChangeRefusal.Code.values()).map(Code::code).toList());
  }

  private void assertDescribed(String schema, Class<? extends Record> type) {
    List<String> fields =
        Arrays.stream(type.getRecordComponents())
            .map(RecordComponent::getName)
            .map(name -> name.equals("uptime") ? "uptimeMillis" : name)
            .toList();

    assertThat(document.at("/components/schemas/" + schema + "/properties").fieldNames())
        .toIterable()
        .containsExactlyInAnyOrderElementsOf(fields);
  }

  private static List<String> texts(JsonNode array) {
    return java.util.stream.StreamSupport.stream(array.spliterator(), false)
        .map(JsonNode::asText)
        .toList();
  }
}
