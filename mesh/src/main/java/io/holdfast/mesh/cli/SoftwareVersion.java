package io.holdfast.mesh.cli;

import io.holdfast.mesh.Software;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. */
final class SoftwareVersion implements IVersionProvider {

  @Override
  public String[] getVersion() {
    return new String[] {"holdfast " + Software.version()};
  }
}
