package io.holdfast.mesh.client;

import com.google.protobuf.ByteString;
import io.holdfast.config.core.GroupId;
import io.holdfast.mesh.ReadRequest;
import io.holdfast.mesh.WriteRequest;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * What the processes of local nodes are made of: a class path and, where there is one, a class data
 * archive, which halves the time and the work until a node serves.
 *
 * <p>The launcher has an archive made with every build. Tests, which run classes that lie in
 * folders, have one made by the first that starts a mesh, if the system property {@value #FOLDER}
 * names a folder for it: an archive holds classes of jars only, so the folders are packed first. It
 * is made once for what is on the class path. While one process makes it, others do without.
 *
 * @param classPath absolute paths: nodes run in folders of their own
 * @param archive the file, if there is one
 */
record NodeImage(String classPath, Optional<Path> archive) {

  /** The system property that names the folder of images for tests; absent: none is made. */
  static final String FOLDER = "local-mesh.image";

  /** Set by the launcher: the folder of the build that runs. */
  private static final String LAUNCHER_HOME = "launcher.home";

  private static final String ARCHIVE = "node.jsa";
  private static final String IMAGE = "node-image-";

  /** What this class has made in the folder: anything else there is somebody's own. */
  private static final Pattern MADE_HERE = Pattern.compile(IMAGE + "([0-9a-f]{8}|trial)");

  private static final String SEPARATOR = System.getProperty("path.separator", ":");
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String GROUP = "main";
  private static final int CALLS = 50;

  /** That of this process. */
  static NodeImage current() {
    return Current.IMAGE;
  }

  private static final class Current {
    static final NodeImage IMAGE = find();
  }

  private static NodeImage find() {
    List<Path> entries = classPathOfThisProcess();
    String home = System.getProperty(LAUNCHER_HOME, "");
    if (!home.isEmpty()) {
      return new NodeImage(text(entries), existing(Path.of(home, ARCHIVE)));
    }
    String folder = System.getProperty(FOLDER, "");
    if (folder.isEmpty()) {
      return new NodeImage(text(entries), Optional.empty());
    }
    try {
      return findOrMake(Path.of(folder).toAbsolutePath(), entries);
    } catch (IOException e) {
      throw new UncheckedIOException("no image of nodes in " + folder, e);
    }
  }

  private static NodeImage findOrMake(Path folder, List<Path> entries) throws IOException {
    Path image = folder.resolve(IMAGE + fingerprint(entries));
    if (!Files.exists(image.resolve(ARCHIVE))) {
      Files.createDirectories(folder);
      try (FileChannel channel =
              FileChannel.open(
                  folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock lock = channel.tryLock()) {
        if (lock == null) {
          return new NodeImage(text(entries), Optional.empty());
        }
        make(folder, image, entries);
      }
    }
    return new NodeImage(text(jars(image, entries)), existing(image.resolve(ARCHIVE)));
  }

  private static void make(Path folder, Path image, List<Path> entries) throws IOException {
    deleteEarlier(folder);
    Files.createDirectories(image);
    List<Path> jars = jars(image, entries);
    for (int i = 0; i < entries.size(); i++) {
      if (!jars.get(i).equals(entries.get(i))) {
        pack(entries.get(i), jars.get(i));
      }
    }
    Path trial = folder.resolve(IMAGE + "trial");
    List<String> flags = new ArrayList<>(LocalMesh.QUICK_FLAGS);
    flags.addAll(List.of("-Xlog:disable", "-XX:ArchiveClassesAtExit=" + ARCHIVE));
    LocalMesh.Plan plan = new LocalMesh.Plan(trial, 3, Optional.empty(), flags, List.of());
    try (LocalMesh mesh = LocalMesh.start(plan, new NodeImage(text(jars), Optional.empty()))) {
      serve(mesh);
      // One archive is enough; each node runs in its own folder and would write one there.
      mesh.kill(1);
      mesh.kill(2);
      mesh.stop(0, PATIENCE);
      Path made = mesh.members().get(0).home().resolve(ARCHIVE);
      if (Files.exists(made)) {
        Files.move(made, image.resolve(ARCHIVE));
      }
    } finally {
      delete(trial);
    }
  }

  /** A few calls of each common kind: what they load is in the archive. */
  private static void serve(LocalMesh mesh) {
    try (MeshClient client = MeshClient.create(ClientSettings.of(mesh.endpoints()))) {
      if (mesh.awaitReady(client, GROUP, PATIENCE).isEmpty()) {
        return;
      }
      GroupId group = new GroupId(GROUP);
      ByteString key = ByteString.copyFromUtf8("trial");
      for (int i = 0; i < CALLS; i++) {
        client
            .write(
                new WriteRequest(
                    group,
                    Optional.empty(),
                    WriteRequest.put(key, key, OptionalLong.empty(), 0),
                    Optional.empty()))
            .toCompletableFuture()
            .join();
        client
            .read(new ReadRequest(group, key, ReadRequest.Consistency.LINEARIZABLE))
            .toCompletableFuture()
            .join();
      }
    }
  }

  /** Takes earlier images away, and what a trial has left that was killed. */
  static void deleteEarlier(Path folder) throws IOException {
    try (Stream<Path> there = Files.list(folder)) {
      for (Path each : there.filter(Files::isDirectory).toList()) {
        if (MADE_HERE.matcher(String.valueOf(each.getFileName())).matches()) {
          delete(each);
        }
      }
    }
  }

  private static List<Path> classPathOfThisProcess() {
    return Stream.of(System.getProperty("java.class.path").split(SEPARATOR))
        .filter(entry -> !entry.isEmpty())
        .map(entry -> Path.of(entry).toAbsolutePath())
        .toList();
  }

  private static String text(List<Path> entries) {
    return entries.stream().map(Path::toString).collect(Collectors.joining(SEPARATOR));
  }

  private static Optional<Path> existing(Path file) {
    return Optional.of(file).filter(Files::exists);
  }

  /** The entries, with a jar of the image in the place of each folder. */
  private static List<Path> jars(Path image, List<Path> entries) {
    List<Path> jars = new ArrayList<>();
    for (Path entry : entries) {
      jars.add(Files.isDirectory(entry) ? image.resolve("classes-" + jars.size() + ".jar") : entry);
    }
    return jars;
  }

  /** Changes with every file on the class path. */
  private static String fingerprint(List<Path> entries) throws IOException {
    CRC32C hash = new CRC32C();
    for (Path entry : entries) {
      for (Path file : files(entry)) {
        String state =
            file + " " + Files.size(file) + " " + Files.getLastModifiedTime(file).toMillis() + "\n";
        hash.update(state.getBytes(StandardCharsets.UTF_8));
      }
    }
    return HexFormat.of().toHexDigits((int) hash.getValue());
  }

  private static List<Path> files(Path entry) throws IOException {
    if (!Files.exists(entry)) {
      return List.of();
    }
    try (Stream<Path> walk = Files.walk(entry)) {
      return walk.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static void pack(Path folder, Path jar) throws IOException {
    try (OutputStream file = Files.newOutputStream(jar);
        ZipOutputStream zip = new ZipOutputStream(file)) {
      for (Path each : files(folder)) {
        zip.putNextEntry(new ZipEntry(folder.relativize(each).toString().replace('\\', '/')));
        Files.copy(each, zip);
        zip.closeEntry();
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> walk = Files.walk(folder)) {
      for (Path each : walk.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    }
  }
}
