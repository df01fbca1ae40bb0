package io.holdfast.chaos.sim;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.InvariantViolation;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.ReadAnswer;
import io.holdfast.mesh.core.ClientRequest;
import io.holdfast.mesh.core.RouterEffect;
import io.holdfast.mesh.core.RouterInput;
import io.holdfast.quorum.core.CoordinatorEffect.Role;
import io.holdfast.sync.core.Caller;
import io.holdfast.sync.core.Command;
import io.holdfast.sync.core.ReadQuery;
import io.holdfast.sync.core.ReplicaCore;
import io.holdfast.sync.core.VersionedValue;
import io.holdfast.sync.core.WriteCommand;
import io.holdfast.sync.core.WriteId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;

/**
 * What must come once nothing goes wrong any more: a leader, writes and reads through every member,
 * an answer to everyone, and equal replicas.
 */
final class Recovery {

  private static final long BUSY = 3 * VirtualTime.SECOND;
  private static final long STEP = 250 * VirtualTime.MILLI;
  private static final long PATIENCE = 30 * VirtualTime.SECOND;

  /** Evidence that is dated ahead does not count, and is given anew after a minute. */
  private static final long UNTIL_READY = 100 * VirtualTime.SECOND;

  /** Newer than ids of clients whose clocks are fast. */
  private static final long FRESH = 1_000;

  private static final long LONGEST_CATCH_UP = 240 * VirtualTime.SECOND;
  private static final long TRY_AGAIN = VirtualTime.SECOND;

  private static final Caller ADMINISTRATOR = new Caller(ControlSets.ADMIN, Optional.empty());

  private final SimMesh mesh;
  private final ChosenLog chosen;
  private final ReferenceModel reference;
  private final List<SimClient> clients;
  private final List<Probe> probes = new ArrayList<>();

  Recovery(SimMesh mesh, ChosenLog chosen, ReferenceModel reference, List<SimClient> clients) {
    this.mesh = mesh;
    this.chosen = chosen;
    this.reference = reference;
    this.clients = clients;
  }

  void run() {
    mesh.note("***", "everything is sound from here on");
    mesh.heal();
    operators().forEach(ControlOperator::calm);
    mesh.time.runUntil(mesh.time.now() + BUSY);
    clients.stream().filter(c -> !(c instanceof ControlOperator)).forEach(SimClient::stop);
    for (MemberId member : chosen.newest().members()) {
      Probe probe = new Probe(mesh.node(member.node().value()));
      probes.add(probe);
      probe.write();
    }
    await("no write and read through each member", () -> probes.stream().allMatch(Probe::done));
    operators().forEach(SimClient::stop);
    await("clients wait for answers", () -> clients.stream().noneMatch(SimClient::waits));
    await("no single leader", () -> members().stream().filter(this::leads).count() == 1);
    await("answers are owed", () -> members().stream().noneMatch(this::owesAnswers));
    awaitCatchUp();
    for (SimNode member : everyone()) {
      holdsWhatTheLogMeans(member);
    }
  }

  private List<ControlOperator> operators() {
    return clients.stream()
        .filter(ControlOperator.class::isInstance)
        .map(ControlOperator.class::cast)
        .toList();
  }

  private void await(String otherwise, BooleanSupplier condition) {
    long end = mesh.time.now() + (operators().isEmpty() ? PATIENCE : UNTIL_READY);
    while (!condition.getAsBoolean()) {
      if (mesh.time.now() >= end) {
        throw new NotAtRest(otherwise + ": " + describe());
      }
      mesh.time.runUntil(mesh.time.now() + STEP);
    }
  }

  /**
   * Small chunks and few readers make it slow, so it has the time that it needs while it goes on.
   */
  private void awaitCatchUp() {
    long end = mesh.time.now() + LONGEST_CATCH_UP;
    long stalledAt = mesh.time.now() + PATIENCE;
    long applied = applied();
    while (!converged()) {
      if (mesh.time.now() >= Math.min(end, stalledAt)) {
        throw new NotAtRest("replicas differ: " + describe());
      }
      mesh.time.runUntil(mesh.time.now() + STEP);
      if (applied() > applied) {
        applied = applied();
        stalledAt = mesh.time.now() + PATIENCE;
      }
    }
  }

  /** Slots that members have executed, added up. */
  private long applied() {
    long sum = 0;
    for (SimNode member : everyone()) {
      SimGroup group = member.group();
      sum += group == null ? 0 : group.replica().state().applied().number();
    }
    return sum;
  }

  private List<SimNode> members() {
    return nodes(chosen.newest().members());
  }

