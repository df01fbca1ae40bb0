package io.holdfast.mesh.jmx;

/** The cache of a group, from pictures; while it is silent, as it last answered. */
final class CacheBean implements CacheMXBean {

  private final GroupLook look;

  CacheBean(GroupLook look) {
    this.look = look;
  }

  @Override
  public long getGeneration() {
    return look.answered().cache().generation();
  }

  @Override
  public long getKeys() {
    return look.answered().cache().keys();
  }

  @Override
  public long getCurrentKeys() {
    return look.answered().cache().currentKeys();
  }

  @Override
  public long getHits() {
    return look.answered().cache().hits();
  }

  @Override
  public long getShipped() {
    return look.answered().cache().shippedValues();
  }

  @Override
  public long getRotations() {
    return look.answered().cache().rotations();
  }

  @Override
  public long getAdmissionStoreReads() {
    return look.answered().cache().admissionStoreReads();
  }

  @Override
  public long getStoreReads() {
    return look.answered().cache().storeReads();
  }

  @Override
  public long getHorizonRefusals() {
    return look.answered().cache().horizonRefusals();
  }

  @Override
  public long getCoverageViolations() {
    return look.answered().cache().coverageViolations();
  }

  @Override
  public long getStoreReadsInApply() {
    return look.answered().cache().storeReadsInApply();
  }
}
