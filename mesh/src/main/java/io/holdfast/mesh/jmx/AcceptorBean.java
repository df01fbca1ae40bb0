package io.holdfast.mesh.jmx;

/** The acceptor of a group, from pictures. */
final class AcceptorBean implements AcceptorMXBean {

  private final GroupLook look;

  AcceptorBean(GroupLook look) {
    this.look = look;
  }

  @Override
  public String getPromised() {
    return look.status().ballot();
  }

  @Override
  public long getAcceptedSlot() {
    return look.status().acceptor().accepted();
  }

  @Override
  public long getTrimmedTo() {
    return look.status().trimmed();
  }

  @Override
  public long getEvents() {
    return look.status().acceptor().events();
  }

  @Override
  public long getLogBytes() {
    return look.status().acceptor().logBytes();
  }

  @Override
  public long getTailBytes() {
    return look.status().acceptor().tailBytes();
  }

  @Override
  public double getPersistMillisMean() {
    return look.counter("journalAckMillis");
  }

  @Override
  public double getPersistMillisMax() {
    return look.counter("journalAckMillisMax");
  }

  @Override
  public long getSynchronousWrites() {
    return (long) look.counter("journalSynchronousWrites");
  }
}
