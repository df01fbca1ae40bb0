package io.holdfast.mesh.live;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/**
 * What it costs the nodes of a mesh that they are watched: processor time while a console reads
 * every attribute of every bean of each node, and somebody its {@code /metrics}, once a second, and
 * a page of the first node is open; and while nobody does. A measurement to be run by hand on a
 * quiet machine, no test: {@code main(warm-up seconds, seconds, pairs, PID@HOST:PORT of each
 * node)}.
 */
final class WatchingMeasurement {

  /** A node as it is watched, with the attributes of those of its beans that are known. */
  private record Watched(
      ProcessHandle process,
      String address,
      MBeanServerConnection console,
      Map<ObjectName, String[]> attributes) {

    @SuppressWarnings("BanJNDI") // the address is one that the process itself has just given
    static Watched of(String node) throws IOException, AttachNotSupportedException {
      String[] parts = node.split("@", 2);
      VirtualMachine machine = VirtualMachine.attach(parts[0]);
      String jmx = machine.startLocalManagementAgent();
      machine.detach();
      return new Watched(
          ProcessHandle.of(Long.parseLong(parts[0])).orElseThrow(),
          parts[1],
          JMXConnectorFactory.connect(new JMXServiceURL(jmx)).getMBeanServerConnection(),
          new TreeMap<>());
    }
  }

  /** Processor time of all nodes over some seconds, in milliseconds a second and node. */
  private record Pair(double watched, double unwatched) {
    double cost() {
      return watched - unwatched;
    }
  }

  private final HttpClient http = HttpClient.newHttpClient();
  private final List<Watched> nodes;

  private WatchingMeasurement(List<Watched> nodes) {
    this.nodes = nodes;
  }

  public static void main(String[] arguments) throws Exception {
    if (arguments.length < 4) {
      System.err.println("arguments: WARM-UP-SECONDS SECONDS PAIRS PID@HOST:PORT ...");
      return;
    }
    List<Watched> nodes = new ArrayList<>();
    for (String node : List.of(arguments).subList(3, arguments.length)) {
      nodes.add(Watched.of(node));
    }
    new WatchingMeasurement(nodes)
        .measure(
            Duration.ofSeconds(Long.parseLong(arguments[0])),
            Duration.ofSeconds(Long.parseLong(arguments[1])),
            Integer.parseInt(arguments[2]));
  }

  private void measure(Duration warmUp, Duration each, int pairs) throws Exception {
    System.out.println("watching, so that what watches and is watched is compiled");
    cpuMillisASecond(true, warmUp);
    List<Pair> measured = new ArrayList<>();
    for (int i = 0; i < pairs; i++) {
      boolean watchedFirst = i % 2 == 0;
      double first = cpuMillisASecond(watchedFirst, each);
      double second = cpuMillisASecond(!watchedFirst, each);
      Pair pair = watchedFirst ? new Pair(first, second) : new Pair(second, first);
      measured.add(pair);
      System.out.printf(
          Locale.ROOT,
          "%d of %d: %.1f ms a second and node watched, %.1f unwatched%n",
          i + 1,
          pairs,
          pair.watched(),
          pair.unwatched());
    }
    double cost = median(measured.stream().map(Pair::cost).toList());
    int processors = Runtime.getRuntime().availableProcessors();
    System.out.printf(
        Locale.ROOT,
        "medians: %.1f ms a second and node watched, %.1f unwatched; of the difference, %.1f:"
            + " %.2f%% of %d processors for all %d nodes%n",
        median(measured.stream().map(Pair::watched).toList()),
        median(measured.stream().map(Pair::unwatched).toList()),
        cost,
        cost * nodes.size() / (10.0 * processors),
        processors,
        nodes.size());
  }

  private static double median(List<Double> values) {
    List<Double> sorted = new ArrayList<>(values);
    Collections.sort(sorted);
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  /** Of each node. */
  private double cpuMillisASecond(boolean watched, Duration span) throws Exception {
    InputStream page = watched ? page() : InputStream.nullInputStream();
    try (page) {
      TimeUnit.SECONDS.sleep(1); // what was begun is over
      long before = cpuMillis();
      long since = System.nanoTime();
      for (long second = 1; second <= span.toSeconds(); second++) {
        if (watched) {
          for (Watched node : nodes) {
            look(node);
          }
        }
        long left = since + TimeUnit.SECONDS.toNanos(second) - System.nanoTime();
        TimeUnit.NANOSECONDS.sleep(left);
      }
      double seconds = (System.nanoTime() - since) / 1e9;
      return (cpuMillis() - before) / seconds / nodes.size();
    }
  }

  private long cpuMillis() {
    return nodes.stream()
        .mapToLong(node -> node.process().info().totalCpuDuration().orElseThrow().toMillis())
        .sum();
  }

  private void look(Watched node) throws IOException, InterruptedException, JMException {
    MBeanServerConnection console = node.console();
    for (ObjectName bean : console.queryNames(new ObjectName("io.holdfast:*"), null)) {
      String[] names = node.attributes().get(bean);
      if (names == null) {
        names =
            List.of(console.getMBeanInfo(bean).getAttributes()).stream()
                .map(MBeanAttributeInfo::getName)
                .toArray(String[]::new);
        node.attributes().put(bean, names);
      }
      if (console.getAttributes(bean, names).size() < names.length) {
        throw new IllegalStateException(bean + " does not tell all of its attributes");
      }
    }
    HttpResponse<String> metrics =
        http.send(request(node, "/metrics"), HttpResponse.BodyHandlers.ofString());
    if (metrics.statusCode() != 200) {
      throw new IllegalStateException(metrics.body());
    }
  }

  /** Reads what the first node sends to pages, as it comes, until it is closed. */
  private InputStream page() throws IOException, InterruptedException {
    InputStream pictures =
        http.send(request(nodes.get(0), "/v1/pictures"), HttpResponse.BodyHandlers.ofInputStream())
            .body();
    Thread reader =
        new Thread(
            () -> {
              try {
                pictures.transferTo(OutputStream.nullOutputStream());
              } catch (IOException closed) {
                // it is looked at no more
              }
            });
    reader.setDaemon(true);
    reader.start();
    return pictures;
  }

  private static HttpRequest request(Watched node, String path) {
    return HttpRequest.newBuilder(URI.create("http://" + node.address() + path)).build();
  }
}
