package io.holdfast.chaos.sim;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.AcceptorInput;
import io.holdfast.acceptor.core.AcceptorRequest;
import io.holdfast.acceptor.core.MalformedMessage;
import io.holdfast.config.core.InvariantViolation;
import io.holdfast.config.core.MemberId;
import io.holdfast.mesh.core.Envelope.BetweenCoordinators;
import io.holdfast.mesh.core.Envelope.ToAcceptor;
import io.holdfast.mesh.core.RouterInput;
import io.holdfast.quorum.core.BatchEntry;
import io.holdfast.quorum.core.BatchFormat;
import io.holdfast.quorum.core.ChangeOutcome;
import io.holdfast.quorum.core.ChangeRefusal;
import io.holdfast.quorum.core.CoordinatorCore;
import io.holdfast.quorum.core.CoordinatorEffect;
import io.holdfast.quorum.core.CoordinatorEffect.Outcome;
import io.holdfast.quorum.core.CoordinatorEffect.Role;
import io.holdfast.quorum.core.CoordinatorInput;
import io.holdfast.quorum.core.CoordinatorMessage;
import io.holdfast.quorum.core.CoordinatorView;
import io.holdfast.quorum.core.DivergenceView;
import io.holdfast.quorum.core.MembershipChange;
import io.holdfast.quorum.core.MembershipCodec;
import io.holdfast.quorum.core.Verdict;
import io.holdfast.sync.core.Divergence;
import io.holdfast.sync.core.ReplicaInput;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The coordinator of a process, and who waits for its answers. */
final class SimCoordinator {

  private static final CoordinatorInput TICK = new CoordinatorInput.Tick();

  /** A change of configuration that nobody waits for. */
  private static final long NO_TICKET = -1;

  private record Proposed(long ticket, BatchEntry entry) {}

  private final SimGroup group;
  private final SimBoot boot;
  private final SimMesh mesh;
  private final SimNode node;
  private final MemberId self;
  private final CoordinatorCore core;
  private final Mailbox<CoordinatorInput> inbox;
  private final Map<Long, Proposed> proposals = new HashMap<>();
  private final Map<Long, MembershipChange> changes = new HashMap<>();
  private final Map<Long, Long> readIndexes = new HashMap<>();
  private boolean resigning;
  private @Nullable Role role;

  SimCoordinator(SimGroup group, SimBoot boot, CoordinatorCore core) {
    this.group = group;
    this.boot = boot;
    this.mesh = boot.mesh;
    this.node = boot.node;
    this.self = boot.self();
    this.core = core;
    this.inbox = new Mailbox<>(boot, this::coordinate);
  }

  Role role() {
    return core.role();
  }

  CoordinatorView view() {
    return core.view(node.now());
  }

  void startDiverged(Divergence known) {
    core.startDiverged(known.slot(), Set.copyOf(known.agreeing()));
  }

  boolean owesAnswers() {
    return !proposals.isEmpty() || !readIndexes.isEmpty() || !changes.isEmpty();
  }

  void tell(CoordinatorInput input) {
    if (input instanceof CoordinatorInput.Said said
        && said.message() instanceof CoordinatorMessage.ChainHashAt answer) {
      mesh.observers().forEach(observer -> observer.chainHashTold(node, said.from(), answer));
    }
    boot.tampering.toCoordinator(input, core).forEach(inbox::tell);
  }

  /** Timers do not wait in line. */
  void tick() {
    boot.tampering.toCoordinator(TICK, core).forEach(this::coordinate);
  }

  /** Proposes what nobody waits for. */
  void propose(BatchEntry entry) {
    submit(NO_TICKET, entry);
  }

  /** Asks for a change of membership, as an operator does. */
  void change(MembershipChange change) {
    long token = group.token();
    changes.put(token, change);
    tell(new CoordinatorInput.Change(token, change));
  }

  void askReadIndex(long ticket) {
    long token = group.token();
    readIndexes.put(token, ticket);
    mesh.observers().forEach(observer -> observer.readBegan(node, token));
    tell(new CoordinatorInput.Read(token));
  }

  void resign() {
    resigning = true;
    tell(new CoordinatorInput.Resign());
  }

  private void coordinate(CoordinatorInput input) {
    List<CoordinatorEffect> effects =
        boot.tampering.fromCoordinator(core.on(input, node.now()), core);
    for (CoordinatorEffect effect : effects) {
      boot.beforeEffect();
      carryOut(effect);
    }
  }

