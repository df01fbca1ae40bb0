package io.holdfast.chaos.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.control.Activation;
import io.holdfast.config.core.control.ControlEpoch;
import io.holdfast.config.core.control.Evidence.Check;
import io.holdfast.config.core.control.ManifestDocument;
import io.holdfast.config.core.control.ManifestReader;
import io.holdfast.config.core.control.ManifestType;
import io.holdfast.config.core.control.SetHash;
import io.holdfast.sync.core.Command;
import io.holdfast.sync.core.CommandResult;
import io.holdfast.sync.core.ControlPin;
import io.holdfast.sync.core.ReplicaCore;
import io.holdfast.sync.core.ReplicaEffect;
import io.holdfast.sync.core.WriteCommand;
import io.holdfast.sync.store.InMemoryReplicaStore;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Each rule about what is active fires where it is broken, and only there. */
final class ControlInvariantsTest extends InvariantLog {

  private static final long NOW = Steps.NOW;
  private static final CommandResult PUT = new CommandResult.Applied(1, 0);

  private static final String ACCESS =
      """
      {"kind":"access","version":1,"principals":[
        {"name":"admin","tokens":["sha256:%s"],"grants":[{"prefix":"","verbs":["admin"]}]},
        {"name":"one","grants":[{"prefix":"k","verbs":["write"]}]}]}"""
          .formatted("0".repeat(64));

  private static final String READY = "{\"kind\":\"policy\",\"version\":1,\"requireReady\":true}";

  private long ids;

  private final OneEpochPerWrite oneEpoch = new OneEpochPerWrite(reference, mesh.coverage);
  private final EpochsInOrder inOrder = new EpochsInOrder(reference, mesh.coverage);
  private final StaleEvidenceNeverCounts evidence = new StaleEvidenceNeverCounts(mesh, reference);
  private final ActivationIsWhole whole = new ActivationIsWhole(reference);

  ControlInvariantsTest() {
    super(Profile.CONTROL);
  }

  private WriteCommand write(Command command, Optional<ControlPin> pin) {
    WriteCommand write = WriteCommand.of(Steps.idAt(NOW, ++ids), command);
    return pin.map(write::with).orElse(write);
  }

  private Optional<ControlPin> pin(String principal) {
    return Optional.of(ControlPin.to(active(), principal, NOW));
  }

  private WriteCommand put(String key, Optional<ControlPin> pin) {
    return write(new Command.Put(Steps.bytes(key), Steps.bytes("v")), pin);
  }

  private Command.Activate activating(String manifest, Activation.Expected expected) {
    ManifestDocument document = ManifestReader.read(Steps.bytes(manifest));
    Map<ManifestType, ManifestDocument> next =
        new HashMap<>(reference.controlAt(slot).active().documents());
    next.put(document.type(), document);
    return new Command.Activate(
        new Activation(
            expected,
            ReferenceControl.hash(next),
            Map.of(document.type(), Optional.of(document)),
            ""));
  }

  /** Activates it as it should be. */
  private ReplicaEffect.Applied activate(String manifest) {
    Command.Activate command = activating(manifest, Activation.Expected.of(active()));
    return log(
        write(command, pin("admin")),
        new CommandResult.Activated(active().next(command.activation().resulting())));
  }

  private ReplicaEffect.Applied give(MemberId member, ControlEpoch of, long millis) {
    TreeMap<Check, Boolean> checks = new TreeMap<>();
    List.of(Check.values()).forEach(check -> checks.put(check, true));
    Command given = new Command.GiveEvidence(member, Activation.Expected.of(of), checks);
    return log(WriteCommand.of(Steps.idAt(millis, ++ids), given), new CommandResult.Housekept());
  }

  // ---- OneEpochPerWrite

  @Test
  void aWriteUnderTheActiveEpochPasses() {
    assertThatCode(
            () -> {
              oneEpoch.applied(node, log(put("k", Optional.empty()), PUT));
              oneEpoch.applied(node, activate(ACCESS));
              oneEpoch.applied(node, log(put("k", pin("one")), PUT));
              oneEpoch.applied(node, log(put("other", pin("admin")), PUT));
            })
        .doesNotThrowAnyException();
  }

  @Test
  void aWriteUnderTheEpochBeforeIsSeen() {
    Optional<ControlPin> before = pin("one");
    oneEpoch.applied(node, activate(ACCESS));

    breaks(oneEpoch, () -> oneEpoch.applied(node, log(put("k", before), PUT)));
  }

