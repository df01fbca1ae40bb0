package io.holdfast.chaos.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import io.holdfast.chaos.live.LiveNode.Database;
import io.holdfast.chaos.live.LiveNode.Direction;
import io.holdfast.mesh.Browser;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever happens to a node, everything that can be looked at tells the same of it, and all is
 * well again by itself when it is over. How long that takes is printed; nothing depends on it.
 */
class SameStoryTest {

  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final String GOES_ON = "group main can write, read and elect: ";

  /** What a view tells of a node: each gate that is not open, and its reasons. */
  private record Told(String gate, String state, String reasons) {}

  /** A view of a node. */
  private enum View {
    READYZ {
      @Override
      List<Told> of(LiveNode node) {
        return gates(node, "/readyz?verbose", "/gates");
      }
    },
    HEALTH {
      @Override
      List<Told> of(LiveNode node) {
        return gates(node, "/health", "/gates");
      }
    },
    STATUS {
      @Override
      List<Told> of(LiveNode node) {
        return gates(node, "/v1/status", "/health/gates");
      }
    },
    /** What the page is sent. */
    PICTURE {
      @Override
      List<Told> of(LiveNode node) {
        return gates(node, "/v1/picture", "/health/gates");
      }
    },
    METRICS {
      @Override
      List<Told> of(LiveNode node) {
        String shown = node.ask("GET", "/metrics", "").body();
        List<Told> told = new ArrayList<>();
        int gates = 0;
        for (String line : shown.lines().toList()) {
          Matcher gate = GATE.matcher(line);
          if (gate.lookingAt()) {
            gates++;
            double state = Double.parseDouble(line.substring(line.lastIndexOf(' ')));
            if (state > 0) {
              told.add(new Told(gate.group(1), state == 1 ? "warning" : "closed", ""));
            }
          }
        }
        assertThat(gates).as("gates of %s in metrics", node).isPositive();
        return told;
      }
    },
    JMX {
      @Override
      List<Told> of(LiveNode node) {
        List<Told> told = new ArrayList<>();
        for (CompositeData trouble : Consoles.troubles(node)) {
          told.add(
              new Told(
                  String.valueOf(trouble.get("gate")),
                  String.valueOf(trouble.get("state")),
                  String.join("\n", (String[]) trouble.get("reasons"))));
        }
        return told;
      }
    },
    /** As it is read there, in a window for each node that stays open. */
    PAGE {
      @Override
      List<Told> of(LiveNode node) {
        return Pages.troubles(node);
      }
    };

    private static final Pattern GATE =
        Pattern.compile("holdfast_(?:node|group)_gate\\{.*?gate=\"([a-z-]+)\"");

    abstract List<Told> of(LiveNode node);

    /** Metrics are numbers. */
    boolean hasReasons() {
      return this != METRICS;
    }

    private static List<Told> gates(LiveNode node, String path, String at) {
      JsonNode found = json(node.ask("GET", path, "").body()).at(at);
      assertThat(found).as("gates of %s at %s", node, path).isNotEmpty();
      List<Told> told = new ArrayList<>();
      for (JsonNode gate : found) {
        if (!gate.path("state").asText().equals("open")) {
          StringBuilder reasons = new StringBuilder();
          gate.path("reasons").forEach(reason -> reasons.append(reason.asText()).append('\n'));
          told.add(
              new Told(
                  gate.path("kind").asText(), gate.path("state").asText(), reasons.toString()));
        }
      }
      return told;
    }
  }

  /** The pages of all nodes, where there is a browser. */
  private static final class Pages {
    private static final Map<String, String> STATES =
        Map.of("degraded", "warning", "failing", "closed");

    private static final Pattern GATE = Pattern.compile("gate ([a-z-]+)");
    private static final String TROUBLES =
        "return JSON.stringify([...document.querySelectorAll('#troubles > li')].map(li =>"
            + " ({key: li.dataset.key, level: li.dataset.level, reasons: li.innerText})))";

    private static final Duration BETWEEN_RETRIES = Duration.ofMillis(700);

    private static final Map<String, String> WINDOWS = new HashMap<>();
    private static final Map<String, Long> RETRIED = new HashMap<>();
    private static Optional<Browser> browser = Optional.empty();

    static void open(Path profile) {
      browser = Browser.startIfThere(profile);
    }

    static boolean areThere() {
      return browser.isPresent();
    }

    static List<Told> troubles(LiveNode node) {
      Browser shown = browser.orElseThrow();
      String window = WINDOWS.get(node.id());
      if (window == null) {
        WINDOWS.put(node.id(), shown.openBeside("http://" + node.endpoint() + "/"));
      } else {
        shown.lookAt(window);
      }
      if (!shown.text("#lost").isEmpty()) {
        retry(shown, node.id());
      }
      assertThat(shown.text("#age")).as("how old the page of %s is", node).isEqualTo("live");
      List<Told> told = new ArrayList<>();
      for (JsonNode one : json(shown.run(TROUBLES))) {
        Matcher gate = GATE.matcher(one.path("key").asText());
        if (gate.lookingAt()) {
          told.add(
              new Told(
                  gate.group(1),
                  STATES.getOrDefault(one.path("level").asText(), "unknown"),
                  one.path("reasons").asText()));
        }
      }
      return told;
    }

