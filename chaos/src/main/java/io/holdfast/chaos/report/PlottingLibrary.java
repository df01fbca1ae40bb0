package io.holdfast.chaos.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Properties;

/**
 * D3, as the build brings it: the page carries it, so that nothing is loaded from elsewhere. Why D3
 * is told in docs/adr/0014-report-plots.md.
 *
 * @param version of the library
 * @param script its code, as published
 * @param licence the text that must go with every copy
 */
record PlottingLibrary(String version, String script, String licence) {

  private static final String ABOUT = "/META-INF/maven/org.webjars.npm/d3/pom.properties";

  /**
   * Reads it from the class path.
   *
   * @throws IllegalStateException if it is not there: the installation is incomplete
   */
  static PlottingLibrary load() {
    Properties about = new Properties();
    try (InputStream in = open(ABOUT)) {
      about.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String version = about.getProperty("version", "");
    String folder = "/META-INF/resources/webjars/d3/" + version + "/";
    return new PlottingLibrary(
        version, resource(folder + "dist/d3.min.js").strip(), resource(folder + "LICENSE").strip());
  }

  /** The text of a file of the class path, with the ends of lines that browsers hash. */
  static String resource(String name) {
    try (InputStream in = open(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InputStream open(String name) {
    InputStream in = PlottingLibrary.class.getResourceAsStream(name);
    if (in == null) {
      throw new IllegalStateException("not on the class path: " + name);
    }
    return in;
  }
}
