package io.holdfast.mesh.jmx;

import io.holdfast.mesh.Picture;
import java.util.List;

/** The control epoch of a group, from pictures. */
final class ControlBean implements ControlMXBean {

  private final GroupLook look;

  ControlBean(GroupLook look) {
    this.look = look;
  }

  @Override
  public boolean isKnown() {
    return look.control().isPresent();
  }

  @Override
  public long getNumber() {
    return look.control().map(Picture.Control::number).orElse(-1L);
  }

  @Override
  public String getSetHash() {
    return look.control().map(Picture.Control::setHash).orElse("");
  }

  @Override
  public boolean isReady() {
    return look.control().map(Picture.Control::ready).orElse(false);
  }

  @Override
  public int getNeeded() {
    return look.control().map(Picture.Control::needed).orElse(0);
  }

  @Override
  public List<Evidence> getReadinessGates() {
    return look.control().stream()
        .flatMap(control -> control.gates().stream())
        .map(gate -> new Evidence(gate.node().value(), gate.open(), gate.reasons()))
        .toList();
  }
}
