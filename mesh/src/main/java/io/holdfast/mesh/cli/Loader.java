package io.holdfast.mesh.cli;

import com.google.protobuf.ByteString;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.WriteAnswer;
import io.holdfast.mesh.WriteRequest;
import io.holdfast.mesh.client.CallResult;
import io.holdfast.mesh.client.MeshClient;
import io.holdfast.mesh.client.WriteIds;
import io.holdfast.sync.core.Command;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Writes the records of a file, several at a time, and keeps on disk how far it has come.
 *
 * <p>One thread reads and sends; answers come on the client's event loop; both meet under this
 * object's lock. Two records with the same key are never in flight together, so the later one wins,
 * as the file has it. After the first failure nothing more is sent; what is in flight is waited
 * for.
 */
final class Loader {

  private static final int PROGRESS_EVERY = 1000;

  /** Why a load stopped before the end. */
  record Stop(long line, Exit exit, String why) {}

  /** What a load has come to. */
  record Summary(
      long written, long replayed, long skipped, long retries, long lines, Optional<Stop> stop) {}

  /** What is sent and not yet answered, or answered and waiting for an earlier one. */
  private record Pending(String digestThrough, long linesThrough, boolean written) {}

  private final MeshClient client;
  private final GroupId group;
  private final Path progressFile;
  private final int inFlightLimit;
  private final boolean skipBroken;
  private final LongSupplier wallMillis;
  private final Console console;
  private final LongConsumer onProgress;

  // Under this object's lock.
  private LoadProgress progress;
  private final NavigableMap<Long, Pending> open = new TreeMap<>();
  private final NavigableMap<Long, Pending> answered = new TreeMap<>();
  private final Set<ByteString> keysInFlight = new HashSet<>();
  private long replayed;
  private long retries;
  private long sinceSaved;
  private Optional<Stop> stop = Optional.empty();

  Loader(
      MeshClient client,
      GroupId group,
      Path progressFile,
      LoadProgress progress,
      int inFlightLimit,
      boolean skipBroken,
      LongSupplier wallMillis,
      Console console,
      LongConsumer onProgress) {
    this.client = client;
    this.group = group;
    this.progressFile = progressFile;
    this.progress = progress;
    this.inFlightLimit = inFlightLimit;
    this.skipBroken = skipBroken;
    this.wallMillis = wallMillis;
    this.console = console;
    this.onProgress = onProgress;
  }

  /**
   * Loads until the end of the file or the first failure.
   *
   * @throws IOException when the file or the progress file fails; what was acknowledged stays so
   */
  synchronized Summary run(RecordFile records) throws IOException, InterruptedException {
    try {
      while (stop.isEmpty()) {
        Optional<RecordFile.Entry> next = records.next();
        if (next.isEmpty()) {
          break;
        }
        take(
            next.get(),
            new Pending(
                records.digestSoFar(), records.lines(), next.get() instanceof RecordFile.Good));
      }
    } finally {
      while (!open.isEmpty()) {
        wait();
      }
      save();
    }
    long skipped =
        progress.skipped() + answered.values().stream().filter(place -> !place.written()).count();
    return new Summary(written(), replayed, skipped, retries, records.lines(), stop);
  }

  /** Acknowledged, be it by earlier runs; those behind an unanswered one count too. */
  private long written() {
    return progress.written() + answered.values().stream().filter(Pending::written).count();
  }

  private void take(RecordFile.Entry entry, Pending place)
      throws IOException, InterruptedException {
    if (entry.line() <= progress.doneLines()) {
      return; // an earlier run has had its answer
    }
    if (entry instanceof RecordFile.Broken broken) {
      if (!skipBroken) {
        stop = Optional.of(new Stop(broken.line(), Exit.USAGE, broken.why()));
        return;
      }
      console.err().println("holdfast: line " + broken.line() + " skipped: " + broken.why());
      answered.put(broken.line(), place);
      advance();
      return;
    }
    send((RecordFile.Good) entry, place);
  }