  /** Voters and learners. */
  private List<SimNode> everyone() {
    return nodes(chosen.newest().everyone());
  }

  private List<SimNode> nodes(Collection<MemberId> members) {
    return members.stream().map(member -> mesh.node(member.node().value())).toList();
  }

  private boolean leads(SimNode node) {
    SimGroup group = node.group();
    return group != null && group.role() == Role.LEADING;
  }

  private boolean owesAnswers(SimNode node) {
    SimGroup group = node.group();
    return group == null || group.owesAnswers();
  }

  private boolean converged() {
    Slot last = chosen.contiguous();
    Optional<Digest> hash = Optional.empty();
    for (SimNode member : everyone()) {
      SimGroup group = member.group();
      if (group == null
          || !group.replica().state().applied().equals(last)
          || !group.replica().durable().equals(last)) {
        return false;
      }
      Digest own = group.replica().state().chainHash();
      if (hash.isPresent() && !hash.get().equals(own)) {
        return false;
      }
      hash = Optional.of(own);
    }
    return true;
  }

  private void holdsWhatTheLogMeans(SimNode member) {
    SimGroup group = member.group();
    if (group == null) {
      return;
    }
    Map<ByteString, VersionedValue> held = group.heldRecords();
    InvariantViolation.check(
        held.equals(reference.records()),
        "DeterministicApply",
        "%s ends with other records than the log means",
        member);
    for (ReplicaCore core : List.of(group.replica(), group.asStored())) {
      mesh.observers()
          .forEach(observer -> observer.inspected(member, core.state(), core.inspection()));
    }
    mesh.observers()
        .forEach(observer -> observer.atRest(member, key -> Optional.ofNullable(held.get(key))));
  }

  private String describe() {
    StringBuilder text =
        new StringBuilder("chosen up to " + chosen.contiguous() + ", " + chosen.newest());
    for (SimNode node : mesh.nodes) {
      SimGroup group = node.group();
      text.append("; ").append(node).append(' ');
      if (group == null) {
        text.append("does not serve");
      } else {
        text.append(group.role().code())
            .append(" applied ")
            .append(group.replica().state().applied())
            .append(" learned ")
            .append(group.replica().learned())
            .append(" durable ")
            .append(group.replica().durable())
            .append(group.owesAnswers() ? " owes answers" : "")
            .append(group.replica().stuck().map(why -> " stuck: " + why).orElse(""));
      }
    }
    return text.toString();
  }

  /** Writes through a node and reads it back, again and again until both have worked. */
  private final class Probe implements SimRouter.Caller {

    private final SimNode node;
    private final ByteString key;
    private boolean written;
    private boolean read;

    Probe(SimNode node) {
      this.node = node;
      this.key = ByteString.copyFromUtf8("probe-" + node);
    }

    boolean done() {
      return written && read;
    }

    void write() {
      Command put = new Command.Put(key, key);
      // A new id each time: one that was made with a wrong clock may have expired for good.
      WriteId id =
          WriteId.of(
              node.now().wallMillis() + FRESH,
              new UUID(node.random.nextLong(), node.random.nextLong()));
      ask(ClientRequest.Write.of(WriteCommand.of(id, put), ADMINISTRATOR));
    }

    private void ask(ClientRequest request) {
      SimGroup group = node.group();
      if (group == null) {
        mesh.time.after(TRY_AGAIN, () -> ask(request));
        return;
      }
      group.ask(new RouterInput.Asked(group.token(), request, Optional.empty()), this);
    }

    @Override
    public void answered(RouterEffect answer) {
      if (answer instanceof RouterEffect.AnswerWrite write) {
        written = isRight(write.answer().code());
      } else if (answer instanceof RouterEffect.AnswerRead found) {
        read =
            found.answer() instanceof ReadAnswer.Refused refused
                ? chosen.sealedIn().isPresent() && refused.code() == OutcomeCode.UNKNOWN_GROUP
                : found.answer() instanceof ReadAnswer.Found;
      }
      goOn();
    }

    private boolean isRight(OutcomeCode code) {
      return code
          == (chosen.sealedIn().isPresent() ? OutcomeCode.UNKNOWN_GROUP : OutcomeCode.COMMITTED);
    }

    @Override
    public void lost() {
      goOn();
    }

    private void goOn() {
      if (!written) {
        mesh.time.after(TRY_AGAIN, this::write);
      } else if (!read) {
        mesh.time.after(
            TRY_AGAIN, () -> ask(new ClientRequest.Read(ReadQuery.of(key), ADMINISTRATOR)));
      }
    }
  }
}
