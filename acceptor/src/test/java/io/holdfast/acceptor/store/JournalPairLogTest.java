package io.holdfast.acceptor.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.AcceptorEvent;
import io.holdfast.acceptor.core.AcceptorReply.AcceptedPair;
import io.holdfast.acceptor.core.AcceptorSnapshot.SlotSegment;
import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Batch;
import io.holdfast.acceptor.core.JournalCodec;
import io.holdfast.acceptor.core.Slot;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Segment 1 holds slots 128 to 255. */
@SuppressWarnings("NullAway.Init") // by JUnit
final class JournalPairLogTest {

  private static final Ballot LOW = TestNode.BALLOT;
  private static final Ballot HIGH = new Ballot(LOW.round() + 1, LOW.proposer());
  private static final long FIRST = 128;
  private static final long LAST = 255;
  private static final int BATCH_BYTES = 1_000;

  @TempDir Path directory;
  private DurableDatabase database;
  private JdbcEventJournal journal;
  private JournalWriter writer;
  private PairLog log;
  private final AtomicInteger rowsRead = new AtomicInteger();
  private long written;

  @BeforeEach
  void open() throws Exception {
    database = DurableDatabase.open(directory.resolve("journal"));
    journal = JdbcEventJournal.open(database);
    writer = JournalWriter.start(journal, failure -> {});
    log = new JournalPairLog(new JournalReader(counting(), writer, Runnable::run));
  }

  @AfterEach
  void close() throws Exception {
    writer.close();
    journal.close();
    database.close();
  }

  /** The journal, with its rows counted as they are read. */
  private EventJournal counting() {
    return (EventJournal)
        Proxy.newProxyInstance(
            EventJournal.class.getClassLoader(),
            new Class<?>[] {EventJournal.class},
            (self, method, arguments) -> {
              int last = arguments.length - 1;
              if (arguments[last] instanceof Consumer<?> consumer) {
                @SuppressWarnings("unchecked") // the only consumer there is
                Consumer<JournalRow> rows = (Consumer<JournalRow>) consumer;
                Consumer<JournalRow> counted =
                    row -> {
                      rowsRead.incrementAndGet();
                      rows.accept(row);
                    };
                arguments[last] = counted;
              }
              try {
                return method.invoke(journal, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause() == null ? e : e.getCause();
              }
            });
  }

  private void write(AcceptorEvent... events) throws SQLException {
    List<JournalRow> rows = new ArrayList<>();
    for (AcceptorEvent event : events) {
      SerializedPayload payload =
          new SerializedPayload(
              AcceptorSerializer.IDENTIFIER, "event", JournalCodec.bytesOf(event));
      rows.add(new JournalRow("a", ++written, false, "w", 0, "", payload, null, Set.of()));
    }
    journal.append(rows);
  }

  private static Batch batch(long slot, Ballot ballot) {
    byte[] bytes = new byte[BATCH_BYTES];
    bytes[0] = (byte) slot;
    bytes[1] = (byte) ballot.round();
    return Batch.of(ByteString.copyFrom(bytes));
  }

  private static AcceptedPair pair(long slot, Ballot ballot) {
    return new AcceptedPair(new Slot(slot), ballot, batch(slot, ballot));
  }

  private static AcceptorEvent accepted(long slot, Ballot ballot) {
    return new AcceptorEvent.PairAccepted(new Slot(slot), ballot, batch(slot, ballot));
  }

  private List<AcceptedPair> read(long from, int maxBytes) throws Exception {
    return log.read(
            "a", new SlotSegment(1, 1, written, 0), new Slot(from), new Slot(LAST), maxBytes)
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS);
  }

  private List<AcceptedPair> readInChunks(int maxBytes) throws Exception {
    List<AcceptedPair> pairs = new ArrayList<>();
    for (long next = FIRST; next <= LAST; next = FIRST + pairs.size()) {
      List<AcceptedPair> chunk = read(next, maxBytes);
      assertThat(chunk).isNotEmpty();
      pairs.addAll(chunk);
    }
    return pairs;
  }

  /** Slots accepted out of order, every fourth one again under a higher ballot, at the end. */
  private List<AcceptedPair> writeSegment() throws SQLException {
    List<AcceptedPair> expected = new ArrayList<>();
    for (long slot = FIRST; slot <= LAST; slot++) {
      write(accepted(slot ^ 1, LOW));
      expected.add(pair(slot, slot % 4 == 0 ? HIGH : LOW));
    }
    write(new AcceptorEvent.PromiseMade(HIGH));
    for (long slot = FIRST; slot <= LAST; slot += 4) {
      write(accepted(slot, HIGH));
    }
    return expected;
  }

  @Test
  void looksThroughASegmentOnceHoweverSmallTheChunks() throws Exception {
    List<AcceptedPair> expected = writeSegment();

    assertThat(readInChunks(BATCH_BYTES)).isEqualTo(expected);
    assertThat(rowsRead).hasValue((int) written + expected.size());
  }

  @Test
  void givesAsMuchAsWasAskedFor() throws Exception {
    List<AcceptedPair> expected = writeSegment();

    assertThat(read(FIRST + 10, 1 << 20)).isEqualTo(expected.subList(10, expected.size()));
    assertThat(read(FIRST, 5 * BATCH_BYTES)).isEqualTo(expected.subList(0, 4));
  }

  @Test
  void findsAPairThatWasAcceptedAfterTheSegmentWasLookedThrough() throws Exception {
    writeSegment();
    read(FIRST + 1, 1);
    write(accepted(FIRST + 1, HIGH), accepted(FIRST + 2, Ballot.BOTTOM));
    rowsRead.set(0);

    assertThat(read(FIRST + 1, 1)).containsExactly(pair(FIRST + 1, HIGH));
    assertThat(read(FIRST + 2, 1)).containsExactly(pair(FIRST + 2, LOW));
    assertThat(rowsRead).hasValue(4);
  }

  /** The acceptor counts an event to its segment when it is issued. */
  @Test
  void findsAPairThatWasStillBeingWrittenWhenTheSegmentWasLookedThrough() throws Exception {
    write(accepted(FIRST, LOW));
    written++;
    assertThat(read(FIRST, 1)).containsExactly(pair(FIRST, LOW));
    written--;
    write(accepted(FIRST, HIGH));

    assertThat(read(FIRST, 1)).containsExactly(pair(FIRST, HIGH));
  }

  @Test
  void stopsAtAHole() throws Exception {
    write(accepted(FIRST, LOW), accepted(FIRST + 1, LOW), accepted(FIRST + 3, LOW));

    assertThat(read(FIRST, 1 << 20)).containsExactly(pair(FIRST, LOW), pair(FIRST + 1, LOW));
    assertThat(read(FIRST + 2, 1 << 20)).isEmpty();
  }
}
