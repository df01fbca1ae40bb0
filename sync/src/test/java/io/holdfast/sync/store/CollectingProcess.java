package io.holdfast.sync.store;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A process that flushes a history that is a function of the revision, compacts and collects, says
 * what is durable, and runs until it is killed.
 */
final class CollectingProcess {

  /** Revisions in one flush. */
  static final int PER_FLUSH = 20;

  private static final int KEYS = 40;
  private static final int KEPT = 100;

  private CollectingProcess() {}

  /** The next flush's revisions. */
  static void step(SampleHistory model) {
    for (int n = 0; n < PER_FLUSH; n++) {
      long revision = model.revision() + 1;
      String key = "k" + revision * 7 % KEYS;
      if (revision % 3 == 0) {
        model.delete(key);
      } else {
        model.put(key, ("v" + revision + "-").repeat((int) (revision % 400)));
      }
    }
    model.lease(1 + model.revision() % 9, model.revision());
    if (model.revision() % 100 == 0) {
      model.rotate();
    }
    model.compact(model.revision() - KEPT);
  }

  /** The history as of a revision at which a flush ended, with everything taken. */
  static SampleHistory at(long revision) {
    SampleHistory model = new SampleHistory();
    while (model.revision() < revision) {
      step(model);
      model.takeDelta();
    }
    return model;
  }

  public static void main(String[] arguments) {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    ReplicaStore store = JdbcReplicaStore.open(Path.of(arguments[0]), SampleHistory.TERMS);
    SampleHistory model = at(Long.parseLong(arguments[1]));
    while (true) {
      step(model);
      store.flush(model.takeDelta());
      out.println(model.revision());
      store.collect();
    }
  }
}
