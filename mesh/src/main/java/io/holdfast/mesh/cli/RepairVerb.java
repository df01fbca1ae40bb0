package io.holdfast.mesh.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.store.DataDirectoryException;
import io.holdfast.config.store.StoppedDirectory;
import io.holdfast.mesh.client.MeshEndpoint;
import io.holdfast.mesh.store.CheckedDirectory;
import io.holdfast.mesh.store.CheckedDirectory.BrokenStore;
import io.holdfast.mesh.store.DirectoryCheck;
import io.holdfast.mesh.store.StoreRepair;
import io.holdfast.sync.store.SnapshotFile.Inspection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code holdfast repair}. */
@Command(
    name = "repair",
    description = {
      "Mend the stores of a node that does not run: what is broken or missing is "
          + "replaced by the state of a running peer, and kept aside.",
      "It says what it found and what it will do, and asks first. A broken journal "
          + "cannot be mended: its promises are this node's alone. With --group, the store "
          + "of that group is replaced though its files are sound: for a replica that "
          + "differs from others where no majority shows which is right. Exits with 0 where "
          + "all is well, 1 where it is beyond repair or nobody agreed, 2 where no peer "
          + "gave its state, 5 where the directory cannot be used."
    },
    footer = {
      "",
      "Example:",
      "  holdfast repair --dir holdfast-data/n1/data --from 127.0.0.1:8101,127.0.0.1:8102",
      "  holdfast repair --dir holdfast-data/n1/data --from 127.0.0.1:8101 --group main"
    })
final class RepairVerb implements Verb {

  private final Console console;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      required = true,
      description = "The data directory of a node that does not run.")
  private Path dir = Path.of("");

  @Option(
      names = "--from",
      paramLabel = "HOST:PORT[,...]",
      hideParamSyntax = true,
      split = ",",
      required = true,
      description = "Front doors of running peers, tried in this order.")
  private List<MeshEndpoint> from = List.of();

  @Option(
      names = "--group",
      paramLabel = "GROUP",
      description = "Replace the store of this group, too, whatever its files are like.")
  private @Nullable String group;

  @Option(names = "--yes", description = "Do not ask.")
  private boolean yes;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      defaultValue = "10s",
      description = "How long nothing may come of any peer. Default: ${DEFAULT-VALUE}.")
  private Duration timeout = Duration.ofSeconds(10);

  @Mixin private TokenOptions token = new TokenOptions();
  @Mixin private OutputOptions output = new OutputOptions();

  private final List<String> touched = new ArrayList<>();

  RepairVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    try (StoppedDirectory directory = StoppedDirectory.open(dir)) {
      CheckedDirectory found = DirectoryCheck.of(directory);
      List<BrokenStore> stores = new ArrayList<>(found.brokenStores());
      String wanted = group;
      if (wanted != null && stores.stream().noneMatch(store -> store.group().equals(wanted))) {
        found.storeOf(wanted).ifPresent(stores::add);
      }
      if (found.problems().isEmpty() && wanted == null) {
        return nothingBroken(found);
      }
      found.problems().forEach(problem -> say("found: " + problem));
      if (!found.beyondRepair().isEmpty()) {
        return console.fail(
            Exit.REFUSED,
            "this directory is beyond repair, for what is said above; nothing was changed; next:"
                + " put the newest copy of the whole directory in its place, or give its place to"
                + " another with 'holdfast member replace'");
      }
      if (found.journalTorn() && (wanted != null || !stores.isEmpty())) {
        return console.fail(
            Exit.REFUSED,
            "what the journal leaves to its stores cannot be told while its last commit is not"
                + " whole; nothing was changed; next: start the node once, which undoes it, then"
                + " repair");
      }
      if (wanted != null && stores.stream().noneMatch(store -> store.group().equals(wanted))) {
        return console.fail(
            Exit.REFUSED,
            "no store of group %s can be replaced in %s; nothing was changed; next: name a group of this node, or what is said above"
                .formatted(wanted, dir));
      }
      if (stores.isEmpty()) {
        return console.fail(
            Exit.REFUSED,
            "nothing that was found needs a peer; nothing was changed; next: what is said above");
      }
      return repair(directory, stores);
    } catch (DataDirectoryException e) {
      return console.fail(Exit.IO, String.valueOf(e.getMessage()));
    }
  }

  private int nothingBroken(CheckedDirectory found) {
    say("nothing is broken in " + dir + "; nothing was changed");
    tell(found);
    return Exit.DONE.status();
  }

  private int repair(StoppedDirectory directory, List<BrokenStore> stores)
      throws IOException, DataDirectoryException {
    for (BrokenStore broken : stores) {
      Path file = new StoreRepair(directory, broken).file();
      say(
          "will fetch group %s as it is now, at slot %d or later, from %s, and put it in the place of %s"
                  .formatted(
                      broken.group(),
                      broken.needed(),
                      from.stream().map(MeshEndpoint::toString).collect(Collectors.joining(" or ")),
                      file)
              + (Files.exists(file) ? ", which is kept beside it" : ", which is missing"));
    }
    if (!yes && !console.agrees("")) {
      return console.fail(Exit.REFUSED, "nobody agreed; nothing was changed; next: --yes");
    }
    for (BrokenStore broken : stores) {
      int status = repair(new StoreRepair(directory, broken), broken);
      if (status != Exit.DONE.status()) {
        return status;
      }
    }
    CheckedDirectory after = DirectoryCheck.of(directory);
    after.problems().forEach(problem -> say("found: " + problem));
    tell(after);
    if (!after.problems().isEmpty()) {
      return console.fail(Exit.REFUSED, "not all is well yet: see above");
    }
    say("all is as it was written; next: start node " + directory.node());
    return Exit.DONE.status();
  }

  private int repair(StoreRepair repair, BrokenStore broken) throws IOException {
    SnapshotDownload download =
        new SnapshotDownload(
            from, new GroupId(broken.group()), token.read(console), timeout, console);
    Optional<Inspection> snapshot = download.into(repair.snapshot(), true);
    if (snapshot.isEmpty()) {
      return console.fail(
          Exit.UNREACHABLE,
          "no peer gave its state: "
              + String.join("; ", download.failures())
              + "; the store is as it was; next: name a peer of --from that runs and takes part");
    }
    Optional<String> refusal = repair.refusalOf(snapshot.get());
    if (refusal.isPresent()) {
      Files.delete(repair.snapshot());
      return console.fail(Exit.REFUSED, refusal.get() + "; the store is as it was");
    }
    for (String file : repair.install(snapshot.get())) {
      touched.add(file);
      say("done: " + file);
    }
    return Exit.DONE.status();
  }

  private void say(String line) {
    (output.json() ? console.err() : console.out()).println(line);
  }

  private void tell(CheckedDirectory checked) {
    if (output.json()) {
      ObjectNode json = Answers.object().put("ok", checked.problems().isEmpty());
      ArrayNode files = json.putArray("changed");
      touched.forEach(files::add);
      ArrayNode problems = json.putArray("problems");
      checked.problems().forEach(problems::add);
      console.json(json);
    }
  }
}
