package io.holdfast.chaos.sim;

import io.holdfast.chaos.history.HistoryRecorder;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** The clients of a run. */
final class Clients {

  private Clients() {}

  /** As many of each kind as the scenario says. */
  static List<SimClient> of(
      SimMesh mesh, Doors doors, SplittableRandom random, HistoryRecorder recorder) {
    Scenario scenario = mesh.scenario;
    Workload workload = scenario.workload();
    List<SimClient> clients = new ArrayList<>();
    for (int i = 0; i < scenario.clients(); i++) {
      clients.add(new RegisterClient(mesh, doors, i, random.split(), recorder));
    }
    for (int i = 0; i < workload.transferring(); i++) {
      clients.add(new TransferClient(mesh, doors, i, random.split(), recorder));
    }
    List<Long> leases = new ArrayList<>();
    for (int i = 0; i < workload.leasing(); i++) {
      clients.add(new LeaseClient(mesh, doors, i, random.split(), leases));
    }
    for (int i = 0; i < workload.ranging(); i++) {
      clients.add(new RangeClient(mesh, doors, i, random.split()));
    }
    for (int i = 0; i < workload.watching(); i++) {
      clients.add(new WatchClient(mesh, doors, i, random.split()));
    }
    for (int i = 0; i < workload.reserving(); i++) {
      clients.add(new ReservationClient(mesh, doors, i, random.split()));
    }
    for (int i = 0; i < workload.operating(); i++) {
      clients.add(new ControlOperator(mesh, doors, i, random.split()));
    }
    return clients;
  }
}
