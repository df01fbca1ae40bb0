package io.holdfast.chaos.sim;

import io.holdfast.chaos.history.HistoryRecorder;
import java.util.List;

/** All invariants that a simulation watches. */
final class Invariants {

  private Invariants() {}

  /**
   * New ones for a run, each before those that follow from it.
   *
   * @param journals sees every event before they do
   * @param chosen likewise
   */
  static List<Invariant> all(
      SimMesh mesh,
      JournalView journals,
      ChosenLog chosen,
      ReferenceModel reference,
      HistoryRecorder recorder) {
    Accounts accounts = mesh.scenario.workload().accounts();
    return List.of(
        new StorageFailureIsNotRejection(),
        new ReplyFromWrite(journals),
        new DurableBeforeReply(journals),
        new TaggedReply(),
        new PromiseNeverRegresses(),
        new AcceptedWithinPromise(),
        new OneValuePerBallot(),
        new TrimOnlyDurable(),
        new StoreNotBehindJournal(),
        new QuorumsIntersect(chosen),
        new MembersOnly(mesh),
        new ConfigurationBySlot(chosen),
        new LocalPromiseFirst(journals),
        new BallotNeverReused(),
        new OneChosenBatch(),
        new ChosenStaysChosen(chosen),
        new ChosenIsNotAccepted(chosen),
        new CommittedIsChosen(chosen),
        new VerdictIsFinal(),
        new AppliedInOrder(chosen, reference),
        new ExactlyOnce(reference),
        new DeterministicApply(reference),
        new FlushInOrder(),
        new OneRevisionPerWrite(reference),
        new NoEarlyExpiry(mesh, reference),
        new RefusedHasNoEffect(reference),
        new EveryWriteResolvable(reference),
        new TotalConserved(reference, accounts),
        new TransferOnce(accounts),
        new Linearizable(reference, recorder),
        new PeerLedgerNeverForgets());
  }
}