  private void send(RecordFile.Good record, Pending place)
      throws IOException, InterruptedException {
    while (open.size() >= inFlightLimit || keysInFlight.contains(record.key())) {
      wait();
    }
    if (stop.isPresent()) {
      return;
    }
    long block = LoadProgress.blockOf(record.line());
    if (!progress.blockMillis().containsKey(block)) {
      progress.blockMillis().put(block, wallMillis.getAsLong());
      save(); // the ids of this block are fixed on disk before the first of them leaves
    } else if (sinceSaved >= PROGRESS_EVERY) {
      save();
    }
    open.put(record.line(), place);
    keysInFlight.add(record.key());
    String writeId = writeId(record, progress.blockMillis().get(block));
    WriteRequest write =
        new WriteRequest(
            group,
            Optional.of(writeId),
            new Command.Put(record.key(), record.value()),
            Optional.empty());
    client
        .write(write)
        .whenComplete(
            (result, bug) -> {
              if (bug != null) {
                failed(record, Exit.INTERNAL, "a bug: " + bug);
              } else {
                told(record, result);
              }
            });
  }

  /** The same for the same line of the same load with the same content, whoever sends it. */
  private String writeId(RecordFile.Good record, long millis) {
    MessageDigest digest = RecordFile.sha256();
    digest.update(progress.load().getBytes(StandardCharsets.UTF_8));
    digest.update(
        ByteBuffer.allocate(16).putLong(record.line()).putLong(record.key().size()).flip());
    digest.update(record.key().toByteArray());
    digest.update(record.value().toByteArray());
    return WriteIds.derived(millis, digest.digest());
  }

  private synchronized void told(RecordFile.Good record, CallResult<WriteAnswer> result) {
    retries += Math.max(0, result.trail().attempts() - 1);
    if (!(result instanceof CallResult.Answered<WriteAnswer> answer)) {
      failed(record, Exit.UNREACHABLE, ((CallResult.Unheard<WriteAnswer>) result).detail());
      return;
    }
    WriteAnswer told = answer.answer();
    if (told.code() != OutcomeCode.COMMITTED) {
      Exit exit = Exit.INTERNAL;
      for (Exit candidate : Exit.values()) {
        if (candidate.status() == told.code().exitStatus()) {
          exit = candidate;
        }
      }
      failed(record, exit, told.code().code() + ": " + told.detail());
      return;
    }
    if (told.result().map(WriteAnswer.Executed::replayed).orElse(false)) {
      replayed++;
    }
    Pending place = open.remove(record.line());
    if (place != null) {
      answered.put(record.line(), place);
    }
    keysInFlight.remove(record.key());
    sinceSaved++;
    advance();
    onProgress.accept(written());
    notifyAll();
  }

  private synchronized void failed(RecordFile.Good record, Exit exit, String why) {
    open.remove(record.line());
    keysInFlight.remove(record.key());
    if (stop.isEmpty() || stop.get().line() > record.line()) {
      stop = Optional.of(new Stop(record.line(), exit, why));
    }
    notifyAll();
  }

  /** Moves the done prefix over every answered record that no earlier one holds up. */
  private void advance() {
    long bound = open.isEmpty() ? Long.MAX_VALUE : open.firstKey();
    if (stop.isPresent()) {
      bound = Math.min(bound, stop.get().line());
    }
    while (!answered.isEmpty() && answered.firstKey() < bound) {
      Pending place = answered.pollFirstEntry().getValue();
      NavigableMap<Long, Long> blocks =
          progress.blockMillis().tailMap(LoadProgress.blockOf(place.linesThrough()), true);
      progress =
          new LoadProgress(
              progress.load(),
              place.linesThrough(),
              place.digestThrough(),
              blocks,
              progress.written() + (place.written() ? 1 : 0),
              progress.skipped() + (place.written() ? 0 : 1));
    }
  }

  private void save() throws IOException {
    advance();
    progress.write(progressFile);
    sinceSaved = 0;
  }
}
