package io.holdfast.mesh;

import com.google.protobuf.ByteString;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.control.Activation;
import io.holdfast.config.core.control.ActivationOutcome;
import io.holdfast.config.core.control.ControlState;
import io.holdfast.config.core.control.Evidence;
import io.holdfast.config.core.control.ManifestDocument;
import io.holdfast.config.core.control.ManifestReader;
import io.holdfast.config.core.control.ManifestType;
import io.holdfast.config.core.control.PoolsInUse;
import io.holdfast.config.core.control.TokenHash;
import io.holdfast.quorum.core.Configuration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Manifests, and what is active after them. */
public final class ControlSample {

  /** The administrator's token. */
  public static final String ADMIN = "admin-token";

  /** The token of one who may write below {@code a/}. */
  public static final String WRITER = "writer-token";

  /** When everything happens. */
  public static final long MILLIS = 1_700_000_000_000L;

  /** Three voters, of which two are needed. */
  public static final Configuration MEMBERS =
      Configuration.of(List.of(member("n1", 0xa1), member("n2", 0xa2), member("n3", 0xa3)), 2);

  private ControlSample() {}

  private static MemberId member(String node, long incarnation) {
    return new MemberId(new NodeId(node), incarnation);
  }

  /** An administrator, and one who may read and write below {@code a/}. */
  public static String access() {
    return """
    {"kind":"access","version":1,"principals":[
      {"name":"root","tokens":["%s"],"grants":[{"prefix":"","verbs":["admin"]}]},
      {"name":"writer","tokens":["%s"],"grants":[{"prefix":"a/","verbs":["read","write"]}]}]}"""
        .formatted(TokenHash.ofToken(ADMIN).text(), TokenHash.ofToken(WRITER).text());
  }

  /** Limits of this largest value. */
  public static String limits(int valueBytes) {
    return "{\"kind\":\"limits\",\"version\":1,\"valueBytes\":" + valueBytes + "}";
  }

  /** One approval is needed, of the administrator. */
  public static String approvals() {
    return """
    {"kind":"policy","version":1,"approvals":{"needed":1,"approvers":["root"]}}""";
  }

  /** What has these manifests active, each of them in an epoch of its own. */
  public static ControlState after(String... manifests) {
    ControlState state = ControlState.seed();
    for (String manifest : manifests) {
      ManifestDocument document = ManifestReader.read(ByteString.copyFromUtf8(manifest));
      Map<ManifestType, Optional<ManifestDocument>> changes = new EnumMap<>(ManifestType.class);
      changes.put(document.type(), Optional.of(document));
      Activation activation =
          new Activation(
              Activation.Expected.of(state.epoch()),
              state.set().with(changes).hash(),
              changes,
              "for the test");
      state = ((ActivationOutcome.Done) state.decide(activation, "root", MILLIS)).after();
    }
    return state;
  }

  /** The same with sound evidence of a node. */
  public static ControlState withEvidence(ControlState state, String node, long incarnation) {
    Map<Evidence.Check, Boolean> checks = new EnumMap<>(Evidence.Check.class);
    for (Evidence.Check check : Evidence.Check.values()) {
      checks.put(check, true);
    }
    return state.with(
        Evidence.of(
            member(node, incarnation), Activation.Expected.of(state.epoch()), checks, MILLIS),
        MEMBERS.members());
  }

  /** What a node says that has executed this. */
  public static ControlStatus status(ControlState state) {
    return status(state, PoolsInUse.NONE);
  }

  /** The same where pools are in use. */
  public static ControlStatus status(ControlState state, PoolsInUse poolsInUse) {
    return new ControlStatus(state, 41, Optional.of(MEMBERS), MILLIS + 1000, poolsInUse);
  }
}
