package io.holdfast.mesh.client;

import io.holdfast.mesh.client.LocalMesh.Member;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The process of one node of a {@link LocalMesh}, started any number of times. It runs the Java of
 * this process and a {@link NodeImage}, and ends when this one ends, even if it is killed.
 *
 * <p>Safe for use by several threads.
 */
final class NodeProcess {

  private static final String MAIN_CLASS = "io.holdfast.mesh.cli.Main";
  private static final long LOG_BYTES = 8 * 1024 * 1024;

  private final Member member;
  private final List<String> command;
  private @Nullable Process process;

  /** The size of the log when the node was last started: what is before it is of another run. */
  private long logStart;

  /**
   * @param member the node
   * @param image what it is made of
   * @param members all nodes of its mesh, itself included
   */
  NodeProcess(LocalMesh.Plan plan, NodeImage image, Member member, List<Member> members) {
    this.member = member;
    this.command = command(plan, image, member, members);
  }

  Member member() {
    return member;
  }

  /** The process as last started, alive or not. */
  synchronized Optional<Process> process() {
    return Optional.ofNullable(process);
  }

  boolean isAlive() {
    return process().map(Process::isAlive).orElse(false);
  }

  /**
   * Starts the node, on the data that it had.
   *
   * @throws IllegalStateException when it runs already
   * @throws UncheckedIOException when its folder cannot be made or it cannot be started
   */
  synchronized void start() {
    if (isAlive()) {
      throw new IllegalStateException(member.id() + " runs already");
    }
    try {
      Files.createDirectories(member.home());
      ProcessBuilder builder =
          new ProcessBuilder(command).directory(member.home().toFile()).redirectErrorStream(true);
      NodeLogging.keepAlone(builder.environment());
      logStart = Files.exists(member.log()) ? Files.size(member.log()) : 0;
      Process started = builder.start();
      started.getOutputStream().close();
      Thread log =
          new Thread(
              new BoundedLog(started.getInputStream(), member.log(), LOG_BYTES),
              "holdfast-log-" + member.id());
      log.setDaemon(true);
      log.start();
      process = started;
    } catch (IOException e) {
      throw new UncheckedIOException("node " + member.id() + " cannot be started", e);
    }
  }

  /** Sends SIGTERM, and waits for nothing. */
  void askToEnd() {
    process().ifPresent(Process::destroy);
  }

  /** Sends SIGKILL, and waits for nothing. */
  void strike() {
    process().ifPresent(Process::destroyForcibly);
  }

  /** Returns when the process is gone. */
  void awaitEnd() {
    process()
        .ifPresent(
            ending -> {
              try {
                ending.waitFor();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
  }

  /** Sends SIGKILL and returns when the process is gone. */
  void kill() {
    strike();
    awaitEnd();
  }

  /**
   * Sends SIGTERM, and SIGKILL after {@code patience}; returns when the process is gone.
   *
   * @return whether it ended by itself
   */
  boolean stop(Duration patience) {
    Optional<Process> running = process().filter(Process::isAlive);
    if (running.isEmpty()) {
      return true;
    }
    running.get().destroy();
    try {
      if (running.get().waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        return true;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    kill();
    return false;
  }

  /** The last lines that it has printed since it was last started. */
  synchronized String logTail(int lines) {
    try {
      byte[] log = Files.readAllBytes(member.log());
      // A log that was cut since is all of this run.
      int from = (int) (logStart <= log.length ? logStart : 0);
      List<String> all =
          new String(log, from, log.length - from, StandardCharsets.UTF_8).lines().toList();
      return String.join("\n", all.subList(Math.max(0, all.size() - lines), all.size()));
    } catch (IOException e) {
      return "(no log: " + e + ")";
    }
  }

  private static List<String> command(
      LocalMesh.Plan plan, NodeImage image, Member member, List<Member> members) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(plan.jvmFlags());
    NodeLogging.flags().forEach(command::add);
    command.add("-XX:+ExitOnOutOfMemoryError");
    image
        .archive()
        .ifPresent(
            archive ->
                command.addAll(
                    List.of(
                        "-Xshare:auto",
                        "-Xlog:disable",
                        "-Xlog:all=error:stderr",
                        "-XX:SharedArchiveFile=" + archive)));
    command.add("-cp");
    command.add(image.classPath());
    command.add(MAIN_CLASS);
    command.add("node");
    command.add("--id=" + member.id());
    command.add("--http-addr=" + member.http());
    command.add("--mesh-addr=" + member.bind());
    command.add("--data-dir=" + member.dataDir());
    command.add(
        "--peers="
            + members.stream()
                .map(peer -> peer.id() + "@" + peer.mesh())
                .collect(Collectors.joining(",")));
    command.add("--exit-with-parent=" + ProcessHandle.current().pid());
    command.addAll(plan.nodeArguments());
    return command;
  }
}
