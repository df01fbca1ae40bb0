package io.holdfast.mesh.cli;

import java.util.ServiceLoader;

/** The entry point of the command line. */
public final class Main {

  private Main() {}

  /** Runs one verb and exits with its status. */
  public static void main(String[] arguments) {
    // Names are looked up by the JVM: Vert.x's own resolver costs start-up time and knows no more.
    System.setProperty("vertx.disableDnsResolver", "true");
    System.setProperty("vertx.disableFileCPResolving", "true");
    System.exit(
        HoldfastCommand.create(Console.system(), ServiceLoader.load(NodeRunner.class).findFirst())
            .execute(arguments));
  }
}
