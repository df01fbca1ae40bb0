package io.holdfast.chaos.sim;

import io.holdfast.chaos.history.HistoryRecorder;
import java.util.List;
import java.util.Set;

/** All invariants that a simulation watches. */
final class Invariants {

  /** Rules of which only the cores themselves can see that they are broken. */
  static final Set<String> REPORTED_BY_CORES =
      Set.of(NoPanic.NAME, "FreshBeatsShipped", "NoStoreReadInApply");

  private Invariants() {}

  /**
   * New ones for a run, each before those that follow from it.
   *
   * @param journals sees every event before they do
   * @param chosen likewise
   * @param knowledge likewise
   */
  static List<Invariant> all(
      SimMesh mesh,
      JournalView journals,
      ChosenLog chosen,
      ReferenceModel reference,
      HistoryRecorder recorder,
      DivergenceKnowledge knowledge) {
    Accounts accounts = mesh.scenario.workload().accounts();
    return List.of(
        new StorageFailureIsNotRejection(),
        new ReplyFromWrite(journals),
        new DurableBeforeReply(journals),
        new TaggedReply(),
        new PromiseNeverRegresses(),
        new AcceptedWithinPromise(),
        new OneValuePerBallot(),
        new TrimOnlyDurable(mesh, chosen),
        new SnapshotEqualsLog(reference),
        new StoreNotBehindJournal(),
        new QuorumsIntersect(chosen),
        new MembersOnly(mesh, chosen),
        new ConfigurationBySlot(chosen),
        new NothingAfterSeal(chosen),
        new LocalPromiseFirst(journals),
        new BallotNeverReused(),
        new OneChosenBatch(),
        new ChosenStaysChosen(chosen),
        new ChosenIsNotAccepted(chosen),
        new CommittedIsChosen(chosen),
        new VerdictIsFinal(),
        new OneEpochPerWrite(reference, mesh.coverage),
        new ActivationIsWhole(reference),
        new EpochsInOrder(reference, mesh.coverage),
        new StaleEvidenceNeverCounts(mesh, reference),
        new OneHolder(reference, mesh.coverage),
        new AllOrNothing(reference),
        new NothingExpiresEarly(reference),
        new AppliedInOrder(chosen, reference),
        new EvictionOnlyByRotation(),
        new AtMostOneRotation(reference, mesh.coverage),
        new CoveredOnly(reference),
        new ExactlyOnce(reference),
        new DeterministicApply(reference),
        new HealthyNeverDiverges(),
        new DivergedNeverLeads(knowledge),
        new DivergedServesNothing(knowledge),
        new FlushInOrder(),
        new CacheEqualsDisk(),
        new OneRevisionPerWrite(reference),
        new NoEarlyExpiry(mesh, reference),
        new RefusedHasNoEffect(reference),
        new EveryWriteResolvable(reference),
        new TotalConserved(reference, accounts),
        new TransferOnce(accounts),
        new WatchOnce(reference),
        new Linearizable(reference, recorder),
        new PeerLedgerNeverForgets());
  }
}
