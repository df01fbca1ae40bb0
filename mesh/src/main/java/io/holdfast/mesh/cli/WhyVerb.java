package io.holdfast.mesh.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.config.core.GroupId;
import io.holdfast.mesh.client.MeshClient;
import io.holdfast.mesh.core.story.WholeStory;
import io.holdfast.sync.core.WriteId;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code holdfast why}. */
@Command(
    name = "why",
    description = {
      "Explain why a group cannot write, read or elect a leader: who is needed, who answers, the"
          + " ballots seen, and the smallest sets of nodes whose return unblocks it.",
      "With --write, tell the story of a write, member by member, with times.",
      "Every node that answers is asked. Exits with 0 where every group can go on, or the write is"
          + " known; 1 where one cannot, or nobody knows the write; 2 where no node answers."
    },
    footer = {
      "",
      "Examples:",
      "  holdfast why",
      "  holdfast why main --json",
      "  holdfast why --write 01941f29-7c00-7a1b-8c2d-3e4f5a6b7c8d"
    })
final class WhyVerb implements Verb {

  private final Console console;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "GROUP",
      description = "The group. Default: every group.")
  private @Nullable String name;

  @Option(
      names = "--write",
      paramLabel = "ID",
      description = "The id of a write, a UUIDv7: tell its story.")
  private @Nullable String write;

  @Mixin private MeshOptions mesh = new MeshOptions();

  WhyVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (name != null && mesh.groupNamed()) {
      throw mesh.wrong("GROUP and --group are the same: name it once");
    }
    Optional<GroupId> group =
        name != null
            ? Optional.of(mesh.groupOf("GROUP ", name))
            : mesh.groupNamed() ? Optional.of(mesh.group()) : Optional.empty();
    Optional<String> writeId = Optional.ofNullable(write).map(id -> id.toLowerCase(Locale.ROOT));
    writeId
        .flatMap(WriteId::refusalOf)
        .ifPresent(
            wrong -> {
              throw mesh.wrong("--write: " + wrong);
            });
    Duration wait = mesh.shortWait();
    try (MeshClient client = mesh.connect(console)) {
      NodeSurvey survey = NodeSurvey.from(client, mesh.endpoints(console), wait);
      if (survey.answered().isEmpty()) {
        return mesh.unreachable(console, survey.nobody());
      }
      List<String> groups = groups(survey, group);
      if (groups.isEmpty()) {
        return group.isPresent() && survey.deny(client, group.get().value(), wait)
            ? console.fail(Exit.USAGE, MeshOptions.unknownGroup(group.get()))
            : mesh.unanswered(console, "no node that answers tells of a group now");
      }
      return writeId.isPresent()
          ? tellWrite(client, survey, groups, writeId.get(), wait)
          : tellGroups(client, survey, groups, wait);
    }
  }

  private static List<String> groups(NodeSurvey survey, Optional<GroupId> only) {
    TreeSet<String> groups = new TreeSet<>();
    survey.answered().forEach(node -> node.groups().forEach(one -> groups.add(one.group())));
    return groups.stream()
        .filter(one -> only.map(group -> group.value().equals(one)).orElse(true))
        .toList();
  }

  private int tellGroups(MeshClient client, NodeSurvey survey, List<String> groups, Duration wait) {
    WhyGroups found = WhyGroups.ask(client, survey, groups, wait);
    if (mesh.json()) {
      ObjectNode json = Answers.object().put("ok", found.goOn());
      json.set("groups", found.json());
      tell(json, survey);
    } else {
      found.print(console.out());
      printSilent(survey);
    }
    if (!found.anythingTold()) {
      return mesh.unanswered(console, "no node that answers tells of its groups now");
    }
    return found.goOn() ? Exit.DONE.status() : Exit.REFUSED.status();
  }

  private void tell(ObjectNode json, NodeSurvey survey) {
    ArrayNode silent = json.putArray("unreachable");
    survey.silent().forEach(endpoint -> silent.add(endpoint.toString()));
    console.json(json);
  }

  private void printSilent(NodeSurvey survey) {
    survey.silent().forEach(endpoint -> console.out().println("no answer from " + endpoint));
  }

  private int tellWrite(
      MeshClient client, NodeSurvey survey, List<String> groups, String id, Duration wait) {
    List<WholeStory> asked =
        groups.stream().map(group -> WhyWrite.ask(client, survey, group, id, wait)).toList();
    List<WholeStory> known = asked.stream().filter(WholeStory::knowsAnything).toList();
    if (asked.stream().allMatch(one -> one.stories().isEmpty())) {
      return mesh.unanswered(
          console,
          "no node that answers tells the story: "
              + asked.stream()
                  .flatMap(one -> one.nodes().stream())
                  .map(one -> one.node() + ": " + one.detail())
                  .distinct()
                  .toList());
    }
    // In a group that nobody saw it in, there is nothing to tell of it.
    WholeStory story = known.isEmpty() ? asked.get(0) : known.get(0);
    if (mesh.json()) {
      ObjectNode json = Answers.object().put("ok", story.knowsAnything());
      json.set("story", WhyWrite.json(story));
      tell(json, survey);
    } else {
      WhyWrite.print(console.out(), story);
      printSilent(survey);
    }
    return story.knowsAnything() ? Exit.DONE.status() : Exit.REFUSED.status();
  }
}
