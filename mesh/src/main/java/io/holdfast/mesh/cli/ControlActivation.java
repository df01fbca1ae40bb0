package io.holdfast.mesh.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.config.core.control.Activation;
import io.holdfast.config.core.control.ControlEpoch;
import io.holdfast.config.core.control.ManifestDocument;
import io.holdfast.config.core.control.ManifestType;
import io.holdfast.config.core.control.SetHash;
import io.holdfast.mesh.WriteAnswer;
import io.holdfast.mesh.WriteRequest;
import io.holdfast.mesh.client.CallResult;
import io.holdfast.mesh.client.ControlText;
import io.holdfast.mesh.client.PostReply;
import io.holdfast.sync.core.Command;
import io.holdfast.sync.core.CommandResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Has another set made active: looks at what that changes, then asks for exactly this. */
final class ControlActivation {

  private final Console console;
  private final MeshOptions mesh;
  private final ControlWork work;

  ControlActivation(Console console, MeshOptions mesh, ControlWork work) {
    this.console = console;
    this.mesh = mesh;
    this.work = work;
  }

  /** What would change; the same body as that of an activation. */
  PostReply plan(OptionalLong expected, Map<ManifestType, Optional<ManifestDocument>> changes) {
    ObjectNode body = ControlText.of(changes);
    expected.ifPresent(number -> body.put("expectedNumber", number));
    return work.post("/plan", body);
  }

  /** Makes it active, and tells so; the exit status. */
  int activate(
      long expected, Map<ManifestType, Optional<ManifestDocument>> changes, String reason) {
    PostReply plan = plan(OptionalLong.of(expected), changes);
    if (!plan.done()) {
      return work.fail(plan);
    }
    Activation activation =
        new Activation(
            new Activation.Expected(expected, hash(plan, "expectedHash")),
            hash(plan, "setHash"),
            changes,
            reason);
    Asked asked = write(new Command.Activate(activation));
    return asked
        .committed()
        .map(answered -> activated(plan, answered))
        .orElseGet(() -> refused(asked));
  }

  /**
   * What came of a command.
   *
   * @param writeId under which it was sent
   */
  record Asked(String writeId, CallResult<WriteAnswer> result) {

    /** The answer, where it is committed. */
    Optional<CallResult.Answered<WriteAnswer>> committed() {
      return result instanceof CallResult.Answered<WriteAnswer> answered
              && answered.answer().code() == OutcomeCode.COMMITTED
          ? Optional.of(answered)
          : Optional.empty();
    }
  }

  static SetHash hash(PostReply reply, String name) {
    return SetHash.parse(reply.json().path(name).asText());
  }

  Asked write(Command command) {
    String writeId = work.client().newWriteId();
    return new Asked(
        writeId,
        Answers.await(
            work.client()
                .write(
                    new WriteRequest(
                        mesh.group(), Optional.of(writeId), command, Optional.empty()))));
  }

  private int activated(PostReply plan, CallResult.Answered<WriteAnswer> answered) {
    if (mesh.json()) {
      ObjectNode json = Answers.object().put("ok", true);
      json.setAll(Answers.json(answered.answer(), answered.trail()));
      json.set("changes", plan.json().path("changes"));
      json.set("losesAccess", plan.json().path("losesAccess"));
      console.json(json);
      return Exit.DONE.status();
    }
    tellChanges(plan);
    console
        .out()
        .println(
            answered
                .answer()
                .result()
                .flatMap(WriteAnswer.Executed::result)
                .map(ControlActivation::sentence)
                .orElse("activated"));
    return Exit.DONE.status();
  }

  private static String sentence(CommandResult result) {
    if (!(result instanceof CommandResult.Activated activated)) {
      return "activated";
    }
    ControlEpoch epoch = activated.epoch();
    return "epoch "
        + epoch.number()
        + " is active: set "
        + epoch.setHash()
        + ", before it "
        + epoch.previousHash().shortHex();
  }

  /** A line for each change, and who may do less. */
  void tellChanges(PostReply plan) {
    plan.json().path("changes").forEach(line -> console.out().println(line.asText()));
    List<String> losing = new ArrayList<>();
    plan.json().path("losesAccess").forEach(name -> losing.add(name.asText()));
    if (!losing.isEmpty()) {
      console.out().println("loses access: " + String.join(", ", losing));
    }
  }

  /** Tells why it was not done, or that nobody knows; the exit status. */
  int refused(Asked asked) {
    ObjectNode more = Answers.object().put("writeId", asked.writeId());
    if (asked.result() instanceof CallResult.Answered<WriteAnswer> answered) {
      WriteAnswer answer = answered.answer();
      return work.fail(answer.code().code(), answer.detail(), more);
    }
    CallResult.Unheard<WriteAnswer> unheard = (CallResult.Unheard<WriteAnswer>) asked.result();
    return unheard.delivered()
        ? work.fail(
            OutcomeCode.OUTCOME_UNKNOWN.code(),
            unheard.detail() + " (write " + asked.writeId() + ")",
            more)
        : mesh.unreachable(console, "nothing was changed: " + unheard.detail());
  }

  /** The texts of a JSON list, for people. */
  static String joined(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(element -> texts.add(element.asText()));
    return texts.isEmpty() ? "-" : String.join(",", texts);
  }
}
