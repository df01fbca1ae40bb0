package io.holdfast.mesh.jmx;

import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.NodeId;
import io.holdfast.mesh.Happening;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.management.MBeanNotificationInfo;
import javax.management.Notification;
import javax.management.NotificationBroadcasterSupport;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.CompositeDataSupport;
import javax.management.openmbean.CompositeType;
import javax.management.openmbean.OpenDataException;
import javax.management.openmbean.OpenType;
import javax.management.openmbean.SimpleType;

/** Makes notifications of what happens. */
final class Notices {

  /** What their types begin with. */
  static final String PREFIX = "io.holdfast.";

  private static final Set<Happening.Kind> OF_GROUPS =
      Set.of(
          Happening.Kind.LEADER_CHANGED,
          Happening.Kind.QUORUM_LOST,
          Happening.Kind.QUORUM_REGAINED,
          Happening.Kind.ID_DRIFT,
          Happening.Kind.TROUBLE,
          Happening.Kind.TROUBLE_OVER,
          Happening.Kind.EPOCH_ACTIVATED);

  private static final String[] ITEMS = {"node", "group", "kind", "number", "text"};
  private static final CompositeType DATA = data();

  private Notices() {}

  private static CompositeType data() {
    try {
      return new CompositeType(
          "io.holdfast.Happening",
          "Something that an operator wants to have seen.",
          ITEMS,
          new String[] {
            "Who has seen it.",
            "The group that it is about; empty for the node as a whole.",
            "What, lower case.",
            "Counts what happened on this node since its start.",
            "One sentence."
          },
          new OpenType<?>[] {
            SimpleType.STRING,
            SimpleType.STRING,
            SimpleType.STRING,
            SimpleType.LONG,
            SimpleType.STRING
          });
    } catch (OpenDataException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** Who says everything that happens, of the node and its groups. */
  static NotificationBroadcasterSupport ofNode() {
    return new NotificationBroadcasterSupport(
        info(Arrays.stream(Happening.Kind.values()), "Something happened to the node or a group."));
  }

  /** Who says what happens to a group. */
  static NotificationBroadcasterSupport ofGroup() {
    return new NotificationBroadcasterSupport(
        info(
            Arrays.stream(Happening.Kind.values()).filter(OF_GROUPS::contains),
            "Something happened to the group."));
  }

  /** Who says nothing. */
  static NotificationBroadcasterSupport none() {
    return new NotificationBroadcasterSupport();
  }

  private static MBeanNotificationInfo info(Stream<Happening.Kind> kinds, String text) {
    return new MBeanNotificationInfo(
        kinds.map(Notices::typeOf).toArray(String[]::new), Notification.class.getName(), text);
  }

  static String typeOf(Happening.Kind kind) {
    return PREFIX + kind.code();
  }

  /**
   * The notification of a happening.
   *
   * @param source the bean that sends it
   * @param node whose it is
   */
  static Notification of(Happening happening, ObjectName source, NodeId node) {
    Notification notice =
        new Notification(
            typeOf(happening.kind()),
            source,
            happening.number(),
            happening.atMillis(),
            happening.text());
    notice.setUserData(data(happening, node));
    return notice;
  }

  private static CompositeData data(Happening happening, NodeId node) {
    Map<String, Object> items =
        Map.of(
            "node",
            node.value(),
            "group",
            happening.group().map(GroupId::value).orElse(""),
            "kind",
            happening.kind().code(),
            "number",
            happening.number(),
            "text",
            happening.text());
    try {
      return new CompositeDataSupport(DATA, items);
    } catch (OpenDataException e) {
      throw new IllegalStateException(
          Stream.of(ITEMS).collect(Collectors.joining(", ")) + " and " + items, e);
    }
  }
}
