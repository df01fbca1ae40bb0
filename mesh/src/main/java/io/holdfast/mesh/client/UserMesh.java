package io.holdfast.mesh.client;

import io.holdfast.mesh.client.UserMeshException.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The mesh of one node that a user has without having configured any: a background process, started
 * by whoever needs it first and shared by all processes of that user, which ends when nobody has
 * used it for a while. It survives the process that has started it.
 *
 * <p>Any number of processes may ask at the same time: one starts the node, the others wait for it.
 * None is told of a node that ends: who has been let in by a node finds it there for as long as it
 * may be idle, and who comes too late starts the next one when the last one is gone.
 *
 * <p>The node listens on loopback, where other users of the machine reach it too, so it serves only
 * who shows a secret that is made for each start and lies in the folder, which is its owner's
 * alone.
 *
 * @param folder where everything of it is
 * @param idle after how long without use it ends, if it is started here
 */
public record UserMesh(UserFolder folder, Duration idle) {

  /** After how long without use a node ends, unless told otherwise. */
  public static final Duration DEFAULT_IDLE = Duration.ofMinutes(10);

  private static final Duration POLL = Duration.ofMillis(5);

  /** Then it is asked again: what is known of it may be old. */
  private static final Duration KNOCK_PATIENCE = Duration.ofSeconds(2);

  /** File locks exclude processes; this does the same for the threads of one. */
  private static final ReentrantLock ONE_THREAD = new ReentrantLock();

  /** What there is of a node. */
  public enum State {
    /** None. */
    NONE,
    /** It serves. */
    SERVING,
    /** Its process is there, but it does not serve: it starts, ends or hangs. */
    SILENT
  }

  /**
   * What is known of the node.
   *
   * @param node what it has written of itself; absent while it starts or ends
   * @param idle for how long nobody has used it; zero unless it serves
   */
  public record Sight(State state, Optional<UserNode> node, Duration idle) {}

  /**
   * The node, started where there is none. Whoever is given one has been let in by it just now.
   *
   * @param patience how long to wait for it
   * @throws UserMeshException where it cannot be had in this time
   */
  public UserNode connect(Duration patience) throws UserMeshException {
    folder.require();
    Wait wait = new Wait(patience);
    return alone(
        wait,
        () -> {
          Optional<UserNode> serving = folder.nodeLives() ? letIn(wait) : Optional.empty();
          return serving.isPresent() ? serving.get() : startOrWait(wait);
        });
  }

  /** What there is of a node, which is no use of it. */
  public Sight look(Duration patience) throws UserMeshException {
    if (!Files.isDirectory(folder.path())) {
      return new Sight(State.NONE, Optional.empty(), Duration.ZERO);
    }
    folder.require();
    Wait wait = new Wait(patience);
    return alone(
        wait,
        () -> {
          if (!folder.nodeLives()) {
            return new Sight(State.NONE, Optional.empty(), Duration.ZERO);
          }
          Optional<UserNode> node = folder.node();
          Optional<Duration> idle =
              node.flatMap(known -> Knock.at(known, Knock.TO_LOOK, wait.left()))
                  .filter(Knock::serves)
                  .map(Knock::idle);
          return new Sight(
              idle.isPresent() ? State.SERVING : State.SILENT, node, idle.orElse(Duration.ZERO));
        });
  }

  /**
   * Has the node end in an orderly way, whoever uses it.
   *
   * @param patience how long to wait for its end
   * @return whether there was one
   * @throws UserMeshException SILENT where it has not ended in this time, or is only starting
   */
  public boolean stop(Duration patience) throws UserMeshException {
    Sight sight = look(patience);
    if (sight.state() == State.NONE) {
      return false;
    }
    sight.node().flatMap(UserNode::process).ifPresent(ProcessHandle::destroy);
    Wait wait = new Wait(patience);
    alone(
        wait,
        () -> {
          while (folder.nodeLives()) {
            wait.orThrow(silent("has not ended within " + seconds(patience)));
          }
          return true;
        });
    return true;
  }

  private Optional<UserNode> letIn(Wait wait) {
    return folder
        .node()
        .filter(
            node ->
                Knock.at(node, Knock.TO_COME_IN, wait.atMost(KNOCK_PATIENCE))
                    .filter(Knock::serves)
                    .isPresent());
  }

  /** Somebody is to start a node: this process, if nobody else does. */
  private UserNode startOrWait(Wait wait) throws UserMeshException, IOException {
    while (true) {
      Optional<FileLock> starter = folder.becomeStarter();
      if (starter.isPresent()) {
        Channel held = starter.get().acquiredBy();
        try {
          return start(wait);
        } finally {
          held.close();
        }
      }
      Optional<UserNode> serving = folder.nodeLives() ? letIn(wait) : Optional.empty();
      if (serving.isPresent()) {
        return serving.get();
      }
      wait.orThrow(silent("is being started by another process and does not serve yet"));
    }
  }

  /** Starts a node once none lives, and waits until it serves. */
  private UserNode start(Wait wait) throws UserMeshException, IOException {
    @Nullable Process started = null;
    boolean lived = false;
    while (true) {
      boolean lives = folder.nodeLives();
      Optional<UserNode> serving = lives ? letIn(wait) : Optional.empty();
      if (serving.isPresent()) {
        return serving.get();
      }
      lived |= lives;
      if (!lives && started != null && !started.isAlive()) {
        if (!lived || started.exitValue() != 0) {
          throw UserNodeProcess.ended(folder, started.exitValue());
        }
        started = null; // it has served, and has ended again before this process came in
      }
      if (!lives && started == null) {
        folder.retract(); // what the last one has left: it was killed
        started = UserNodeProcess.start(this);
        lived = false;
      }
      wait.orThrow(silent("does not serve"));
    }
  }

  private UserMeshException silent(String what) {
    return new UserMeshException(
        Kind.SILENT,
        "the local node "
            + what
            + "; its log is "
            + folder.log()
            + "; raise --timeout, or end it with 'holdfast local stop'");
  }

  private static String seconds(Duration time) {
    return time.toMillis() / 1e3 + " s";
  }

  private interface Work<T> {
    T run() throws UserMeshException, IOException;
  }

  private <T> T alone(Wait wait, Work<T> work) throws UserMeshException {
    boolean mine = false;
    try {
      mine = ONE_THREAD.tryLock(wait.left().toMillis(), TimeUnit.MILLISECONDS);
      if (!mine) {
        throw silent("is being started by another thread and does not serve yet");
      }
      return work.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw silent("was not waited for");
    } catch (IOException | UncheckedIOException e) {
      throw new UserMeshException(
          Kind.FOLDER, "the folder of the local node, " + folder.path() + ", failed: " + e);
    } finally {
      if (mine) {
        ONE_THREAD.unlock();
      }
    }
  }

  /** A bounded wait that looks again and again. */
  private static final class Wait {

    private final long startedNanos = System.nanoTime();
    private final Duration patience;

    Wait(Duration patience) {
      this.patience = patience;
    }

    Duration left() {
      Duration left = patience.minusNanos(System.nanoTime() - startedNanos);
      return left.isNegative() ? Duration.ZERO : left;
    }

    Duration atMost(Duration most) {
      return left().compareTo(most) < 0 ? left() : most;
    }

    /** Waits a moment; throws once the time is up. */
    void orThrow(UserMeshException late) throws UserMeshException {
      if (left().isZero()) {
        throw late;
      }
      try {
        Thread.sleep(POLL.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw late;
      }
    }
  }
}
