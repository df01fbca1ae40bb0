package io.holdfast.chaos.sim;

import com.google.protobuf.ByteString;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.config.core.control.Activation;
import io.holdfast.config.core.control.ControlRecord;
import io.holdfast.config.core.control.ControlSet;
import io.holdfast.config.core.control.ControlState;
import io.holdfast.config.core.control.Credentials;
import io.holdfast.config.core.control.ManifestDocument;
import io.holdfast.config.core.control.ManifestType;
import io.holdfast.config.core.control.SetHash;
import io.holdfast.sync.core.Caller;
import io.holdfast.sync.core.Command;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Activates one set after the other, in the eyes of whichever node it looks at: now and then two
 * with the same expectation at once, with a wrong one, what was active before, or without being
 * allowed to.
 */
final class ControlOperator extends SimClient {

  private static final int MOST_HASTE_MILLIS = 500;
  private static final int MOST_PAUSE_MILLIS = 12_000;

  /** Longer than it takes until evidence is given anew; where the run is as long. */
  private static final int LONG_PAUSE_MILLIS = 75_000;

  private boolean calm;

  ControlOperator(SimMesh mesh, Doors doors, int number, SplittableRandom random) {
    super(mesh, doors, "o" + number, random);
  }

  /** From now on it only takes limits away, so that everybody can write. */
  void calm() {
    calm = true;
  }

  @Override
  void next() {
    Optional<ControlState> seen = mesh.control(anyNode());
    if (seen.isEmpty()) {
      rest();
    } else if (calm) {
      calm(seen.get());
    } else {
      int many = random.nextInt(3) == 0 ? 2 : 1;
      for (int i = 0; i < many; i++) {
        ask(draw(seen.get()), i == 0 ? this::pause : () -> {});
      }
    }
  }

  private void calm(ControlState seen) {
    if (seen.set().limits().isPresent()) {
      ask(
          activating(seen, Map.of(ManifestType.LIMITS, Optional.empty()), ControlSets.ADMIN),
          this::rest);
    } else {
      rest();
    }
  }

  private void pause() {
    int draw = random.nextInt(12);
    int most = draw < 3 ? MOST_HASTE_MILLIS : MOST_PAUSE_MILLIS;
    boolean rests = mesh.scenario.stormyMillis() > LONG_PAUSE_MILLIS && draw > 7;
    goOnAfter(VirtualTime.MILLI * ((rests ? LONG_PAUSE_MILLIS : 1) + random.nextInt(most)));
  }

  private void ask(ClientOperation activation, Runnable then) {
    ask(
        activation,
        1 + random.nextInt(4),
        done -> {
          if (done.answer() == OutcomeCode.COMMITTED) {
            mesh.coverage.count("activations_told");
          }
          then.run();
        });
  }

  // ---- What it asks for

  private ClientOperation draw(ControlState seen) {
    Map<ManifestType, Optional<ManifestDocument>> changes = new TreeMap<>();
    boolean ofPools = mesh.scenario.workload().reserving() > 0 && random.nextInt(3) > 0;
    if (ofPools) {
      changes.put(ManifestType.POOLS, Optional.of(ControlSets.pools(random)));
      return activating(seen, changes, ControlSets.ADMIN);
    }
    int draw = random.nextInt(12);
    if (draw == 0) {
      changes.putAll(rollback(seen));
    }
    if (draw > 0 && draw < 7) {
      changes.put(ManifestType.ACCESS, ControlSets.access(random));
    }
    if (draw == 6 || draw == 7 || draw == 8) {
      changes.put(ManifestType.LIMITS, ControlSets.limits(random));
    }
    if (draw > 7) {
      changes.put(ManifestType.POLICY, ControlSets.policy(mesh.scenario.founders(), random));
    }
    boolean trusted = random.nextInt(15) > 0;
    return activating(seen, changes, trusted ? ControlSets.ADMIN : ControlSets.PRINCIPALS.get(0));
  }

  /** The content of an epoch that was active before. */
  private Map<ManifestType, Optional<ManifestDocument>> rollback(ControlState seen) {
    List<ControlRecord> before = new ArrayList<>(seen.records());
    ControlSet old = before.get(random.nextInt(before.size())).set();
    Map<ManifestType, Optional<ManifestDocument>> changes = new TreeMap<>();
    for (ManifestType type : ManifestType.values()) {
      changes.put(type, Optional.ofNullable(old.documents().get(type)));
    }
    return changes;
  }

  private ClientOperation activating(
      ControlState seen, Map<ManifestType, Optional<ManifestDocument>> changes, Credentials shown) {
    SetHash resulting = seen.set().with(changes).hash();
    Activation.Expected expected = Activation.Expected.of(seen.epoch());
    if (!calm && random.nextInt(8) == 0) {
      expected = new Activation.Expected(expected.number(), another());
      mesh.coverage.count("activations_wrong_hash");
    }
    boolean other = !calm && random.nextInt(25) == 0;
    Activation activation =
        new Activation(expected, other ? another() : resulting, changes, "by " + name);
    return new ClientOperation(
        name,
        request(newId(), new Command.Activate(activation), new Caller(shown, Optional.empty())),
        Optional.empty());
  }

  private SetHash another() {
    return SetHash.of(ByteString.copyFromUtf8("none-" + random.nextInt()));
  }
}
