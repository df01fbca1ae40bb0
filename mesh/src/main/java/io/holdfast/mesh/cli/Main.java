package io.holdfast.mesh.cli;

import java.util.Optional;
import java.util.ServiceLoader;
import java.util.logging.LogManager;

/** The entry point of the command line. */
public final class Main {

  private Main() {}

  /** Runs one verb and exits with its status. */
  public static void main(String[] arguments) {
    prepare();
    boolean node = arguments.length > 0 && arguments[0].equals("node");
    if (!node) {
      // A verb tells its result, not what its libraries do; a node logs as it is configured to.
      setDefault("slf4j.provider", "org.slf4j.helpers.NOP_FallbackServiceProvider");
      setDefault("slf4j.internal.verbosity", "WARN");
      setDefault(
          "vertx.logger-delegate-factory-class-name",
          "io.vertx.core.logging.SLF4JLogDelegateFactory");
      // What finds no SLF4J logs through the JDK, which would print it.
      LogManager.getLogManager().reset();
    }
    int status =
        HoldfastCommand.create(
                Console.system(),
                node ? ServiceLoader.load(NodeRunner.class).findFirst() : Optional.empty(),
                arguments)
            .execute(arguments);
    System.out.flush();
    System.err.flush();
    if (node) {
      // It has ended. Nothing of this process is to run on after its disk failed, or with a state
      // that is not to be trusted; and after SIGTERM the status is the verb's.
      Runtime.getRuntime().halt(status);
    }
    System.exit(status);
  }

  /** Sets what libraries read when they are loaded. */
  static void prepare() {
    // Names are looked up by the JVM: Vert.x's own resolver costs start-up time and knows no more.
    System.setProperty("vertx.disableDnsResolver", "true");
    System.setProperty("vertx.disableFileCPResolving", "true");
  }

  private static void setDefault(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }
}
