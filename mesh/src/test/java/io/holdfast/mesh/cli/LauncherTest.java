package io.holdfast.mesh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the launcher in a tree of its own, with a Java and a Maven that only note their calls. */
class LauncherTest {

  private record Run(int exit, String out, String err) {}

  @TempDir private Path dir = Path.of("");

  private Path tree = Path.of("");
  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void makeTree() throws IOException {
    tree = Files.createDirectories(dir.resolve("a tree"));
    Files.copy(
        Path.of("..", "holdfast"), tree.resolve("holdfast"), StandardCopyOption.COPY_ATTRIBUTES);
    for (String file : List.of("pom.xml", "chaos/pom.xml", "mesh/src/main/java/A.java")) {
      Path path = tree.resolve(file);
      Files.createDirectories(path.resolveSibling("."));
      Files.writeString(path, "x");
      Files.setLastModifiedTime(path, FileTime.from(Instant.now().minusSeconds(60)));
    }
    Files.createDirectories(tree.resolve(".mvn"));
    for (Path path : List.of(tree.resolve(".mvn"), tree.resolve("mesh/src/main"))) {
      Files.setLastModifiedTime(path, FileTime.from(Instant.now().minusSeconds(60)));
    }
    java("jvm", "17.0.9");
    script(
        dir.resolve("bin/mvn"),
        "echo \"$*\" >>'" + dir.resolve("mvn.calls") + "'",
        "[ -z \"${FAKE_MVN_FAILS:-}\" ] || { echo 'COMPILATION ERROR'; exit 1; }",
        "mkdir -p chaos/target/lib",
        "echo x >chaos/target/lib/b.jar; echo x >chaos/target/lib/a.jar",
        "echo x >chaos/target/holdfast-chaos-1.jar",
        "sleep 0.3");
    environment.put("JAVA_HOME", dir.resolve("jvm").toString());
    environment.put("PATH", dir.resolve("bin") + File.pathSeparator + System.getenv("PATH"));
    environment.put("HOLDFAST_JVM_DIR", dir.resolve("none").toString());
  }

  @Test
  void buildsOnceThenRunsWithASortedClassPath() throws Exception {
    Run first = run(tree.resolve("holdfast"), "status", "--json");
    assertThat(first.exit()).as(first.err()).isEqualTo(0);
    assertThat(first.err()).contains("building").contains("built in");
    assertThat(first.out())
        .contains("io.holdfast.mesh.cli.Main status --json")
        .containsPattern("a\\.jar:\\S.*b\\.jar:.*holdfast-chaos-1\\.jar");
    Run second = run(tree.resolve("holdfast"), "status");
    assertThat(second.err()).isEmpty();
    assertThat(mavenCalls()).hasSize(1);
  }

  @Test
  void buildsAgainWhenASourceIsNewer() throws Exception {
    run(tree.resolve("holdfast"), "status");
    Files.setLastModifiedTime(
        tree.resolve("mesh/src/main/java/A.java"), FileTime.from(Instant.now().plusSeconds(5)));
    run(tree.resolve("holdfast"), "status");
    assertThat(mavenCalls()).hasSize(2);
  }

  @Test
  void buildsOnceWhenTwoStartAtOnce() throws Exception {
    Process one = start(tree.resolve("holdfast"), "status");
    Process two = start(tree.resolve("holdfast"), "status");
    assertThat(finish(one).exit()).isEqualTo(0);
    assertThat(finish(two).exit()).isEqualTo(0);
    assertThat(mavenCalls()).hasSize(1);
  }

  @Test
  void worksThroughASymbolicLinkFromAnotherFolder() throws Exception {
    Path link = Files.createSymbolicLink(dir.resolve("hf"), Path.of("a tree", "holdfast"));
    assertThat(run(link, "status").exit()).isEqualTo(0);
  }

  @Test
  void passesTheExitStatusAndEveryArgumentOn() throws Exception {
    environment.put("FAKE_EXIT", "42");
    environment.put("HOLDFAST_JAVA_OPTS", "-Xmx1g -Da=*");
    Run run = run(tree.resolve("holdfast"), "put", "a key", "a  value *");
    assertThat(run.exit()).isEqualTo(42);
    assertThat(run.out()).contains("-Xmx1g -Da=*").endsWith("put a key a  value *\n");
  }

  @Test
  void showsTheEndOfTheLogWhenTheBuildFails() throws Exception {
    environment.put("FAKE_MVN_FAILS", "1");
    Run run = run(tree.resolve("holdfast"), "status");
    assertThat(run.exit()).isEqualTo(6);
    assertThat(run.err()).contains("COMPILATION ERROR", "build.log");
    assertThat(run.out()).isEmpty();
  }

  @Test
  void tellsMavenToStayOfflineWhenAsked() throws Exception {
    environment.put("HOLDFAST_OFFLINE", "1");
    run(tree.resolve("holdfast"), "status");
    assertThat(mavenCalls()).singleElement().asString().contains("-o ");
  }

