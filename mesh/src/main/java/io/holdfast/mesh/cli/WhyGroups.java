package io.holdfast.mesh.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.config.core.NodeId;
import io.holdfast.mesh.client.MeshClient;
import io.holdfast.mesh.client.NodeView;
import io.holdfast.mesh.client.PostReply;
import io.holdfast.mesh.core.health.Diagnosis;
import io.holdfast.mesh.core.health.Diagnosis.BallotSeen;
import io.holdfast.mesh.core.health.Facts;
import io.holdfast.mesh.http.DiagnosisJson;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/**
 * What is found of groups when every node that answers is asked, and their words are put together.
 *
 * @param found by group
 */
record WhyGroups(Map<String, Found> found) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * A group.
   *
   * @param told the nodes that told something of it
   * @param diagnosis what follows; absent where no node told anything
   * @param refusals why the others did not
   */
  record Found(List<String> told, Optional<Diagnosis> diagnosis, List<String> refusals) {
    boolean goesOn() {
      return diagnosis.map(Diagnosis::goesOn).orElse(false);
    }
  }

  /** Asks each node that answers of each of these groups that it has. */
  static WhyGroups ask(MeshClient client, NodeSurvey survey, List<String> groups, Duration wait) {
    Map<String, Found> found = new TreeMap<>();
    for (String group : groups) {
      Map<String, CompletionStage<PostReply>> asked = new LinkedHashMap<>();
      for (NodeView node : survey.answered()) {
        if (node.group(group).filter(view -> view.takesPart()).isPresent()) {
          asked.put(node.node(), client.get(node.endpoint(), "/v1/groups/" + group + "/why", wait));
        }
      }
      List<String> told = new ArrayList<>();
      List<String> refusals = new ArrayList<>();
      List<Facts> facts = new ArrayList<>();
      asked.forEach(
          (node, answer) -> {
            PostReply reply = Answers.await(answer);
            Optional<Facts> read =
                reply.done() ? FactsReading.read(reply.json()) : Optional.empty();
            read.ifPresentOrElse(
                known -> {
                  told.add(node);
                  facts.add(known);
                },
                () -> refusals.add(node + ": " + reply.detail()));
          });
      found.put(
          group,
          new Found(
              told,
              facts.isEmpty() ? Optional.empty() : Optional.of(Diagnosis.of(Facts.merged(facts))),
              refusals));
    }
    return new WhyGroups(found);
  }

  /** Whether all of them can write, read and elect. */
  boolean goOn() {
    return found.values().stream().allMatch(Found::goesOn);
  }

  /** Whether any node told anything of any of them. */
  boolean anythingTold() {
    return found.values().stream().anyMatch(one -> one.diagnosis().isPresent());
  }

  // ---- Telling

  ArrayNode json() {
    ArrayNode groups = Answers.array();
    found.forEach(
        (group, one) -> {
          ObjectNode json = groups.addObject();
          json.put("group", group).put("ok", one.goesOn());
          one.diagnosis().ifPresent(diagnosis -> json.setAll(tree(diagnosis)));
          one.told().forEach(json.putArray("told")::add);
          one.refusals().forEach(json.putArray("notTold")::add);
        });
    return groups;
  }

  private static ObjectNode tree(Diagnosis diagnosis) {
    try {
      return (ObjectNode) JSON.readTree(DiagnosisJson.of(diagnosis));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a diagnosis is no JSON", e);
    }
  }

  void print(PrintStream out) {
    found.forEach(
        (group, one) -> {
          one.diagnosis()
              .ifPresentOrElse(
                  diagnosis -> print(out, diagnosis),
                  () -> out.println("group " + group + ": no node tells anything of it"));
          one.refusals().forEach(refusal -> out.println("  not told by " + refusal));
        });
  }

  private static void print(PrintStream out, Diagnosis diagnosis) {
    out.println(diagnosis.text().get(0));
    if (!diagnosis.goesOn()) {
      out.printf(
          "  needed     %d to write, %d to read, %d to elect, of %s%n",
          diagnosis.needed().write(),
          diagnosis.needed().read(),
          diagnosis.needed().elect(),
          names(diagnosis.members()));
      out.println("  answering  " + names(diagnosis.answering()));
      out.println("  leader     " + diagnosis.leader().map(NodeId::value).orElse("-"));
      // Where links are to be mended, everybody runs: nobody is to be started.
      if (!diagnosis.heal().isEmpty()) {
        out.println("  mending    " + choices(diagnosis.heal()) + " unblocks it");
      } else if (!diagnosis.unblock().isEmpty()) {
        out.println("  returning  " + choices(diagnosis.unblock()) + " unblocks it");
      }
    }
    diagnosis.text().stream().skip(1).forEach(line -> out.println("  - " + line));
    if (!diagnosis.goesOn()) {
      Table table = Table.of("  ballots of", "promised", "highest seen", "told");
      for (BallotSeen seen : diagnosis.ballots()) {
        table.row("  " + seen.node(), seen.promised(), seen.highest(), age(seen.ageMillis()));
      }
      table.print(out);
    }
  }

  private static String age(long millis) {
    return millis < 0
        ? "never"
        : millis == 0 ? "now" : String.format(java.util.Locale.ROOT, "%.1f s ago", millis / 1e3);
  }

  private static String choices(List<? extends List<?>> sets) {
    return sets.stream()
        .map(set -> set.stream().map(Object::toString).collect(Collectors.joining(" with ")))
        .collect(Collectors.joining(", or "));
  }

  private static String names(List<NodeId> nodes) {
    return nodes.isEmpty()
        ? "none"
        : nodes.stream().map(NodeId::value).collect(Collectors.joining(", "));
  }
}
