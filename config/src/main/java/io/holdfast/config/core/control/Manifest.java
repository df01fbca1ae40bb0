package io.holdfast.config.core.control;

/** What an operator declares of a group. It never changes; another one may take its place. */
public sealed interface Manifest
    permits PolicyManifest, LimitsManifest, AccessManifest, PoolsManifest {

  /** What it is about. */
  ManifestType type();
}
