package io.holdfast.chaos.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Batch;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.chaos.history.HistoryRecorder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class InvariantsTest {

  /** Rules of {@code docs/INVARIANTS.md} about things that a simulation does not have. */
  private static final Set<String> NOT_SIMULATED = Set.of("EmbeddedDatabase");

  private static final Pattern HEADING = Pattern.compile("^### (\\w+)$", Pattern.MULTILINE);

  @Test
  void documentListsExactlyTheInvariantsThatAreWatched() throws IOException {
    Set<String> documented =
        HEADING
            .matcher(Files.readString(Path.of("../docs/INVARIANTS.md")))
            .results()
            .map(match -> match.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> watched =
        Stream.concat(
                all().stream().map(Invariant::name),
                Stream.concat(Invariants.REPORTED_BY_CORES.stream(), NOT_SIMULATED.stream()))
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(documented).isEqualTo(watched);
  }

  @Test
  void everyInvariantIsAClassOfItsOwn() {
    List<Invariant> all = all();

    assertThat(all.stream().map(Invariant::name)).doesNotHaveDuplicates();
  }

  private static List<Invariant> all() {
    Scenario scenario = ScenarioDraw.of(1, Profile.CALM, OptionalInt.empty(), OptionalInt.empty());
    SimMesh mesh = new SimMesh(scenario, Tampering.NONE, Trace.off());
    ReferenceModel reference = new ReferenceModel(1);
    ChosenLog.Listener nobody =
        new ChosenLog.Listener() {
          @Override
          public void next(Slot slot, Batch batch) {}

          @Override
          public void again(
              Slot slot, Batch first, Ballot firstBallot, Batch again, Ballot laterBallot) {}
        };
    ChosenLog chosen = new ChosenLog(1, mesh.initial, nobody);
    return Invariants.all(
        mesh,
        new JournalView(),
        chosen,
        reference,
        new HistoryRecorder(1),
        new DivergenceKnowledge(mesh, chosen));
  }
}
