package io.holdfast.acceptor.store;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Counts the rows that the database looks at, by its own account: every statement with a condition
 * that is run on the connection is run under EXPLAIN ANALYZE first.
 */
final class ScanCounter {

  private static final Pattern SCANNED = Pattern.compile("scanCount: (\\d+)");

  private final Connection connection;
  private long scanned;
  private int statements;

  ScanCounter(Connection connection) {
    this.connection = connection;
  }

  /** The rows looked at since the last call. */
  long take() {
    long taken = scanned;
    scanned = 0;
    return taken;
  }

  int statements() {
    return statements;
  }

  /** The connection, watched. */
  Connection watched() {
    return proxy(
        Connection.class,
        (self, method, arguments) -> {
          Object result = invoke(connection, method, arguments);
          return method.getName().equals("prepareStatement") && arguments[0] instanceof String sql
              ? watched(sql, (PreparedStatement) result)
              : result;
        });
  }

  private PreparedStatement watched(String sql, PreparedStatement statement) {
    List<Object[]> parameters = new ArrayList<>();
    return proxy(
        PreparedStatement.class,
        (self, method, arguments) -> {
          if (method.getName().startsWith("set") && arguments != null && arguments.length == 2) {
            parameters.add(arguments);
          } else if (method.getName().matches("execute(Query|Update)") && sql.contains("WHERE")) {
            count(sql, parameters);
          }
          return invoke(statement, method, arguments);
        });
  }

  private void count(String sql, List<Object[]> parameters) throws SQLException {
    statements++;
    try (PreparedStatement explain = connection.prepareStatement("EXPLAIN ANALYZE " + sql)) {
      for (Object[] parameter : parameters) {
        explain.setObject((Integer) parameter[0], parameter[1]);
      }
      scanned += scanned(explain);
    }
  }

  /** Runs an EXPLAIN ANALYZE. */
  static long scanned(PreparedStatement explain) throws SQLException {
    long sum = 0;
    try (ResultSet plan = explain.executeQuery()) {
      while (plan.next()) {
        Matcher matcher = SCANNED.matcher(plan.getString(1));
        while (matcher.find()) {
          sum += Long.parseLong(matcher.group(1));
        }
      }
    }
    return sum;
  }

  private static Object invoke(Object target, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause() == null ? e : e.getCause();
    }
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }
}