    /**
     * As somebody would who looks at it: what is told for seconds only may be over before it tries
     * by itself. A try begins anew with each, so each is given time.
     */
    private static void retry(Browser shown, String node) {
      long now = System.nanoTime();
      Long before = RETRIED.get(node);
      if (before == null || now - before > BETWEEN_RETRIES.toNanos()) {
        RETRIED.put(node, now);
        shown.run("document.querySelector('#lost-retry').click()");
      }
    }

    static void close() {
      browser.ifPresent(Browser::close);
    }
  }

  /** Consoles as an operator has them on the machine of a node, one for each process. */
  private static final class Consoles {
    private static final Map<Long, JMXConnector> OPEN = new HashMap<>();

    static CompositeData[] troubles(LiveNode node) {
      try {
        return (CompositeData[])
            of(node.pid())
                .getMBeanServerConnection()
                .getAttribute(
                    new ObjectName("io.holdfast:type=Node,node=" + node.id()), "Troubles");
      } catch (IOException | JMException e) {
        throw new AssertionError("JMX of " + node + ": " + e, e);
      }
    }

    /** The address is one that the process itself has just given. */
    @SuppressWarnings("BanJNDI")
    private static JMXConnector of(long pid) throws IOException {
      JMXConnector known = OPEN.get(pid);
      if (known == null) {
        try {
          VirtualMachine machine = VirtualMachine.attach(Long.toString(pid));
          String address = machine.startLocalManagementAgent();
          machine.detach();
          known = JMXConnectorFactory.connect(new JMXServiceURL(address));
        } catch (AttachNotSupportedException e) {
          throw new IOException(e);
        }
        OPEN.put(pid, known);
      }
      return known;
    }

    static void close() {
      for (JMXConnector console : OPEN.values()) {
        try {
          console.close();
        } catch (IOException gone) {
          // its node was killed
        }
      }
    }
  }

  private static LiveMesh mesh;
  private static List<View> views = List.of();
  private final List<String> measured = new ArrayList<>();
  private LiveNode victim;
  private List<LiveNode> others = List.of();
  private long since = System.nanoTime();

  @BeforeAll
  static void start(@TempDir Path dir, @TempDir Path profile) {
    Pages.open(profile);
    views = Stream.of(View.values()).filter(one -> one != View.PAGE || Pages.areThere()).toList();
    mesh = LiveMesh.start(new LiveMesh.Plan(dir, 3, 2, false, 1, Map.of()));
  }

  @BeforeEach
  void restore() {
    victim = mesh.othersThan(mesh.restore()).get(0);
    others = mesh.othersThan(victim);
    mesh.nodes().forEach(node -> awaitWell(node, "before"));
  }

  @AfterEach
  void tell() {
    measured.forEach(System.out::println);
  }

  @AfterAll
  static void end() {
    Consoles.close();
    Pages.close();
    mesh.close();
  }

  // ---- What is asked

  private static JsonNode json(String text) {
    try {
      return new JsonMapper().readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError(text, e);
    }
  }

  private static Set<String> troubles(View view, LiveNode node) {
    return view.of(node).stream()
        .map(told -> told.gate() + " " + told.state())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String reasons(View view, LiveNode node, String kind) {
    return view.of(node).stream()
        .filter(told -> told.gate().equals(kind))
        .map(Told::reasons)
        .collect(Collectors.joining());
  }

  /** What happens from here on is timed from here on. */
  private void now(Runnable happening) {
    happening.run();
    since = System.nanoTime();
  }

  /** Every view of a node tells of exactly these troubles. */
  private void awaitTold(String what, LiveNode node, Set<String> expected) {
    for (View view : views) {
      await(what + ": " + view + " of " + node)
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(50))
          .untilAsserted(() -> assertThat(troubles(view, node)).isEqualTo(expected));
    }
    measure(what + ": all views of " + node);
  }

  private void measure(String what) {
    measured.add("%s after %d ms".formatted(what, (System.nanoTime() - since) / 1_000_000));
  }

  /** What a node tells of the group's troubles, the answer first. */
  private static List<String> why(LiveNode node) {
    List<String> text = new ArrayList<>();
    json(node.ask("GET", "/v1/groups/main/why", "").body())
        .path("text")
        .forEach(sentence -> text.add(sentence.asText()));
    return text;
  }

  private void awaitWhy(String what, LiveNode node, String answer, String reason) {
    await(what + ": why of " + node)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .untilAsserted(
            () -> {
              assertThat(why(node)).first().asString().startsWith(answer);
              assertThat(why(node)).anySatisfy(told -> assertThat(told).contains(reason));
            });
    measure(what + ": why of " + node);
  }

  private void awaitWell(LiveNode node, String what) {
    awaitTold(what + ", all is well", node, Set.of());
    await(what + ": why of " + node)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .untilAsserted(() -> assertThat(why(node)).singleElement().asString().startsWith(GOES_ON));
    measure(what + ", all is well: why of " + node);
  }