  private void carryOut(CoordinatorEffect effect) {
    if (effect instanceof CoordinatorEffect.AskAcceptor ask) {
      ask(ask.to(), ask.request());
    } else if (effect instanceof CoordinatorEffect.Say say) {
      boot.send(say.to().node(), new BetweenCoordinators(SimSettings.GROUP, say.message()));
    } else if (effect instanceof CoordinatorEffect.Conclude conclude) {
      concluded(conclude);
    } else if (effect instanceof CoordinatorEffect.ConcludeRead read) {
      mesh.observers()
          .forEach(observer -> observer.readIndexed(node, read.token(), read.readIndex()));
      group.tellRouter(new RouterInput.ReadIndexIs(taken(read.token()), read.readIndex()));
    } else if (effect instanceof CoordinatorEffect.RefuseRead read) {
      group.tellRouter(
          new RouterInput.ReadIndexRefused(taken(read.token()), read.code(), read.leader()));
    } else if (effect instanceof CoordinatorEffect.TellWatermark told) {
      mesh.observers()
          .forEach(observer -> observer.declared(node, told.ballot(), told.chosenUpTo()));
      group.watermark(told.ballot(), told.chosenUpTo());
    } else if (effect instanceof CoordinatorEffect.CatchUp catchUp) {
      group.tellReplica(new ReplicaInput.CatchUp(catchUp.upTo(), catchUp.from()));
    } else if (effect instanceof CoordinatorEffect.TrimUpTo trim) {
      group.tellAcceptor(new AcceptorInput.TrimUpTo(trim.slot(), trim.atMost()));
    } else if (effect instanceof CoordinatorEffect.MembersAre members) {
      group.tellAcceptor(new AcceptorInput.MembersAre(members.voters()));
      group.tellReplica(new ReplicaInput.MembersChanged(List.copyOf(members.members())));
    } else if (effect instanceof CoordinatorEffect.Leads leads) {
      group.tellReplica(new ReplicaInput.Leads(leads.lowestClockMillis()));
    } else if (effect instanceof CoordinatorEffect.LeadsNoMore) {
      group.tellReplica(new ReplicaInput.LeadsNoMore());
    } else if (effect instanceof CoordinatorEffect.Diverged diverged) {
      mesh.observers().forEach(observer -> observer.diverged(node));
      mesh.note(node.name(), "differs from " + new TreeSet<>(diverged.agreeing()));
      group.tellReplica(
          new ReplicaInput.Diverged(Divergence.of(diverged.slot(), diverged.agreeing())));
    } else if (effect instanceof CoordinatorEffect.ResignDone) {
      resigned();
    } else {
      note(effect);
    }
  }

  private void note(CoordinatorEffect effect) {
    if (effect instanceof CoordinatorEffect.NoteRole noted) {
      role(noted);
    } else if (effect instanceof CoordinatorEffect.NoteVerdict noted) {
      mesh.coverage.verdict(code(noted.verdict()));
    } else if (effect instanceof CoordinatorEffect.NoteDrift drift) {
      InvariantViolation.check(
          node.mayDiffer() || mesh.node(drift.member().node().value()).mayDiffer(),
          "DeterministicApply",
          "%s differs from %s in slot %s: %s",
          drift.member(),
          self,
          drift.slot(),
          drift.what());
      mesh.coverage.count("drifts");
    } else if (effect instanceof CoordinatorEffect.NoteDivergence noted) {
      group.tellReplica(new ReplicaInput.Undecided(noted.divergence().isUndecided()));
      DivergenceView.State state = noted.divergence().state();
      mesh.coverage.count("divergence_" + state.code());
      if (mesh.trace.on()) {
        mesh.note(node.name(), "divergence: " + noted.divergence());
      }
    }
  }

  private static String code(Verdict verdict) {
    if (verdict instanceof Verdict.NotMet notMet) {
      return notMet.reason().code();
    }
    return verdict instanceof Verdict.LocalWriteFailed
        ? "local_write_failed"
        : verdict instanceof Verdict.Met ? "met" : "in_flight";
  }

