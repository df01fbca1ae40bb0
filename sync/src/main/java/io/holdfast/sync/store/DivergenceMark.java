package io.holdfast.sync.store;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.MalformedMessage;
import io.holdfast.acceptor.core.ProtoValues;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.acceptor.store.StorageFailure;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.store.DataDirectoryException;
import io.holdfast.config.store.SealedFile;
import io.holdfast.config.wire.MemberIdProto;
import io.holdfast.sync.core.Divergence;
import io.holdfast.sync.wire.DivergenceProto;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Says beside a store that it has diverged, so that whoever starts from it knows, until another
 * state has taken its place.
 */
public final class DivergenceMark {

  private static final String SUFFIX = ".diverged";
  private static final String MAGIC = "HFDIVERG";
  private static final int VERSION = 1;

  private final Path path;
  private final SealedFile file;

  /**
   * That of a store.
   *
   * @param fileBase the store's database file without its suffix
   */
  public DivergenceMark(Path fileBase) {
    this.path = fileBase.resolveSibling(fileBase.getFileName() + SUFFIX);
    this.file = new SealedFile(path, MAGIC, VERSION);
  }

  /** Its file, which need not be there. */
  public Path path() {
    return path;
  }

  /**
   * What it says; empty where there is none.
   *
   * @throws StorageFailure when it is not what was written, or cannot be read
   */
  public Optional<Divergence> read() {
    try {
      return file.exists()
          ? Optional.of(file.read(body -> decode(DivergenceProto.parseFrom(body))))
          : Optional.empty();
    } catch (DataDirectoryException e) {
      throw new StorageFailure("reading the mark of a diverged store", e);
    }
  }

  /**
   * Writes it; durable when this returns.
   *
   * @throws StorageFailure when the medium fails
   */
  public void write(Divergence divergence) {
    try {
      file.write(encode(divergence));
    } catch (DataDirectoryException e) {
      throw new StorageFailure("marking a diverged store", e);
    }
  }

  /**
   * Takes it away.
   *
   * @throws StorageFailure when the medium fails
   */
  public void remove() {
    try {
      file.remove();
    } catch (DataDirectoryException e) {
      throw new StorageFailure("removing the mark of a diverged store", e);
    }
  }

  private static ByteString encode(Divergence divergence) {
    DivergenceProto.Builder proto =
        DivergenceProto.newBuilder().setSlot(divergence.slot().number());
    for (MemberId member : divergence.agreeing()) {
      proto.addAgreeing(ProtoValues.encode(member));
    }
    return proto.build().toByteString();
  }

  private static Divergence decode(DivergenceProto proto) {
    List<MemberId> agreeing = new ArrayList<>();
    try {
      for (MemberIdProto member : proto.getAgreeingList()) {
        agreeing.add(ProtoValues.decode(member));
      }
    } catch (MalformedMessage e) {
      throw new IllegalArgumentException(e);
    }
    return new Divergence(new Slot(proto.getSlot()), agreeing);
  }
}
