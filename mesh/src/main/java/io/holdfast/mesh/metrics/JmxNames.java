package io.holdfast.mesh.metrics;

import com.codahale.metrics.jmx.ObjectNameFactory;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.NamingConvention;
import io.micrometer.core.instrument.util.HierarchicalNameMapper;
import java.util.Hashtable;
import java.util.Map;
import java.util.TreeMap;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;

/**
 * What meters are called in JMX: a property for the mesh, the node, the name, and each label. Nodes
 * of one process so have names of their own.
 */
final class JmxNames implements HierarchicalNameMapper, ObjectNameFactory {

  private static final char BETWEEN = '\u0000';

  private final String mesh;
  private final String node;

  JmxNames(String mesh, String node) {
    this.mesh = mesh;
    this.node = node;
  }

  @Override
  public String toHierarchicalName(Meter.Id id, NamingConvention convention) {
    Map<String, String> labels = new TreeMap<>();
    id.getTagsAsIterable().forEach(tag -> labels.put(tag.getKey(), tag.getValue()));
    return hierarchicalName(id.getName(), labels);
  }

  /** The name of a meter with labels, of which {@link #createName} makes that of its bean. */
  static String hierarchicalName(String name, Map<String, String> labels) {
    StringBuilder text = new StringBuilder(name);
    labels.forEach(
        (label, value) -> text.append(BETWEEN).append(label).append(BETWEEN).append(value));
    return text.toString();
  }

  @Override
  @SuppressWarnings("JdkObsolete") // ObjectName takes no other
  public ObjectName createName(String type, String domain, String name) {
    String[] parts = name.split(String.valueOf(BETWEEN), -1);
    Hashtable<String, String> properties = new Hashtable<>();
    properties.put("mesh", quoted(mesh));
    properties.put("node", quoted(node));
    properties.put("name", quoted(parts[0]));
    for (int i = 1; i + 1 < parts.length; i += 2) {
      properties.put(parts[i], quoted(parts[i + 1]));
    }
    try {
      return new ObjectName(domain, properties);
    } catch (MalformedObjectNameException e) {
      throw new IllegalStateException(name, e);
    }
  }

  private static String quoted(String value) {
    return value.matches("[\\w .+-]+") ? value : ObjectName.quote(value);
  }
}
