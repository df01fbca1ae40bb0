package io.holdfast.mesh.actor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.acceptor.store.StorageFailure;
import io.holdfast.config.SettingsReader;
import io.holdfast.config.SettingsResult;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.Now;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.ReadAnswer;
import io.holdfast.mesh.ReadAnswer.ReadPoint;
import io.holdfast.mesh.SnapshotAnswer;
import io.holdfast.mesh.SnapshotStream;
import io.holdfast.sync.core.Divergence;
import io.holdfast.sync.core.ReadQuery;
import io.holdfast.sync.core.ReadResult;
import io.holdfast.sync.core.SnapshotHead;
import io.holdfast.sync.core.SnapshotSettings;
import io.holdfast.sync.store.SnapshotReading;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Snapshots of a replica that is as the test wants it. */
class BackupsTest {

  private static final GroupId MAIN = new GroupId("main");
  private static final Optional<Divergence> DIVERGED =
      Optional.of(new Divergence(new Slot(9), List.of()));

  private final List<Throwable> damage = new ArrayList<>();
  private final Replica replica = new Replica();
  private final Backups backups = backups();

  private Backups backups() {
    SettingsResult read =
        SettingsReader.read(
            Optional.empty(), new Properties(), Map.of(), Map.of("holdfast.node.id", "n1"));
    return new Backups(
        ((SettingsResult.Valid) read).settings(),
        SnapshotSettings.DEFAULTS,
        () -> new Now(System.nanoTime(), 0),
        Runnable::run,
        damage::add);
  }

  /** Of which the leader says that slot 10 was executed, and whose store holds that. */
  private static final class Replica implements Backups.Source, SnapshotReading {

    private volatile Optional<Divergence> divergence = Optional.empty();
    private CompletionStage<Slot> durable = CompletableFuture.completedFuture(new Slot(10));
    private Runnable pinning = () -> {};
    private int chunks = 2;
    private int closed;

    @Override
    public CompletionStage<ReadAnswer> readLinearizable(ReadQuery query) {
      return CompletableFuture.completedFuture(
          new ReadAnswer.Listed(
              new ReadResult.Records(List.of(), 0, false, false, 5),
              new ReadPoint(10, 5, Optional.empty())));
    }

    @Override
    public CompletionStage<Slot> durable() {
      return durable;
    }

    @Override
    public Optional<Divergence> divergence() {
      return divergence;
    }

    @Override
    public Backups.Pinned pin() {
      pinning.run();
      return new Backups.Pinned(this, () -> divergence);
    }

    @Override
    public SnapshotHead head() {
      return new SnapshotHead(new Slot(10), Digest.ZERO, 1, 1);
    }

    @Override
    public Optional<ByteString> next() {
      return chunks-- > 0 ? Optional.of(ByteString.copyFromUtf8("chunk")) : Optional.empty();
    }

    @Override
    public void close() {
      closed++;
    }
  }

  private SnapshotAnswer open() throws Exception {
    return backups.open(MAIN, replica).toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private SnapshotStream opened() throws Exception {
    return ((SnapshotAnswer.Opened) open()).stream();
  }

  /** Each refusal is one that may be gone in a moment. */
  private void assertRefused(String word) throws Exception {
    assertThat(open())
        .isInstanceOfSatisfying(
            SnapshotAnswer.Refused.class,
            refused -> {
              assertThat(refused.code()).isEqualTo(OutcomeCode.NOT_READY);
              assertThat(refused.detail()).contains(word);
              assertThat(refused.retryAfter()).isPresent();
            });
  }

  @Test
  void handsOutWhatTheStoreHolds() throws Exception {
    try (SnapshotStream stream = opened()) {
      int pieces = 0;
      while (stream.next().toCompletableFuture().get(10, TimeUnit.SECONDS).isPresent()) {
        pieces++;
      }
      assertThat(pieces).as("header, two chunks, end mark").isEqualTo(4);
    }
    assertThat(replica.closed).isEqualTo(1);
  }

  @Test
  void refusesTheStateOfAReplicaThatDiffersFromAMajority() throws Exception {
    replica.divergence = DIVERGED;
    assertRefused("differs from a majority");
  }

  @Test
  void refusesAStateThatIsFoundToDifferWhileItIsPinned() throws Exception {
    replica.pinning = () -> replica.divergence = DIVERGED;
    assertRefused("differs from a majority");
    assertThat(replica.closed).isEqualTo(1);
  }

  @Test
  void breaksOffWhatIsFoundToDifferWhileItIsSent() throws Exception {
    try (SnapshotStream stream = opened()) {
      assertThat(stream.next().toCompletableFuture().get(10, TimeUnit.SECONDS)).isPresent();
      replica.divergence = DIVERGED;
      assertThatThrownBy(() -> stream.next().toCompletableFuture().get(10, TimeUnit.SECONDS))
          .hasMessageContaining("differs from a majority");
    }
  }

  @Test
  void refusesWhatCannotBePinnedNowAndCountsItNoMore() throws Exception {
    replica.pinning =
        () -> {
          throw new StorageFailure("opening", new IllegalStateException("closed"));
        };
    for (int again = 0; again <= SnapshotSettings.DEFAULTS.maxSessions(); again++) {
      assertRefused("cannot be read now");
    }
    assertThat(damage).isEmpty();
  }
}
