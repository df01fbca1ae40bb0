package io.holdfast.chaos.live;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Starts meshes of real processes and plays trials in them, one after another; those of the same
 * size and quorum share a mesh, which is made well again in between.
 */
public final class AckTrials {

  /** When a verdict is due: much longer than an acknowledgement takes, on a busy machine too. */
  public static final Duration ACK_TIMEOUT = Duration.ofSeconds(1);

  /** Longer than that, so that nobody is deposed before the verdict is due. */
  private static final Duration ELECTION_TIMEOUT = Duration.ofMillis(1600);

  /** Attempts at one trial: leadership may move while it is prepared. */
  private static final int ATTEMPTS = 5;

  /**
   * What to play.
   *
   * @param dir for the nodes' data and logs
   * @param trials of each class and size; 1 to 1,000
   * @param nodes the sizes; 3 to 7 each
   * @param classes the classes
   * @param seed decides which nodes play which part
   */
  public record Plan(Path dir, int trials, List<Integer> nodes, List<AckClass> classes, long seed) {

    public Plan {
      nodes = List.copyOf(nodes);
      classes = List.copyOf(classes);
    }
  }

  /** The meshes that trials share, in the order in which they are started. */
  private record Shape(int n, int w, boolean proxied) implements Comparable<Shape> {
    private static final Comparator<Shape> ORDER =
        Comparator.comparingInt(Shape::n).thenComparingInt(Shape::w).thenComparing(Shape::proxied);

    @Override
    public int compareTo(Shape other) {
      return ORDER.compare(this, other);
    }
  }

  /**
   * @param turn which trial of its class in its mesh, from 1
   */
  private record Cell(AckClass kind, int number, int turn) {}

  private final Plan plan;
  private final Consumer<Trial> told;
  private final List<Trial> trials = new ArrayList<>();

  /**
   * @param told hears of each trial when it is done
   */
  public AckTrials(Plan plan, Consumer<Trial> told) {
    this.plan = plan;
    this.told = told;
  }

  /** Plays all trials; each of them is in the result. */
  public List<Trial> run() {
    TreeMap<Shape, List<Cell>> shapes = new TreeMap<>();
    for (int n : plan.nodes()) {
      for (AckClass kind : plan.classes()) {
        List<Integer> quorums = kind.scenario().quorums(n);
        for (int i = 0; i < plan.trials(); i++) {
          Shape shape = new Shape(n, quorums.get(i % quorums.size()), kind.scenario().proxied());
          shapes
              .computeIfAbsent(shape, unused -> new ArrayList<>())
              .add(new Cell(kind, i + 1, i / quorums.size() + 1));
        }
      }
    }
    shapes.forEach(this::run);
    return List.copyOf(trials);
  }

  private void run(Shape shape, List<Cell> cells) {
    try (LiveMesh mesh = LiveMesh.start(meshPlan(shape))) {
      cells.forEach(cell -> tell(play(mesh, cell)));
    } catch (NotInTime | UncheckedIOException e) {
      cells.stream()
          .filter(cell -> trials.stream().noneMatch(trial -> isOf(cell, shape, trial)))
          .toList()
          .forEach(cell -> tell(unplayed(shape, cell, e)));
    }
  }

  private static boolean isOf(Cell cell, Shape shape, Trial trial) {
    return trial.kind() == cell.kind()
        && trial.number() == cell.number()
        && trial.n() == shape.n()
        && trial.w() == shape.w();
  }

  private LiveMesh.Plan meshPlan(Shape shape) {
    Path dir =
        plan.dir()
            .resolve("n" + shape.n() + "-w" + shape.w() + (shape.proxied() ? "-proxied" : ""));
    return new LiveMesh.Plan(
        dir,
        shape.n(),
        shape.w(),
        shape.proxied(),
        plan.seed(),
        Map.of(
            "holdfast.quorum.ack-timeout", ACK_TIMEOUT.toMillis() + "ms",
            "holdfast.coordinator.election-timeout", ELECTION_TIMEOUT.toMillis() + "ms",
            // Every write a slot of its own, however soon they follow each other.
            "holdfast.coordinator.pipeline-min-commands", "1"));
  }

  private void tell(Trial trial) {
    trials.add(trial);
    told.accept(trial);
  }

  // ---- One trial

  private Trial play(LiveMesh mesh, Cell cell) {
    long started = System.nanoTime();
    Random random =
        new Random(
            Objects.hash(
                plan.seed(), mesh.plan().n(), mesh.plan().w(), cell.kind().word(), cell.number()));
    Stage stage = attempt(mesh, cell, random, 1);
    int attempts = 1;
    while (stage.voided().isPresent() && attempts < ATTEMPTS) {
      attempts++;
      stage = attempt(mesh, cell, random, attempts);
    }
    List<String> failures = new ArrayList<>(stage.failures());
    stage.voided().ifPresent(failures::add);
    Optional<Answer> answer = stage.told();
    return new Trial(
        cell.kind(),
        cell.number(),
        mesh.plan().n(),
        mesh.plan().w(),
        stage.cut(),
        stage.expected(),
        stage.observed(),
        answer.map(a -> a.count("got")).orElse(-1),
        answer.map(a -> a.count("needed")).orElse(-1),
        answer.map(Answer::members).orElse(List.of()),
        failures,
        attempts,
        Duration.ofNanos(System.nanoTime() - started));
  }

  private Stage attempt(LiveMesh mesh, Cell cell, Random random, int attempt) {
    LiveNode leader = mesh.restore();
    String keys = cell.kind().word() + "/" + cell.number() + "/" + attempt;
    Stage stage =
        new Stage(mesh, leader, random, cell.turn(), ACK_TIMEOUT, new TrialClient(mesh, keys));
    try {
      cell.kind().scenario().play(stage);
      if (stage.voided().isEmpty() && stage.failures().isEmpty()) {
        stage.claim(stage.told().isPresent(), "the trial has a verdict");
        stage.claim(!stage.cut().isEmpty(), "the trial says what it injected");
        stage.linearizable();
      }
    } catch (NotInTime | UncheckedIOException | IllegalStateException e) {
      stage.claim(false, String.valueOf(e.getMessage()));
    }
    return stage;
  }

  private static Trial unplayed(Shape shape, Cell cell, Exception why) {
    return new Trial(
        cell.kind(),
        cell.number(),
        shape.n(),
        shape.w(),
        "",
        "",
        "none",
        -1,
        -1,
        List.of(),
        List.of("the mesh is not well: " + why.getMessage()),
        1,
        Duration.ZERO);
  }
}