  @Test
  void aWriteWithThePresentNumberAndAnotherHashIsSeen() {
    oneEpoch.applied(node, activate(ACCESS));
    ControlPin wrong = new ControlPin(1, SetHash.of(Steps.bytes("another")), "one", NOW);

    breaks(oneEpoch, () -> oneEpoch.applied(node, log(put("k", Optional.of(wrong)), PUT)));
  }

  @Test
  void aWriteThatAccessDoesNotAllowIsSeen() {
    oneEpoch.applied(node, activate(ACCESS));

    breaks(oneEpoch, () -> oneEpoch.applied(node, log(put("other", pin("one")), PUT)));
  }

  // ---- EpochsInOrder

  @Test
  void anActivationThatKeepsTheNumberIsSeen() {
    Command.Activate command = activating(ACCESS, Activation.Expected.of(active()));
    ControlEpoch same =
        new ControlEpoch(0, command.activation().resulting(), active().previousHash());

    breaks(
        inOrder,
        () ->
            inOrder.applied(node, log(write(command, pin("")), new CommandResult.Activated(same))));
  }

  @Test
  void anExpectationWithAnotherHashIsSeen() {
    Command.Activate command =
        activating(ACCESS, new Activation.Expected(0, SetHash.of(Steps.bytes("another"))));

    breaks(
        inOrder,
        () ->
            inOrder.applied(
                node,
                log(
                    write(command, pin("")),
                    new CommandResult.Activated(active().next(command.activation().resulting())))));
  }

  @Test
  void oneActivationAfterTheOtherPasses() {
    assertThatCode(
            () -> {
              inOrder.applied(node, activate(ACCESS));
              inOrder.applied(node, activate(READY));
            })
        .doesNotThrowAnyException();
    assertThat(mesh.coverage.of("activations")).isEqualTo(2);
  }

  // ---- StaleEvidenceNeverCounts

  @Test
  void aWriteOnEvidenceForAnotherEpochIsSeen() {
    ControlEpoch before = active();
    evidence.applied(node, activate(READY));
    mesh.nodes.forEach(each -> evidence.applied(node, give(each.self(), before, NOW)));

    breaks(evidence, () -> evidence.applied(node, log(put("k", pin("")), PUT)));
  }

  @Test
  void aWriteOnOldEvidenceIsSeen() {
    evidence.applied(node, activate(READY));
    mesh.nodes.forEach(each -> evidence.applied(node, give(each.self(), active(), NOW - 300_001)));

    breaks(evidence, () -> evidence.applied(node, log(put("k", pin("")), PUT)));
  }

  @Test
  void aWriteOnEvidenceThatIsDatedAheadIsSeen() {
    evidence.applied(node, activate(READY));
    mesh.nodes.forEach(each -> evidence.applied(node, give(each.self(), active(), NOW + 30_001)));

    breaks(evidence, () -> evidence.applied(node, log(put("k", pin("")), PUT)));
  }

  @Test
  void aWriteOnFreshEvidenceOfAQuorumPasses() {
    assertThatCode(
            () -> {
              evidence.applied(node, activate(READY));
              evidence.applied(node, give(mesh.nodes.get(0).self(), active(), NOW - 300_000));
              evidence.applied(node, give(mesh.nodes.get(2).self(), active(), NOW));
              evidence.applied(node, log(put("k", pin("")), PUT));
            })
        .doesNotThrowAnyException();
    assertThat(mesh.coverage.of("ready_writes")).isEqualTo(1);
  }

  // ---- ActivationIsWhole

  @Test
  void aReplicaThatMakesNothingOfAPolicysQuorumIsSeen() {
    ReplicaEffect.Applied nothing = activate("{\"kind\":\"policy\",\"version\":1,\"w\":3}");

    breaks(whole, () -> whole.applied(node, nothing));
  }

  @Test
  void aReplicaThatHoldsTheSetBeforeIsSeen() {
    ReplicaCore core =
        ReplicaCore.restore(
            node.self(),
            List.of(),
            scenario.replica(),
            new InMemoryReplicaStore(scenario.terms()).load());
    assertThatCode(() -> whole.inspected(node, core.state(), core.inspection()))
        .doesNotThrowAnyException();
    activate(ACCESS);

    breaks(whole, () -> whole.inspected(node, core.state().at(slot), core.inspection()));
  }
}
