package io.holdfast.chaos.fault;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.chaos.fault.AckFault.Kind;
import io.holdfast.chaos.fault.DiskFaults.Part;
import io.holdfast.config.core.MeshSettings;
import io.holdfast.config.core.NodeId;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lines that the port for faults takes. The answer is {@code ok} once what was asked for is in
 * force, a JSON object for {@code status}, or {@code error:} and what is wrong, with nothing done.
 *
 * <ul>
 *   <li>{@code block PEER in|out|both}: what the peer says is not heard, what is said to it is not
 *       sent, or nothing passes at all, Akka's own messages included;
 *   <li>{@code unblock PEER};
 *   <li>{@code acks PEER FAULT [AMOUNT]}: what this node acknowledges to the peer is changed, see
 *       {@link AckFault};
 *   <li>{@code disk journal|store fail|slow|full|well [AMOUNT]}: writes of that database fail; take
 *       so many milliseconds longer each; find no space once its file has grown by so many bytes;
 *       or succeed again;
 *   <li>{@code clock OFFSET}: this node's wall clock is wrong by so many milliseconds, ahead or, if
 *       negative, behind; monotonic time goes on as it was;
 *   <li>{@code heal}: undoes all of this;
 *   <li>{@code status}: what was heard, lost and changed so far.
 * </ul>
 */
final class FaultCommands {

  private static final Logger LOG = LoggerFactory.getLogger(FaultCommands.class);
  private static final String OK = "ok";
  private static final int MAX_SLOW_MILLIS = 10_000;
  private static final int MAX_ROOM_BYTES = 1 << 30;
  private static final String COMMANDS = "block, unblock, acks, disk, clock, heal or status";

  /** A line that cannot be obeyed. */
  private static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    private Refused(String given, String allowed) {
      super("error: '" + given + "': allowed is " + allowed);
    }
  }

  private final NodeId self;
  private final MeshSettings mesh;
  private final LinkFaults links;
  private final Partitions partitions;
  private final DiskFaults disk;
  private final ClockFaults clock;
  private final Flaws flaws;

  FaultCommands(
      NodeId self,
      MeshSettings mesh,
      LinkFaults links,
      Partitions partitions,
      DiskFaults disk,
      ClockFaults clock,
      Flaws flaws) {
    this.self = self;
    this.mesh = mesh;
    this.links = links;
    this.partitions = partitions;
    this.disk = disk;
    this.clock = clock;
    this.flaws = flaws;
  }

  /** Does what {@code line} says; the answer to it. */
  String obey(String line) {
    List<String> words = Arrays.asList(line.split(" +"));
    try {
      String answer =
          switch (words.get(0)) {
            case "block" -> block(peer(word(words, 1)), word(words, 2));
            case "unblock" -> unblock(peer(word(words, 1)));
            case "acks" -> acks(peer(word(words, 1)), word(words, 2), amount(words, 3));
            case "disk" -> disk(word(words, 1), word(words, 2), amount(words, 3));
            case "clock" -> clock(word(words, 1), amount(words, 1));
            case "heal" -> heal();
            case "status" -> status();
            default -> throw new Refused(words.get(0), COMMANDS);
          };
      if (answer.equals(OK)) {
        LOG.warn("injected: {}", line);
      }
      return answer;
    } catch (Refused refused) {
      return String.valueOf(refused.getMessage());
    } catch (IOException e) {
      return "error: " + e.getMessage();
    }
  }

  private static String word(List<String> words, int index) throws Refused {
    if (index >= words.size()) {
      throw new Refused(String.join(" ", words), "a line with more words");
    }
    return words.get(index);
  }

  private static int amount(List<String> words, int index) throws Refused {
    if (index >= words.size()) {
      return 0;
    }
    try {
      return Integer.parseInt(words.get(index));
    } catch (NumberFormatException e) {
      throw new Refused(words.get(index), "a whole number");
    }
  }

  private NodeId peer(String name) throws Refused {
    List<NodeId> peers = mesh.members().stream().filter(node -> !node.equals(self)).toList();
    Optional<NodeId> named = peers.stream().filter(node -> node.value().equals(name)).findFirst();
    if (named.isEmpty()) {
      throw new Refused(name, "a peer of this node: " + peers);
    }
    return named.get();
  }

  private String block(NodeId peer, String direction) throws Refused, IOException {
    switch (direction) {
      case "in" -> links.deafen(peer);
      case "out" -> links.mute(peer);
      case "both" -> partitions.cut(peer);
      default -> throw new Refused(direction, "in, out or both");
    }
    return OK;
  }

  private String unblock(NodeId peer) throws IOException {
    links.heal(peer);
    partitions.heal(peer);
    return OK;
  }

  private String acks(NodeId peer, String kind, int amount) throws Refused {
    Kind named = Kind.of(kind).orElseThrow(() -> new Refused(kind, AckFault.ALLOWED));
    AckFault fault;
    try {
      fault = new AckFault(named, amount);
    } catch (IllegalArgumentException outOfRange) {
      throw new Refused(kind + " " + amount, AckFault.ALLOWED);
    }
    links.acks().inject(peer, fault);
    return OK;
  }

  private String disk(String part, String fault, int amount) throws Refused {
    Part named =
        Arrays.stream(Part.values())
            .filter(one -> one.word().equals(part))
            .findFirst()
            .orElseThrow(() -> new Refused(part, "journal or store"));
    switch (fault) {
      case "fail" -> disk.fail(named);
      case "slow" -> {
        require(fault, amount, 1, MAX_SLOW_MILLIS);
        disk.slow(named, Duration.ofMillis(amount));
      }
      case "full" -> {
        require(fault, amount, 0, MAX_ROOM_BYTES);
        disk.fill(named, amount);
      }
      case "well" -> disk.heal(named);
      default -> throw new Refused(fault, "fail, slow with milliseconds, full with bytes, or well");
    }
    return OK;
  }

  private String clock(String given, int offsetMillis) throws Refused {
    Duration offset = Duration.ofMillis(offsetMillis);
    if (offset.abs().compareTo(ClockFaults.MOST) > 0) {
      long most = ClockFaults.MOST.toMillis();
      throw new Refused(given, "-" + most + ".." + most);
    }
    clock.setOff(offset);
    return OK;
  }

  private static void require(String fault, int amount, int least, int most) throws Refused {
    if (amount < least || amount > most) {
      throw new Refused(fault + " " + amount, fault + " " + least + ".." + most);
    }
  }

  private String heal() throws IOException {
    for (NodeId peer : mesh.members()) {
      if (!peer.equals(self)) {
        unblock(peer);
      }
    }
    links.acks().heal();
    disk.heal();
    clock.heal();
    return OK;
  }

  private String status() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    put(json, "heard", links.heard());
    put(json, "unheard", links.unheard());
    put(json, "unsaid", links.unsaid());
    put(json, "changedAcks", links.acks().changed());
    json.put("failedWrites", disk.failed())
        .put("slowedWrites", disk.slowed())
        .put("unfitWrites", disk.unfit())
        .put("clockOffsetMillis", clock.offset().toMillis())
        .put("wrongClockReads", clock.wrongReads());
    ObjectNode broken = json.putObject("flaws");
    flaws.done().forEach((flaw, times) -> broken.put(flaw.word(), times));
    return json.toString();
  }

  private static void put(ObjectNode json, String name, Map<NodeId, LongAdder> counts) {
    ObjectNode object = json.putObject(name);
    counts.forEach((peer, count) -> object.put(peer.value(), count.sum()));
  }
}
