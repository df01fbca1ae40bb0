package io.holdfast.mesh.cli;

import picocli.CommandLine.IVersionProvider;

/** The version in the jar's manifest; in a tree of classes there is none. */
final class SoftwareVersion implements IVersionProvider {

  @Override
  public String[] getVersion() {
    String version = SoftwareVersion.class.getPackage().getImplementationVersion();
    return new String[] {"holdfast " + (version == null ? "(development)" : version)};
  }
}
