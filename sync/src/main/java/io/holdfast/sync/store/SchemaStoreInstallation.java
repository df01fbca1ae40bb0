package io.holdfast.sync.store;

import io.holdfast.acceptor.core.Slot;
import io.holdfast.acceptor.store.BootStamp;
import io.holdfast.acceptor.store.SchemaPlace;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Puts a received store in place by names of schemas, in one transaction of PostgreSQL: so there is
 * nothing that a crash could leave half done, and what was replaced is gone, or aside, at once.
 */
final class SchemaStoreInstallation implements StoreInstallation {

  private final SchemaPlace place;
  private final Consumer<Step> done;

  /**
   * Of the store at {@code place}.
   *
   * @param done is told of steps when they are done
   */
  SchemaStoreInstallation(SchemaPlace place, Consumer<Step> done) {
    this.place = place;
    this.done = done;
  }

  @Override
  public void install(Slot slot, Replaced replaced, Optional<BootStamp> stamp) {
    SchemaPlace received = place.beside(RECEIVING);
    if (!received.exists()) {
      throw new IllegalArgumentException("no store was received at " + received);
    }
    stamp.ifPresent(
        boot -> {
          StoreInstallation.stamp(received, boot);
          done.accept(Step.STAMPED);
        });
    place.replaceBy(received, replaced == Replaced.KEPT ? MOST_ASIDE : 0);
    done.accept(Step.NEW_NAME_SYNCED);
  }

  /** A transaction is done or not. */
  @Override
  public boolean isInterrupted() {
    return false;
  }

  @Override
  public void recover() {}

  /** It is gone, or has its lasting name, since the other one was put in its place. */
  @Override
  public void forgetReplaced() {}
}
