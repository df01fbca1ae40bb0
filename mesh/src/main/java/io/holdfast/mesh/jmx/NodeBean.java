package io.holdfast.mesh.jmx;

import io.holdfast.config.core.GroupId;
import io.holdfast.mesh.Glimpse;
import io.holdfast.mesh.NodeStatus;
import io.holdfast.mesh.NodeStatus.PeerStatus;
import io.holdfast.mesh.Picture;
import io.holdfast.mesh.Pictures;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The node, from pictures. */
final class NodeBean implements NodeMXBean {

  private static final int MOST_TROUBLES = 100;

  private final Pictures pictures;

  NodeBean(Pictures pictures) {
    this.pictures = pictures;
  }

  @Override
  public String getId() {
    return status().node().value();
  }

  @Override
  public String getMesh() {
    return status().mesh();
  }

  @Override
  public String getIncarnation() {
    return status().incarnation();
  }

  @Override
  public long getBootCount() {
    return status().bootCount();
  }

  @Override
  public String getVersion() {
    return status().version();
  }

  @Override
  public String getState() {
    return status().state();
  }

  @Override
  public String getWaitsFor() {
    return status().waitsFor().orElse("");
  }

  @Override
  public long getUptimeMillis() {
    return status().uptime().toMillis();
  }

  @Override
  public String getHttpAddress() {
    return status().httpAddr();
  }

  @Override
  public String getMeshAddress() {
    return status().meshAddr();
  }

  @Override
  public boolean isReady() {
    return pictures.latest().health().ready();
  }

  @Override
  public String getLevel() {
    return pictures.latest().health().level().code();
  }

  @Override
  public List<Trouble> getTroubles() {
    return pictures.latest().health().troubles().stream()
        .limit(MOST_TROUBLES)
        .map(
            gate ->
                new Trouble(
                    gate.kind().code(),
                    gate.group().map(GroupId::value).orElse(""),
                    gate.state().code(),
                    gate.reasons(),
                    gate.sinceMillis()))
        .toList();
  }

  @Override
  public List<Peer> getPeers() {
    return peers(peer -> true);
  }

  @Override
  public List<String> getReachablePeers() {
    return status().peers().stream()
        .filter(PeerStatus::reachable)
        .map(peer -> peer.node().value())
        .toList();
  }

  @Override
  public List<Peer> getUnreachablePeers() {
    return peers(peer -> !peer.reachable());
  }

  @Override
  public long getDiskUsableBytes() {
    return status().disk().usableBytes();
  }

  @Override
  public long getDiskTotalBytes() {
    return status().disk().totalBytes();
  }

  @Override
  public long getJournalBytes() {
    return (long) counter("journalBytes");
  }

  @Override
  public long getJournalCommits() {
    return (long) counter("journalCommits");
  }

  @Override
  public long getJournalEvents() {
    return (long) counter("journalEvents");
  }

  @Override
  public double getJournalCommitMillisMean() {
    return counter("journalCommitMillis");
  }

  @Override
  public double getPersistMillisMean() {
    return counter("journalAckMillis");
  }

  @Override
  public double getPersistMillisMax() {
    return counter("journalAckMillisMax");
  }

  @Override
  public long getSynchronousWrites() {
    return (long) counter("journalSynchronousWrites");
  }

  @Override
  public long getStoreBytes() {
    return (long) counter("storeBytes");
  }

  @Override
  public long getClockSteppedMillis() {
    return status().clock().steppedMillis();
  }

  @Override
  public long getStoodStillMillis() {
    return status().clock().stoodStillMillis();
  }

  @Override
  public long getPictureNumber() {
    return pictures.latest().number();
  }

  @Override
  public long getPictureAtMillis() {
    return status().clock().wallMillis(); // a picture may be newer than the look it shows
  }

  @Override
  public LevelChange setLogLevel(String logger, String level) {
    return LogLevels.set(logger, level);
  }

  private List<Peer> peers(Predicate<PeerStatus> some) {
    Picture picture = pictures.latest();
    return picture.status().peers().stream()
        .filter(some)
        .map(peer -> peer(peer, picture.other(peer.node()).map(Picture.Other::glimpse)))
        .toList();
  }

  private static Peer peer(PeerStatus peer, Optional<Glimpse> said) {
    return new Peer(
        peer.node().value(),
        peer.meshAddr(),
        peer.httpAddr(),
        peer.reachable(),
        peer.lastHeardMillis(),
        peer.clockSkewMillis(),
        peer.detail(),
        said.map(Glimpse::state).orElse(""),
        said.map(Glimpse::version).orElse(""));
  }

  private NodeStatus status() {
    return pictures.latest().status();
  }

  private double counter(String name) {
    return status().counters().getOrDefault(name, 0.0);
  }
}
