package io.holdfast.quorum.core;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.AcceptorEvent.PairAccepted;
import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Batch;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.InvariantViolation;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.NodeId;
import io.holdfast.quorum.core.BatchEntry.ConfigurationEntry;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Sees everything that every node does, and knows what may not be. */
final class MiniOracle {

  private record Vote(Slot slot, Ballot ballot) {}

  private final ConfigurationLog configurations;
  private final TreeMap<Slot, Batch> learned = new TreeMap<>();
  private final Map<Slot, Batch> chosen = new HashMap<>();
  private final Map<Vote, Set<MemberId>> votes = new HashMap<>();
  private final Map<Vote, Batch> voted = new HashMap<>();
  private final Set<ByteString> refused = new HashSet<>();
  private long committed;
  private Slot lastCommitted = Slot.ZERO;
  private long reads;

  MiniOracle(ConfigurationLog configurations) {
    this.configurations = configurations;
  }

  /** A pair reached the disk of {@code at}. */
  void written(MemberId at, PairAccepted pair) {
    Vote vote = new Vote(pair.slot(), pair.ballot());
    Batch other = voted.putIfAbsent(vote, pair.batch());
    InvariantViolation.check(
        other == null || other.equals(pair.batch()), "OneValuePerBallot", "%s", vote);
    Set<MemberId> voters = votes.computeIfAbsent(vote, v -> new TreeSet<>());
    voters.add(at);
    boolean known = pair.slot().isAtMost(configurations.proposableUpTo(lastLearned()));
    InvariantViolation.check(known, "ConfigurationBySlot", "%s voted on too early", vote);
    Configuration configuration = configurations.at(pair.slot());
    if (configuration.acceptedBy(voters, pair.ballot().proposer())) {
      isChosen(pair.slot(), pair.batch(), "votes under " + pair.ballot());
    }
  }

  /** A node learned what a slot holds. */
  void learned(MemberId at, Slot slot, Batch batch) {
    isChosen(slot, batch, at + " learned it");
    if (learned.putIfAbsent(slot, batch) == null) {
      for (BatchEntry entry : BatchFormat.decode(batch)) {
        if (entry instanceof ConfigurationEntry) {
          configurations.applied(slot, decode(entry.bytes()));
        }
      }
    }
  }

  private void isChosen(Slot slot, Batch batch, String how) {
    Batch before = chosen.putIfAbsent(slot, batch);
    InvariantViolation.check(
        before == null || before.equals(batch),
        "OneChosenBatch",
        "slot %s: %s was chosen, now %s (%s)",
        slot,
        before,
        batch,
        how);
  }

  /** A caller was told that its entry is committed. */
  void committed(BatchEntry entry, Slot slot, ByteString result) {
    Batch batch = learned.get(slot);
    InvariantViolation.check(batch != null, "Committed", "slot %s is not learned anywhere", slot);
    List<BatchEntry> entries = batch == null ? List.of() : BatchFormat.decode(batch);
    int index = entries.indexOf(entry);
    InvariantViolation.check(
        index >= 0 && result(slot, index).equals(result),
        "Committed",
        "slot %s holds %s, told %s",
        slot,
        entries,
        result.toStringUtf8());
    committed++;
    lastCommitted = Slot.max(lastCommitted, slot);
  }

  /** A caller was told that its entry has no effect. */
  void refused(BatchEntry entry) {
    refused.add(entry.bytes());
  }

  /** What a read that arrives now may not miss. */
  Slot lastCommitted() {
    return lastCommitted;
  }

  void read(Slot index, Slot mayNotMiss) {
    reads++;
    InvariantViolation.check(
        mayNotMiss.isAtMost(index),
        "Linearizable",
        "read index %s misses the write committed in slot %s",
        index,
        mayNotMiss);
  }

  void refusedHadNoEffect() {
    learned.forEach(
        (slot, batch) -> {
          for (BatchEntry entry : BatchFormat.decode(batch)) {
            boolean command = entry instanceof BatchEntry.CommandEntry;
            InvariantViolation.check(
                !(command && refused.contains(entry.bytes())),
                "Refused",
                "slot %s holds %s, which was refused",
                slot,
                entry.bytes().toStringUtf8());
          }
        });
  }

  long committed() {
    return committed;
  }

  long reads() {
    return reads;
  }

  Slot lastChosen() {
    return lastLearned();
  }

  /** Whether the last change governs what is chosen by now. */
  boolean changeIsInEffect() {
    return configurations.lastEffect().isAtMost(lastLearned());
  }

  Configuration lastConfiguration() {
    return configurations.at(new Slot(Long.MAX_VALUE));
  }

  private Slot lastLearned() {
    return learned.isEmpty() ? Slot.ZERO : learned.lastKey();
  }

  static ByteString result(Slot slot, int index) {
    return ByteString.copyFromUtf8(slot + ":" + index);
  }

  static ByteString encode(Configuration configuration) {
    StringBuilder text = new StringBuilder();
    text.append(configuration.w()).append(' ').append(configuration.prepareQuorum());
    configuration
        .members()
        .forEach(
            member ->
                text.append(' ').append(member.node()).append(' ').append(member.incarnation()));
    return ByteString.copyFromUtf8(text.toString());
  }

  static Configuration decode(ByteString bytes) {
    List<String> words = List.of(bytes.toStringUtf8().split(" "));
    TreeSet<MemberId> members = new TreeSet<>();
    for (int i = 2; i < words.size(); i += 2) {
      members.add(new MemberId(new NodeId(words.get(i)), Long.parseLong(words.get(i + 1))));
    }
    return new Configuration(
        members, Integer.parseInt(words.get(0)), Integer.parseInt(words.get(1)));
  }
}
