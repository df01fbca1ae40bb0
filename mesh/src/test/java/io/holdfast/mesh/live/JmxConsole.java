package io.holdfast.mesh.live;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.rmi.Remote;
import java.rmi.registry.LocateRegistry;
import java.rmi.registry.Registry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.management.Attribute;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServerConnection;
import javax.management.Notification;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import javax.management.remote.JMXConnector;
import javax.management.remote.rmi.RMIConnector;
import javax.management.remote.rmi.RMIServer;
import javax.rmi.ssl.SslRMIClientSocketFactory;

/**
 * A remote JMX client as a process of its own, with this class alone on its class path: what it
 * cannot read no console can. It connects as jconsole does: the registry, then what that names.
 *
 * <p>Arguments: host, port, {@code tls} or {@code plain}, user ({@code -}: none), and what to do;
 * the password is its standard input. It prints one line for each thing that it finds.
 */
final class JmxConsole {

  private JmxConsole() {}

  public static void main(String[] args) throws Exception {
    String password = new String(System.in.readAllBytes(), UTF_8).strip();
    try {
      Registry registry =
          args[2].equals("tls")
              ? LocateRegistry.getRegistry(
                  args[0], Integer.parseInt(args[1]), new SslRMIClientSocketFactory())
              : LocateRegistry.getRegistry(args[0], Integer.parseInt(args[1]));
      if (args[4].equals("unbind")) {
        registry.unbind("jmxrmi");
        System.out.println("unbound");
        return;
      }
      Remote stub = registry.lookup("jmxrmi");
      if (args[4].equals("rebind")) {
        registry.rebind("jmxrmi", stub);
        System.out.println("rebound");
        return;
      }
      Map<String, Object> environment = new HashMap<>();
      if (!args[3].equals("-")) {
        environment.put(JMXConnector.CREDENTIALS, new String[] {args[3], password});
      }
      try (JMXConnector connector = new RMIConnector((RMIServer) stub, environment)) {
        connector.connect();
        act(connector.getMBeanServerConnection(), args);
      }
    } catch (Exception e) {
      Throwable root = e;
      while (root.getCause() != null) {
        root = root.getCause();
      }
      System.out.println("refused " + root.getClass().getName() + ": " + root.getMessage());
    }
  }

  private static void act(MBeanServerConnection beans, String[] args) throws Exception {
    switch (args[4]) {
      case "read" -> read(beans);
      case "step-down" -> stepDown(beans, new ObjectName(args[5]));
      case "invoke" -> invoke(beans, args);
      case "get" -> get(beans, Arrays.copyOfRange(args, 5, args.length));
      case "make" -> {
        beans.createMBean("javax.management.loading.MLet", new ObjectName("evil:type=MLet"));
        System.out.println("made");
      }
      case "send" -> {
        beans.setAttribute(
            new ObjectName(args[5]), new Attribute("X", new javax.swing.event.EventListenerList()));
        System.out.println("sent");
      }
      default -> throw new IllegalArgumentException(args[4]);
    }
  }

  /** One attribute of the JVM by itself, or several together. */
  private static void get(MBeanServerConnection beans, String[] names) throws Exception {
    ObjectName runtime = new ObjectName("java.lang:type=Runtime");
    if (names.length == 1) {
      Object unused = beans.getAttribute(runtime, names[0]);
      System.out.println("got [" + names[0] + "]");
      return;
    }
    List<String> got = new ArrayList<>();
    for (Attribute attribute : beans.getAttributes(runtime, names).asList()) {
      got.add(attribute.getName());
    }
    System.out.println("got " + got);
  }

  private static void read(MBeanServerConnection beans) throws Exception {
    Set<ObjectName> names = new TreeSet<>(beans.queryNames(new ObjectName("io.holdfast:*"), null));
    for (ObjectName name : names) {
      for (MBeanAttributeInfo attribute : beans.getMBeanInfo(name).getAttributes()) {
        Object value = beans.getAttribute(name, attribute.getName());
        if (attribute.getDescription().isBlank() || value == null) {
          System.out.println("poor " + name + " " + attribute.getName());
        }
        System.out.println(
            "value " + name.getKeyProperty("type") + "." + attribute.getName() + " " + text(value));
      }
      System.out.println("bean " + name);
    }
  }

  private static String text(Object value) {
    if (value instanceof CompositeData[] rows) {
      List<String> all = new ArrayList<>();
      for (CompositeData row : rows) {
        all.add(row.values().toString());
      }
      return all.toString();
    }
    return value instanceof Object[] many ? List.of(many).toString() : String.valueOf(value);
  }

  private static void stepDown(MBeanServerConnection beans, ObjectName group) throws Exception {
    BlockingQueue<Notification> heard = new LinkedBlockingQueue<>();
    beans.addNotificationListener(group, (notice, handback) -> heard.add(notice), null, null);
    CompositeData done = (CompositeData) beans.invoke(group, "stepDown", null, null);
    System.out.println("stepped-down " + done.get("before") + " " + done.get("now"));
    for (int i = 0; i < 20; i++) {
      Notification notice = heard.poll(60, TimeUnit.SECONDS);
      if (notice == null) {
        break;
      }
      CompositeData data = (CompositeData) notice.getUserData();
      System.out.println(
          "notice %s %d %s %s"
              .formatted(
                  notice.getType(),
                  notice.getSequenceNumber(),
                  data.get("group"),
                  notice.getMessage()));
      if (notice.getMessage().startsWith(done.get("now") + " leads")) {
        return;
      }
    }
    System.out.println("no notice that " + done.get("now") + " leads");
  }

  private static void invoke(MBeanServerConnection beans, String[] args) throws Exception {
    Object[] values = new Object[args.length - 7];
    String[] types = new String[values.length];
    for (int i = 0; i < values.length; i++) {
      String text = args[7 + i];
      boolean number = text.matches("-?[0-9]+");
      values[i] = number ? (Object) Long.valueOf(text) : text;
      types[i] = number ? "long" : "java.lang.String";
    }
    Object done = beans.invoke(new ObjectName(args[5]), args[6], values, types);
    System.out.println("done " + (done instanceof CompositeData row ? fields(row) : done));
  }

  private static String fields(CompositeData row) {
    StringBuilder all = new StringBuilder();
    for (String key : row.getCompositeType().keySet()) {
      all.append(key).append('=').append(text(row.get(key))).append(' ');
    }
    return all.toString();
  }
}
