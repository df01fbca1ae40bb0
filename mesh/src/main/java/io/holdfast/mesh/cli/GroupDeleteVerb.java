package io.holdfast.mesh.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.client.DirectoryView;
import io.holdfast.mesh.client.MeshClient;
import io.holdfast.mesh.client.PostReply;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code holdfast group delete}. */
@Command(
    name = "delete",
    description = {
      "Delete a group with everything in it, and wait until it is gone from the directory.",
      "A group of the settings cannot be deleted."
    },
    footer = {"", "Example:", "  holdfast group delete orders"})
final class GroupDeleteVerb implements Verb {

  private static final String NAME = "group delete";
  private static final String DELETING = "deleting";

  private final Console console;

  @Parameters(index = "0", paramLabel = "NAME", description = "Its name.")
  private String group = "";

  @Option(names = "--yes", description = "Do not ask. Without a terminal nobody is asked.")
  private boolean yes;

  @Option(
      names = "--wait",
      paramLabel = "DURATION",
      defaultValue = "1m",
      description = "Give up after so long. Default: ${DEFAULT-VALUE}.")
  private Duration wait = Duration.ofMinutes(1);

  @Mixin private MeshOptions mesh = new MeshOptions();

  GroupDeleteVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    mesh.refuseGroup();
    GroupId id = mesh.groupOf("", group);
    if (!yes
        && console.interactive()
        && !console.agrees("group " + id + " and everything in it will be gone for good.")) {
      return failed(
          new Failure(
              Exit.REFUSED, "not_agreed", "nobody agreed; nothing was deleted; next: --yes"));
    }
    Waiting waiting = new Waiting(console, wait);
    try (MeshClient client = mesh.connect(console)) {
      DirectoryWork work = new DirectoryWork(client, mesh, mesh.endpoints(console), waiting);
      DirectoryWork.Decided decided =
          work.decide(door -> client.delete(door, "/v1/groups/" + id, mesh.timeout()), "");
      if (decided instanceof DirectoryWork.Undecided undecided) {
        return failed(undecided.failure());
      }
      PostReply reply = ((DirectoryWork.Answered) decided).reply();
      // What an attempt whose answer was lost has deleted is not there for the next.
      boolean gone = reply.code().equals(OutcomeCode.UNKNOWN_GROUP.code()) && work.maybeDone();
      if (!reply.done() && !reply.code().equals(DELETING) && !gone) {
        return failed(Failure.refused(reply));
      }
      return awaitItGone(client, id, waiting, reply.json().path("version").asLong());
    }
  }

  /** Until a node that has seen the deletion, or any later change, has the group no more. */
  private int awaitItGone(MeshClient client, GroupId id, Waiting waiting, long version) {
    while (true) {
      NodeSurvey nodes = NodeSurvey.from(client, mesh.endpoints(console), mesh.shortWait());
      Optional<DirectoryView> newest = DirectoryWork.newest(client, nodes, mesh.shortWait());
      if (newest.filter(directory -> directory.version() >= version).isPresent()
          && newest.flatMap(directory -> directory.group(id.value())).isEmpty()) {
        return tell(id, waiting);
      }
      waiting.on("group " + id + " is being deleted: until its members have let go of it");
      if (waiting.isOver()) {
        return failed(waiting.failure());
      }
      waiting.pause();
    }
  }

  private int tell(GroupId id, Waiting waiting) {
    if (mesh.json()) {
      ObjectNode json = Answers.object().put("ok", true).put("group", id.value());
      console.json(json.put("seconds", waiting.seconds()));
    } else {
      console.out().println("group " + id + " is deleted");
    }
    return Exit.DONE.status();
  }

  private int failed(Failure failure) {
    return failure.tell(console, mesh, NAME, Answers.object().put("group", group));
  }
}
