package io.holdfast.chaos.sim;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.sync.core.Change;
import io.holdfast.sync.core.LinkedChange;
import io.holdfast.sync.core.SnapshotCodec;
import io.holdfast.sync.core.SnapshotContent;
import io.holdfast.sync.core.SnapshotRow;
import io.holdfast.sync.core.SnapshotWork;
import io.holdfast.sync.core.StoreCodec;
import java.util.ArrayList;
import java.util.List;

/** What can be wrong with snapshots. */
final class SnapshotFaults {

  private SnapshotFaults() {}

  static List<SeededFault> all() {
    return List.of(
        SeededFault.of(
                "snapshot-torn",
                "A value of a snapshot is that of another moment, and its checksums are made of"
                    + " that.",
                "SnapshotEqualsLog",
                boot -> new SnapshotTorn())
            .huntedIn(Profile.TRIM, 3, 2),
        SeededFault.of(
                "install-without-trim",
                "The acceptor is not told that its store was installed from a snapshot.",
                "SnapshotEqualsLog",
                boot -> new InstallWithoutTrim())
            .huntedIn(Profile.TRIM, 3, 2));
  }

  /** Where the snapshot arrives, every chunk is rewritten so that all checks find it whole. */
  private static final class SnapshotTorn extends Tampering {

    private static final ByteString OTHER = ByteString.copyFromUtf8("torn");

    private long ordinal;
    private ByteString before = ByteString.EMPTY;

    @Override
    SnapshotWork toStore(SnapshotWork work) {
      return work instanceof SnapshotWork.Write write
          ? new SnapshotWork.Write(torn(write.chunk()))
          : work;
    }

    private ByteString torn(ByteString chunk) {
      if (SnapshotCodec.isFirst(chunk)) {
        ordinal = 0;
        before = ByteString.EMPTY;
      }
      SnapshotContent content = SnapshotCodec.decode(ordinal, chunk);
      if (content instanceof SnapshotContent.Rows rows) {
        content = new SnapshotContent.Rows(rows.rows().stream().map(SnapshotTorn::torn).toList());
      } else if (content instanceof SnapshotContent.End end) {
        content = new SnapshotContent.End(end.counts(), Digest.of(before));
      }
      ByteString rewritten = SnapshotCodec.encode(ordinal, content);
      ordinal++;
      before = before.concat(rewritten);
      return rewritten;
    }

    private static SnapshotRow torn(SnapshotRow row) {
      if (row.kind() != SnapshotRow.Kind.CHANGES) {
        return row;
      }
      List<LinkedChange> changes = new ArrayList<>(StoreCodec.decodeChanges(row.bytes()));
      LinkedChange last = changes.remove(changes.size() - 1);
      changes.add(new LinkedChange(torn(last.change()), last.jump()));
      return new SnapshotRow(row.kind(), row.key(), StoreCodec.encodeChanges(changes));
    }

    private static Change torn(Change change) {
      return change.isDelete()
          ? change
          : new Change(
              change.place(),
              change.key(),
              OTHER,
              change.createRevision(),
              change.version(),
              change.lease(),
              change.previous());
    }
  }

  private static final class InstallWithoutTrim extends Tampering {

    @Override
    Slot installedAt(Slot installed) {
      return Slot.ZERO;
    }
  }
}
