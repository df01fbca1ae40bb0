package io.holdfast.config.core.control;

import com.google.protobuf.ByteString;
import java.util.Map;

/**
 * What is active in a new group: nobody is kept from anything, no limits but those of the settings,
 * and one pool. It is the same in every group, so that its log alone says what was active when.
 */
final class ControlSeed {

  private static final String POOLS =
      """
      {"kind":"pools","version":1,"pools":[
        {"name":"ports","scope":"host","first":5000,"last":7000,"expiry":"30d"}]}""";

  static final ControlSet SET =
      ControlSet.of(
          Map.of(ManifestType.POOLS, ManifestReader.read(ByteString.copyFromUtf8(POOLS))));

  private ControlSeed() {}
}
