package io.holdfast.chaos.sim;

import io.holdfast.config.core.InvariantViolation;
import io.holdfast.mesh.core.RequestRouter;
import io.holdfast.mesh.core.RouterEffect;
import io.holdfast.mesh.core.RouterInput;
import io.holdfast.sync.core.ReplicaInput;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The router of a process, and its clients. */
final class SimRouter {

  private static final RouterInput TICK = new RouterInput.Tick();

  /** Is told one of these, once. */
  interface Caller {

    void answered(RouterEffect answer);

    /** The process is gone, and the connection with it. */
    void lost();
  }

  private final SimGroup group;
  private final SimBoot boot;
  private final RequestRouter core;
  private final Mailbox<RouterInput> inbox;
  private final Map<Long, Caller> callers = new LinkedHashMap<>();

  SimRouter(SimGroup group, SimBoot boot, RequestRouter core) {
    this.group = group;
    this.boot = boot;
    this.core = core;
    this.inbox = new Mailbox<>(boot, this::route);
  }

  /** A client of this node asks. */
  void ask(RouterInput.Asked asked, Caller caller) {
    callers.put(asked.token(), caller);
    tell(asked);
  }

  boolean owesAnswers() {
    return !callers.isEmpty();
  }

  void tell(RouterInput input) {
    inbox.tell(input);
  }

  /** Timers do not wait in line. */
  void tick() {
    route(TICK);
  }

  /** The process is gone. */
  void lost() {
    List.copyOf(callers.values()).forEach(Caller::lost);
  }

  private void route(RouterInput input) {
    for (RouterEffect effect : core.on(input, boot.node.now())) {
      boot.beforeEffect();
      carryOut(effect);
    }
  }

  private void carryOut(RouterEffect effect) {
    if (effect instanceof RouterEffect.Submit submit) {
      group.submit(submit.ticket(), submit.entry());
    } else if (effect instanceof RouterEffect.AskReadIndex ask) {
      group.askReadIndex(ask.ticket());
    } else if (effect instanceof RouterEffect.Admit admit) {
      group.tellReplica(new ReplicaInput.Admit(admit.ticket(), admit.write(), admit.caller()));
    } else if (effect instanceof RouterEffect.Query read) {
      group.tellReplica(
          new ReplicaInput.Query(read.ticket(), read.readIndex(), read.query(), read.shown()));
    } else if (effect instanceof RouterEffect.LookUp lookUp) {
      group.tellReplica(
          new ReplicaInput.LookupWrite(
              lookUp.ticket(), lookUp.readIndex(), lookUp.id(), lookUp.shown()));
    } else if (effect instanceof RouterEffect.Send send) {
      boot.send(send.to().node(), send.message());
    } else if (effect instanceof RouterEffect.AnswerWrite answer) {
      answered(answer.token(), answer);
    } else if (effect instanceof RouterEffect.AnswerRead answer) {
      answered(answer.token(), answer);
    }
  }

  private void answered(long token, RouterEffect answer) {
    Caller caller = callers.remove(token);
    if (caller == null) {
      throw new InvariantViolation("VerdictIsFinal", boot.node + ": a caller is answered twice");
    }
    caller.answered(answer);
  }
}