  private void role(CoordinatorEffect.NoteRole noted) {
    if (mesh.trace.on()) {
      mesh.note(node.name(), noted.role().code() + ": " + noted.why());
    }
    if (noted.role() == Role.LEADING && role != Role.LEADING) {
      mesh.coverage.count(Coverage.ELECTIONS);
      CoordinatorView view = view();
      mesh.observers()
          .forEach(
              observer ->
                  observer.leads(
                      node, view.highest(), view.chosenUpTo().next(), view.configuration()));
    }
    if (role == Role.LEADING && noted.why().startsWith("it lets ")) {
      mesh.coverage.count("hand_overs");
    }
    role = noted.role();
    group.tellRouter(new RouterInput.LeaderIs(noted.leader()));
  }

  private void ask(MemberId to, AcceptorRequest request) {
    if (mesh.steps.isArmed(CrashStep.CHANGE_PROPOSED)
        && request instanceof AcceptorRequest.Accept accept
        && BatchFormat.decode(accept.batch()).stream()
            .anyMatch(BatchEntry.ConfigurationEntry.class::isInstance)) {
      boot.reaches(CrashStep.CHANGE_PROPOSED);
    }
    for (Observer observer : mesh.observers()) {
      observer.requested(node, to, request);
    }
    if (to.equals(self)) {
      group.tellAcceptor(new AcceptorInput.Asked(self, request));
    } else {
      boot.send(to.node(), new ToAcceptor(SimSettings.GROUP, request));
    }
  }

  void submit(long ticket, BatchEntry entry) {
    long token = group.token();
    proposals.put(token, new Proposed(ticket, entry));
    mesh.observers().forEach(observer -> observer.proposed(node, token, entry));
    tell(new CoordinatorInput.Propose(token, entry));
  }

  private void concluded(CoordinatorEffect.Conclude conclude) {
    MembershipChange change = changes.remove(conclude.token());
    if (change != null) {
      changed(change.getClass().getSimpleName(), conclude.outcome());
      return;
    }
    Proposed proposed = proposals.remove(conclude.token());
    if (proposed == null) {
      throw new InvariantViolation(
          "VerdictIsFinal", node + ": a proposal ends again: " + conclude.outcome());
    }
    mesh.observers()
        .forEach(
            observer ->
                observer.concluded(node, conclude.token(), proposed.entry(), conclude.outcome()));
    if (proposed.entry() instanceof BatchEntry.CommandEntry) {
      group.tellRouter(new RouterInput.Concluded(proposed.ticket(), conclude.outcome()));
    } else {
      changed("Unchecked", conclude.outcome());
    }
  }

  /** A change of membership came to an end; nobody waits for it but those who count. */
  private void changed(String kind, Outcome outcome) {
    if (outcome instanceof Outcome.Committed committed) {
      changed(kind, outcome(committed.result()));
    } else if (outcome instanceof Outcome.ChangeRefused refused) {
      refused(kind, refused.refusal());
    }
  }

  private static ChangeOutcome outcome(ByteString result) {
    try {
      return MembershipCodec.decodeOutcome(result);
    } catch (MalformedMessage e) {
      throw new IllegalStateException("a change has no outcome", e);
    }
  }

  private void changed(String kind, ChangeOutcome outcome) {
    if (outcome instanceof ChangeOutcome.Changed changed) {
      mesh.coverage.count("reconfigurations");
      mesh.coverage.count("change_" + kind.toLowerCase(Locale.ROOT));
      mesh.note(node.name(), "slot " + changed.effect() + " on: " + changed.configuration());
    } else if (outcome instanceof ChangeOutcome.Refused refused) {
      refused(kind, refused.refusal());
    } else {
      mesh.coverage.count("seals");
      mesh.note(node.name(), "the group is sealed");
    }
  }

  private void refused(String kind, ChangeRefusal refusal) {
    mesh.coverage.verdict(refusal.code().code());
    mesh.note(node.name(), kind + " is refused: " + refusal.reason());
  }

  private long taken(long token) {
    Long ticket = readIndexes.remove(token);
    if (ticket == null) {
      throw new InvariantViolation("VerdictIsFinal", node + ": a read index is given twice");
    }
    return ticket;
  }

  private void resigned() {
    if (resigning) {
      mesh.coverage.count("resignations");
      group.tellRouter(new RouterInput.Close());
      boot.end("it was asked to end", node.random.nextLong(2 * VirtualTime.SECOND));
    }
  }
}
