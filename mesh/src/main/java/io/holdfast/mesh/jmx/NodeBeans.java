package io.holdfast.mesh.jmx;

import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.NodeId;
import io.holdfast.mesh.GroupStatus;
import io.holdfast.mesh.Happening;
import io.holdfast.mesh.Mesh;
import io.holdfast.mesh.Picture;
import io.holdfast.mesh.Pictures;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.MalformedObjectNameException;
import javax.management.NotificationBroadcasterSupport;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The beans of a node: registered some looks after its start, so that they delay nothing, as groups
 * come and go, and gone with {@link #close}. All of that, and every notification, is done by one
 * thread of their own. Whatever fails of it is logged, and the node goes on.
 */
public final class NodeBeans implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(NodeBeans.class);

  /** The domain of all names. */
  public static final String DOMAIN = "io.holdfast";

  /** The node is up by then. */
  private static final long FIRST_PICTURE = 3;

  /** The beans of a group, by their types. */
  private static final Map<String, Class<?>> OF_GROUP = ofGroup();

  private final Pictures pictures;
  private final GroupOperations operations;
  private final Supplier<MBeanServer> server;
  private final ThreadPoolExecutor thread;
  private final AtomicReference<@Nullable Picture> newest = new AtomicReference<>();
  private Pictures.@Nullable Following following;

  /** A group that there are beans of. */
  private record Shown(GroupLook look, List<ObjectName> names) {}

  /** Of its own thread and of who closes this; changed by {@link #register} and what undoes it. */
  private final Map<ObjectName, NotificationBroadcasterSupport> registered =
      new ConcurrentHashMap<>();

  private volatile boolean closed;

  private final Map<String, Shown> groups = new TreeMap<>();
  private long told = -1;
  private boolean warned;

  /**
   * @param mesh what the node offers
   * @param steering what it can be told beside that
   * @param dataDirectory where snapshots go
   * @param room bytes that a snapshot leaves free there at least
   * @param server where the beans are registered; asked for on their own thread
   */
  public NodeBeans(
      Mesh mesh, Steering steering, Path dataDirectory, long room, Supplier<MBeanServer> server) {
    this.pictures = mesh.pictures();
    this.operations = new GroupOperations(mesh, steering, new Backup(mesh, dataDirectory, room));
    this.server = server;
    this.thread =
        new ThreadPoolExecutor(
            1,
            1,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(1), // the newest picture is enough
            work -> {
              Thread made = new Thread(work, "holdfast-jmx");
              made.setDaemon(true);
              return made;
            },
            new ThreadPoolExecutor.DiscardPolicy());
    thread.allowCoreThreadTimeOut(true);
  }

  private static Map<String, Class<?>> ofGroup() {
    Map<String, Class<?>> types = new LinkedHashMap<>();
    types.put("Group", GroupMXBean.class);
    types.put("Acceptor", AcceptorMXBean.class);
    types.put("Cache", CacheMXBean.class);
    types.put("Control", ControlMXBean.class);
    types.put("Sync", SyncMXBean.class);
    types.put("Reservations", ReservationsMXBean.class);
    return types;
  }

  /** The types of all beans, with their interfaces. */
  static Map<String, Class<?>> types() {
    Map<String, Class<?>> types = new LinkedHashMap<>();
    types.put("Node", NodeMXBean.class);
    types.putAll(OF_GROUP);
    return types;
  }

  /** From now on they are registered as there is something to show. */
  public void start() {
    following =
        pictures.follow(
            picture -> {
              newest.set(picture);
              thread.execute(this::take);
            });
  }

  private void take() {
    Picture picture = newest.getAndSet(null);
    if (picture == null || picture.number() < FIRST_PICTURE) {
      return;
    }
    try {
      show(picture);
      tell(picture);
    } catch (RuntimeException e) {
      warn("the beans of node " + picture.status().node() + " were not brought up to date", e);
    }
  }

  // ---- Which there are

  private void show(Picture picture) {
    NodeId node = picture.status().node();
    if (told < 0) {
      List<Happening> before = picture.happenings();
      told = before.isEmpty() ? 0 : before.get(before.size() - 1).number();
      register(
          nameOf("Node", node, ""), new NodeBean(pictures), NodeMXBean.class, Notices.ofNode());
    }
    Set<String> now =
        picture.status().groups().stream().map(GroupStatus::group).collect(Collectors.toSet());
    for (String gone : groups.keySet().stream().filter(name -> !now.contains(name)).toList()) {
      Shown shown = groups.remove(gone);
      if (shown != null) {
        shown.names().forEach(this::unregister);
      }
    }
    for (GroupStatus group : picture.status().groups()) {
      groups.computeIfAbsent(group.group(), name -> register(node, group)).look().saw(group);
    }
  }

  private Shown register(NodeId node, GroupStatus group) {
    GroupLook look = new GroupLook(pictures, group);
    Function<String, ObjectName> name = type -> nameOf(type, node, group.group());
    register(
        name.apply("Group"), new GroupBean(look, operations), GroupMXBean.class, Notices.ofGroup());
    register(name.apply("Acceptor"), new AcceptorBean(look), AcceptorMXBean.class, Notices.none());
    register(name.apply("Cache"), new CacheBean(look), CacheMXBean.class, Notices.none());
    register(name.apply("Control"), new ControlBean(look), ControlMXBean.class, Notices.none());
    register(name.apply("Sync"), new SyncBean(look), SyncMXBean.class, Notices.none());
    register(
        name.apply("Reservations"),
        new ReservationsBean(look),
        ReservationsMXBean.class,
        Notices.none());
    return new Shown(look, OF_GROUP.keySet().stream().map(name).toList());
  }

  /** The name of a bean; of a node's, if the group is empty. */
  static ObjectName nameOf(String type, NodeId node, String group) {
    try {
      String ofGroup = group.isEmpty() ? "" : ",group=" + group;
      return new ObjectName(DOMAIN + ":type=" + type + ",node=" + node + ofGroup);
    } catch (MalformedObjectNameException e) {
      // The names of nodes and groups have no character that would need quotes.
      throw new IllegalStateException(type + " of node " + node + ", group " + group, e);
    }
  }

  /** Without a lock: a server tells others of a new bean, and they may take their time. */
  private <T> void register(
      ObjectName name, T bean, Class<T> described, NotificationBroadcasterSupport says) {
    if (closed) {
      return;
    }
    try {
      server.get().registerMBean(new DescribedBean(bean, described, says), name);
      registered.put(name, says);
    } catch (JMException | RuntimeException e) {
      warn(name + " is not registered", e);
    }
    if (closed) {
      unregister(name);
    }
  }

  private void unregister(ObjectName name) {
    if (registered.remove(name) == null) {
      return; // another node's of that name, in this process
    }
    try {
      server.get().unregisterMBean(name);
    } catch (JMException | RuntimeException e) {
      LOG.debug("{} is not unregistered", name, e);
    }
  }

  private void warn(String what, Exception cause) {
    if (!warned) {
      LOG.warn("{}: {}", what, cause.toString());
    }
    LOG.debug("{}", what, cause);
    warned = true;
  }

  // ---- What happens

  private void tell(Picture picture) {
    NodeId node = picture.status().node();
    for (Happening happening : picture.happenings()) {
      if (happening.number() > told) {
        told = happening.number();
        send(happening, nameOf("Node", node, ""), node);
        Optional<GroupId> group = happening.group();
        if (group.isPresent()) {
          send(happening, nameOf("Group", node, group.get().value()), node);
        }
      }
    }
  }

  private void send(Happening happening, ObjectName source, NodeId node) {
    NotificationBroadcasterSupport says = registered.get(source);
    if (says != null) {
      says.sendNotification(Notices.of(happening, source, node));
    }
  }

  // ---- Its end

  /** Takes all of them away. */
  @Override
  public void close() {
    Pictures.Following followed = following;
    if (followed != null) {
      followed.close();
    }
    thread.shutdown();
    boolean interrupted = false;
    try {
      if (!thread.awaitTermination(2, TimeUnit.SECONDS)) {
        LOG.warn("a listener of a notification does not return");
      }
    } catch (InterruptedException e) {
      interrupted = true;
    }
    closed = true;
    List.copyOf(registered.keySet()).forEach(this::unregister);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
