package io.holdfast.chaos.live;

import io.holdfast.chaos.fault.DeathPoint;
import io.holdfast.mesh.client.LocalMesh;
import io.holdfast.mesh.client.MeshEndpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Optional;

/** Where a node runs, and what can be done to its process there. */
sealed interface NodeHost {

  /** Its name. */
  String id();

  /** Where clients reach it. */
  MeshEndpoint endpoint();

  /**
   * Where faults are injected into it.
   *
   * @param requireAlive throws where its process has ended
   */
  FaultLine faults(Runnable requireAlive);

  /** Whether it runs, as far as is known here. */
  boolean isAlive();

  /** Its process as last started; absent where it is not ours. */
  Optional<Process> process();

  /**
   * SIGKILL.
   *
   * @throws IllegalStateException where it is not ours
   */
  void kill();

  /**
   * Starts it on the data that it had.
   *
   * @throws IllegalStateException where it is not ours
   */
  void start();

  /**
   * Has its next process end at a step.
   *
   * @throws IllegalStateException where it is not ours
   */
  void dieAt(String step);

  /** The last lines that it has logged; empty where it is not ours. */
  String logTail(int lines);

  /** A process of this machine, started by us. */
  record Ours(LocalMesh mesh, int index) implements NodeHost {

    @Override
    public FaultLine faults(Runnable requireAlive) {
      return FaultLine.of(mesh.members().get(index).dataDir(), requireAlive);
    }

    @Override
    public String id() {
      return mesh.members().get(index).id();
    }

    @Override
    public MeshEndpoint endpoint() {
      return mesh.members().get(index).http();
    }

    @Override
    public boolean isAlive() {
      return mesh.isAlive(index);
    }

    @Override
    public Optional<Process> process() {
      return mesh.process(index);
    }

    @Override
    public void kill() {
      mesh.kill(index);
    }

    @Override
    public void start() {
      mesh.start(index);
    }

    @Override
    public void dieAt(String step) {
      try {
        Files.writeString(mesh.members().get(index).dataDir().resolve(DeathPoint.FILE), step);
      } catch (IOException e) {
        throw new UncheckedIOException("telling " + id() + " where to end", e);
      }
    }

    @Override
    public String logTail(int lines) {
      return mesh.logTail(index, lines);
    }
  }

  /** A node that somebody else has started. */
  record Theirs(String id, MeshEndpoint endpoint, Optional<Integer> faultPort) implements NodeHost {

    @Override
    public FaultLine faults(Runnable requireAlive) {
      return FaultLine.at(faultPort);
    }

    @Override
    public boolean isAlive() {
      return true; // what does not answer is waited for
    }

    @Override
    public Optional<Process> process() {
      return Optional.empty();
    }

    @Override
    public void kill() {
      throw notOurs();
    }

    @Override
    public void start() {
      throw notOurs();
    }

    @Override
    public void dieAt(String step) {
      throw notOurs();
    }

    private IllegalStateException notOurs() {
      return new IllegalStateException(id + " was started by somebody else");
    }

    @Override
    public String logTail(int lines) {
      return "";
    }
  }
}
