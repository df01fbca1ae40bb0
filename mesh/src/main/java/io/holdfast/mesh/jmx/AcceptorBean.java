package io.holdfast.mesh.jmx;

/** The acceptor of a group, from pictures; while it is silent, as it last answered. */
final class AcceptorBean implements AcceptorMXBean {

  private final GroupLook look;

  AcceptorBean(GroupLook look) {
    this.look = look;
  }

  @Override
  public String getPromised() {
    return look.answered().ballot();
  }

  @Override
  public long getAcceptedSlot() {
    return look.answered().acceptor().accepted();
  }

  @Override
  public long getTrimmedTo() {
    return look.answered().trimmed();
  }

  @Override
  public long getEvents() {
    return look.answered().acceptor().events();
  }

  @Override
  public long getLogBytes() {
    return look.answered().acceptor().logBytes();
  }

  @Override
  public long getTailBytes() {
    return look.answered().acceptor().tailBytes();
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