  /**
   * One view after the other comes to tell of it in these words; who has is not asked again, for
   * some of it is told for seconds only.
   */
  private void awaitWords(String what, LiveNode node, String kind, String... words) {
    for (View view : views) {
      if (view.hasReasons()) {
        await(what + ": " + view + " of " + node)
            .atMost(PATIENCE)
            .pollInterval(Duration.ofMillis(50))
            .untilAsserted(() -> assertThat(reasons(view, node, kind)).contains(words));
      }
    }
  }

  /**
   * Once ready it may still be without a leader for a moment: where the vanished node led a group,
   * the one that leads it now and leads another as well lets somebody else lead one of them.
   */
  private void awaitReady(LiveNode node) {
    await(node + " is ready")
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              Answer answer = node.ask("GET", "/readyz", "");
              assertThat(answer.status()).as(answer.body()).isEqualTo(200);
            });
  }

  // ---- What happens

  @Test
  void peersVanish() {
    now(() -> others.forEach(other -> victim.block(other, Direction.BOTH)));
    awaitTold("peers vanish", victim, Set.of("leader closed", "peers warning", "quorum closed"));
    awaitWords(
        "peers vanish", victim, "quorum", "2 of ", "are needed for a write, and only " + victim);
    awaitWhy("peers vanish", victim, "group main cannot write", others.get(0) + " is missing: ");
    for (LiveNode other : others) {
      awaitTold("a peer vanishes", other, Set.of("peers warning"));
      awaitWords("a peer vanishes", other, "peers", victim + " is silent for");
      awaitWhy("a peer vanishes", other, GOES_ON, victim + " is missing: " + victim + " is silent");
      awaitReady(other);
    }
    assertThat(victim.ask("GET", "/readyz", "").status()).isEqualTo(503);

    now(victim::heal);
    mesh.nodes().forEach(node -> awaitWell(node, "peers are back"));
  }

  @Test
  void clockJumps() {
    now(() -> victim.jumpClock(Duration.ofHours(1)));
    awaitTold("the clock jumps", victim, Set.of("clock warning"));
    awaitWhy("the clock jumps", victim, GOES_ON, victim + " says: this node's wall clock ");
    for (LiveNode other : others) {
      awaitTold("a peer's clock jumps", other, Set.of("clock warning"));
      String apart = "the wall clock of " + victim + " is 3";
      awaitWords("a peer's clock jumps", other, "clock", apart);
      awaitWhy("a peer's clock jumps", other, GOES_ON, other + " says: " + apart);
    }
    awaitWords(
        "only the difference is left to tell",
        victim,
        "clock",
        "this node's wall clock is apart from those of",
        "ahead by");

    now(victim::heal);
    mesh.nodes().forEach(node -> awaitWell(node, "the clock is right"));
  }

  @Test
  void nodeIsPausedForTenSeconds() {
    now(victim::pause);
    long from = since;
    for (LiveNode other : others) {
      awaitTold("a peer stands still", other, Set.of("peers warning"));
      awaitWords("a peer stands still", other, "peers", victim + " is silent for");
      awaitWhy("a peer stands still", other, GOES_ON, victim + " is missing: " + victim);
    }
    await("ten seconds")
        .atMost(PATIENCE)
        .until(() -> System.nanoTime() - from > Duration.ofSeconds(10).toNanos());
    now(victim::resume);
    awaitWords("it notices", victim, "awake", "this node stood still for ");
    awaitWhy("it went on", victim, "group main ", victim + " says: this node stood still for ");
    mesh.nodes().forEach(node -> awaitWell(node, "it goes on"));
  }

  @Test
  void diskFills() {
    now(() -> victim.fillDisk(Database.STORE, 5 << 20));
    awaitTold("little room", victim, Set.of("disk closed"));
    String room = "less than 64 MiB (holdfast.watch.disk-full)";
    awaitWords("little room", victim, "disk", room);
    awaitWhy("little room", victim, GOES_ON, room);
    for (LiveNode other : others) {
      await("its peers know")
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(
                          json(other.ask("GET", "/v1/picture", "").body())
                              .path("others")
                              .findValues("reasons")
                              .toString())
                      .contains("left for the data directory"));
    }
    now(victim::heal);
    mesh.nodes().forEach(node -> awaitWell(node, "there is room"));

    victim.fillDisk(Database.JOURNAL, 0);
    await("the full disk to end it")
        .atMost(PATIENCE)
        .until(
            () -> {
              others.get(0).put("full", "x".repeat(20_000));
              return !victim.isAlive();
            });
    since = System.nanoTime();
    for (LiveNode other : others) {
      awaitTold("a peer's disk is full", other, Set.of("peers warning"));
      awaitWords(
          "its last words",
          other,
          "peers",
          victim + " has ended: storage failed",
          "No space left on device");
      awaitWhy("a peer's disk is full", other, GOES_ON, victim + " has ended: storage failed");
    }
    now(victim::start);
    mesh.nodes().forEach(node -> awaitWell(node, "it is back, with room"));
  }
}