  @Test
  void passesOverAnOldJavaAndFindsANewerOne() throws Exception {
    java("old", "11.0.2");
    Files.createDirectories(dir.resolve("jvms"));
    Files.move(dir.resolve("jvm"), dir.resolve("jvms/new"));
    environment.put("JAVA_HOME", dir.resolve("old").toString());
    environment.put("PATH", dir.resolve("bin") + ":" + toolsWithoutJava());
    environment.put("HOLDFAST_JVM_DIR", dir.resolve("jvms").toString());
    Run run = run(tree.resolve("holdfast"), "status");
    assertThat(run.exit()).as(run.err()).isEqualTo(0);
  }

  @Test
  void exitsSevenWithoutAnyJava() throws Exception {
    environment.remove("JAVA_HOME");
    environment.put("PATH", dir.resolve("bin") + ":" + toolsWithoutJava());
    Run run = run(tree.resolve("holdfast"), "status");
    assertThat(run.exit()).isEqualTo(7);
    assertThat(run.err()).contains("Java 17");
  }

  @Test
  void runsAnInstalledCopyWithoutSources() throws Exception {
    Path home = Files.createDirectories(dir.resolve("installed"));
    Files.copy(
        tree.resolve("holdfast"), home.resolve("holdfast"), StandardCopyOption.COPY_ATTRIBUTES);
    Files.createDirectories(home.resolve("lib"));
    Files.writeString(home.resolve("lib/a.jar"), "x");
    Run run = run(home.resolve("holdfast"), "status");
    assertThat(run.exit()).as(run.err()).isEqualTo(0);
    assertThat(run.out()).contains("installed/lib/a.jar");
  }

  @Test
  void nodesStartWithTheArchiveThatATrialMeshHasLeft() throws Exception {
    javaWithMesh();
    Run run = run(tree.resolve("holdfast"), "node", "--id=n1");
    assertThat(run.exit()).as(run.err()).isEqualTo(0);
    assertThat(run.out()).containsPattern("-XX:SharedArchiveFile=\\S.*/node\\.jsa .*node --id=n1");
    assertThat(Files.readString(dir.resolve("java.calls")))
        .contains("bench --workload txn --endpoints 127.0.0.1:1,127.0.0.1:2")
        .contains("the mesh was told to end");
    try (Stream<Path> left = Files.list(tree.resolve("chaos/target/launch"))) {
      assertThat(left.map(path -> path.getFileName().toString()))
          .noneMatch(name -> name.startsWith("trial"));
    }
  }

  @Test
  void nodesStartWithoutAnArchiveWhereNoTrialMeshComesUp() throws Exception {
    Run run = run(tree.resolve("holdfast"), "node", "--id=n1");
    assertThat(run.exit()).as(run.err()).isEqualTo(0);
    assertThat(run.out()).contains("node --id=n1").doesNotContain("SharedArchiveFile");
  }

  /** A Java whose {@code up} stays, and whose nodes leave an archive when it is told to end. */
  private void javaWithMesh() throws IOException {
    Path calls = dir.resolve("java.calls");
    script(
        dir.resolve("jvm/bin/java"),
        "echo \"$*\" | tee -a '" + calls + "'",
        "case \"$*\" in *' up -n 3 '*) ;; *) exit 0 ;; esac",
        "while [ \"$1\" != --dir ]; do shift; done",
        "trial=$2",
        "trap 'echo the mesh was told to end >>\"" + calls + "\"; exit 0' TERM",
        "mkdir -p \"$trial/n1\" && echo x >\"$trial/n1/node.jsa\"",
        "echo 'export HOLDFAST_ENDPOINTS=127.0.0.1:1,127.0.0.1:2'",
        "while :; do sleep 0.1; done");
  }

  /** The tools that the script needs, in a folder without Java. */
  private String toolsWithoutJava() throws IOException {
    Path tools = Files.createDirectories(dir.resolve("tools"));
    for (String tool :
        List.of(
            "sh",
            "sed",
            "grep",
            "find",
            "head",
            "tail",
            "dirname",
            "readlink",
            "date",
            "mkdir",
            "cp",
            "ln",
            "mv",
            "rm",
            "ls",
            "sort",
            "tr",
            "cat",
            "flock",
            "mktemp",
            "sleep")) {
      for (String folder : List.of("/usr/bin", "/bin")) {
        Path real = Path.of(folder, tool);
        if (Files.exists(real) && !Files.exists(tools.resolve(tool))) {
          Files.createSymbolicLink(tools.resolve(tool), real);
        }
      }
    }
    return tools.toString();
  }

  private void java(String name, String version) throws IOException {
    script(dir.resolve(name).resolve("bin/java"), "echo \"$*\"", "exit ${FAKE_EXIT:-0}");
    Files.writeString(dir.resolve(name).resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
  }

  private static void script(Path path, String... lines) throws IOException {
    Files.createDirectories(path.resolveSibling("."));
    Files.writeString(path, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
    assertThat(path.toFile().setExecutable(true)).isTrue();
  }

  private List<String> mavenCalls() throws IOException {
    return Files.readAllLines(dir.resolve("mvn.calls"));
  }

  private Run run(Path launcher, String... arguments) throws Exception {
    return finish(start(launcher, arguments));
  }

  private Process start(Path launcher, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(dir.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    return process;
  }

  private static Run finish(Process process) throws Exception {
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return new Run(process.exitValue(), out, err);
  }
}
