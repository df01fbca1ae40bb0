package io.holdfast.mesh.jmx;

/** The cache of a group, from pictures. */
final class CacheBean implements CacheMXBean {

  private final GroupLook look;

  CacheBean(GroupLook look) {
    this.look = look;
  }

  @Override
  public long getGeneration() {
    return look.status().cache().generation();
  }

  @Override
  public long getKeys() {
    return look.status().cache().keys();
  }

  @Override
  public long getCurrentKeys() {
    return look.status().cache().currentKeys();
  }

  @Override
  public long getHits() {
    return look.status().cache().hits();
  }

  @Override
  public long getShipped() {
    return look.status().cache().shippedValues();
  }

  @Override
  public long getRotations() {
    return look.status().cache().rotations();
  }

  @Override
  public long getAdmissionStoreReads() {
    return look.status().cache().admissionStoreReads();
  }

  @Override
  public long getStoreReads() {
    return look.status().cache().storeReads();
  }

  @Override
  public long getHorizonRefusals() {
    return look.status().cache().horizonRefusals();
  }

  @Override
  public long getCoverageViolations() {
    return look.status().cache().coverageViolations();
  }

  @Override
  public long getStoreReadsInApply() {
    return look.status().cache().storeReadsInApply();
  }
}
