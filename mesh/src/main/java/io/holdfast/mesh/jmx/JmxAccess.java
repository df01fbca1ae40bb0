package io.holdfast.mesh.jmx;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.remote.JMXPrincipal;
import javax.management.remote.MBeanServerForwarder;
import javax.security.auth.Subject;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands between who came in and the MBean server. Both roles read, all but how the JVM was
 * started, and listen; {@link JmxRole#READWRITE} also sets and invokes, on the beans of this
 * software and those of the JVM that cannot be used to bring in code or write files. Nobody makes
 * or removes beans.
 */
final class JmxAccess implements InvocationHandler {

  private static final Logger LOG = LoggerFactory.getLogger(JmxAccess.class);

  /** What looks and changes nothing. */
  private static final Set<String> READING =
      Set.of(
          "getAttribute",
          "getAttributes",
          "getMBeanInfo",
          "getMBeanCount",
          "getObjectInstance",
          "getDefaultDomain",
          "getDomains",
          "queryMBeans",
          "queryNames",
          "isRegistered",
          "isInstanceOf",
          "addNotificationListener",
          "removeNotificationListener",
          // The connector itself asks these; they cannot be asked from outside.
          "getClassLoader",
          "getClassLoaderFor",
          "getClassLoaderRepository");

  private static final Set<String> CHANGING = Set.of("setAttribute", "setAttributes", "invoke");

  /** What consoles ask to show threads. */
  private static final Set<String> LOOKS_AT_THREADS =
      Set.of(
          "getThreadInfo",
          "getThreadCpuTime",
          "getThreadUserTime",
          "getThreadAllocatedBytes",
          "findDeadlockedThreads",
          "findMonitorDeadlockedThreads",
          "dumpAllThreads");

  /** Properties and arguments of the JVM: people put secrets there. */
  private static final Set<String> HOW_IT_WAS_STARTED =
      Set.of("SystemProperties", "InputArguments");

  /** {@code Subject.current()}, from Java 18 on. */
  private static final Optional<MethodHandle> CURRENT = current();

  private volatile @Nullable MBeanServer server;

  private JmxAccess() {}

  static MBeanServerForwarder forwarder() {
    return (MBeanServerForwarder)
        Proxy.newProxyInstance(
            JmxAccess.class.getClassLoader(),
            new Class<?>[] {MBeanServerForwarder.class},
            new JmxAccess());
  }

  @Override
  public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] args)
      throws Throwable {
    String name = method.getName();
    if (name.equals("getMBeanServer")) {
      return server;
    }
    if (name.equals("setMBeanServer") && args != null) {
      server = (MBeanServer) args[0];
      return null;
    }
    if (method.getDeclaringClass() == Object.class) {
      return method.invoke(this, args);
    }
    if (!READING.contains(name)) {
      require(name, args == null ? new Object[0] : args);
    }
    try {
      return method.invoke(server, args == null ? null : readable(name, args));
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  /** The same arguments, less the attributes that are not for everybody who may come in. */
  private static @Nullable Object[] readable(String name, @Nullable Object[] args) {
    if (!name.startsWith("getAttribute")
        || !(args[0] instanceof ObjectName bean)
        || !bean.getDomain().equals("java.lang")
        || !"Runtime".equals(bean.getKeyProperty("type"))
        || mayDoEverything(subject())) {
      return args;
    }
    if (args[1] instanceof String[] many) {
      return new Object[] {
        bean,
        Arrays.stream(many).filter(one -> !HOW_IT_WAS_STARTED.contains(one)).toArray(String[]::new)
      };
    }
    if (HOW_IT_WAS_STARTED.contains(String.valueOf(args[1]))) {
      throw new SecurityException(
          "User %s is readonly: %s of %s is for role readwrite."
              .formatted(nameOf(subject()), args[1], bean));
    }
    return args;
  }

  private static boolean mayDoEverything(@Nullable Subject subject) {
    return subject != null && subject.getPrincipals().contains(JmxRole.READWRITE);
  }

  private static String nameOf(@Nullable Subject subject) {
    return subject == null
        ? "nobody"
        : subject.getPrincipals(JMXPrincipal.class).stream()
            .map(JMXPrincipal::getName)
            .findFirst()
            .orElse("nobody");
  }

  private static void require(String name, @Nullable Object[] args) {
    if (!CHANGING.contains(name) || !(args[0] instanceof ObjectName bean)) {
      throw new SecurityException("By JMX nobody makes, loads or removes beans here: " + name);
    }
    String what = name.equals("invoke") ? String.valueOf(args[1]) : "setting";
    if (bean.getDomain().equals("java.lang")
        && "Threading".equals(bean.getKeyProperty("type"))
        && LOOKS_AT_THREADS.contains(what)) {
      return;
    }
    Subject subject = subject();
    String user = nameOf(subject);
    if (!mayDoEverything(subject)) {
      LOG.warn("JMX: {} of {} was refused to {}, who is readonly", what, bean, user);
      throw new SecurityException(
          "User %s is readonly: %s of %s is for role readwrite.".formatted(user, what, bean));
    }
    if (!bean.getDomain().equals(NodeBeans.DOMAIN) && !bean.getDomain().equals("java.lang")) {
      LOG.warn("JMX: {} of {} was refused to {}", what, bean, user);
      throw new SecurityException(
          "By JMX only beans of %s and java.lang are told to do something, not %s."
              .formatted(NodeBeans.DOMAIN, bean));
    }
    LOG.info("JMX: {} of {}, by {}", what, bean, user);
  }

  private static Optional<MethodHandle> current() {
    try {
      return Optional.of(
          MethodHandles.publicLookup()
              .findStatic(Subject.class, "current", MethodType.methodType(Subject.class)));
    } catch (NoSuchMethodException | IllegalAccessException e) {
      return Optional.empty();
    }
  }

  /** Who came in on the connection that this thread works for. */
  @SuppressWarnings("removal") // until Java 18 there is no other way
  private static @Nullable Subject subject() {
    if (CURRENT.isEmpty()) {
      return Subject.getSubject(java.security.AccessController.getContext());
    }
    try {
      return (Subject) CURRENT.get().invoke();
    } catch (Throwable e) {
      throw new SecurityException("who came in cannot be found out");
    }
  }
}
