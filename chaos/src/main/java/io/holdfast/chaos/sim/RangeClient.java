package io.holdfast.chaos.sim;

import com.google.protobuf.ByteString;
import io.holdfast.mesh.ReadAnswer;
import io.holdfast.mesh.core.ClientRequest;
import io.holdfast.sync.core.Command;
import io.holdfast.sync.core.Comparison;
import io.holdfast.sync.core.Comparison.Field;
import io.holdfast.sync.core.Comparison.Relation;
import io.holdfast.sync.core.KeyRange;
import io.holdfast.sync.core.Operation;
import io.holdfast.sync.core.ReadDetail;
import io.holdfast.sync.core.ReadQuery;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;

/**
 * Uses many keys at once: puts some, reads and deletes ranges of them, within transactions and one
 * in another, and compacts the history now and then.
 */
final class RangeClient extends SimClient {

  private static final int KEYS = 24;
  private static final int MOST_OPERATIONS = 5;
  private static final int HISTORY = 50;

  private long revisionSeen;
  private int made;

  RangeClient(SimMesh mesh, Doors doors, int number, SplittableRandom random) {
    super(mesh, doors, "r" + number, random);
  }

  @Override
  void next() {
    if (random.nextInt(3) == 0) {
      look();
      return;
    }
    int draw = random.nextInt(100);
    if (draw < 8 && revisionSeen > 1) {
      mesh.coverage.count("compactions");
      write(
          new Command.Compact(Math.max(1, revisionSeen - random.nextInt(HISTORY))),
          this::learnAndRest);
    } else if (draw < 20) {
      mesh.coverage.count("range_deletes");
      write(deleting(range()), this::learnAndRest);
    } else {
      write(transaction(2), this::learnAndRest);
    }
  }

  /** Reads ranges, of now and of the past, and now and then of what is not yet. */
  private void look() {
    int draw = random.nextInt(100);
    OptionalLong revision =
        draw < 40 || revisionSeen < 1
            ? OptionalLong.empty()
            : OptionalLong.of(
                draw < 95
                    ? Math.max(1, revisionSeen - random.nextInt(2 * HISTORY))
                    : revisionSeen + HISTORY);
    ReadDetail detail = ReadDetail.values()[random.nextInt(ReadDetail.values().length)];
    KeyRange keys =
        switch (random.nextInt(4)) {
          case 0 -> KeyRange.key(key());
          case 1 -> Accounts.RANGE;
          default -> range();
        };
    ReadQuery query = new ReadQuery(keys, revision, 1 + random.nextInt(KEYS), detail);
    mesh.coverage.count(revision.isPresent() ? "past_reads" : "range_reads");
    ask(
        new ClientOperation(
            name,
            random.nextInt(4) == 0
                ? new ClientRequest.ReadLocal(query, Optional.empty(), caller())
                : new ClientRequest.Read(query, caller()),
            Optional.empty()),
        1,
        read -> {
          if (read.read() instanceof ReadAnswer.Compacted) {
            mesh.coverage.count("compacted_reads");
          } else if (read.read() instanceof ReadAnswer.Listed listed) {
            revisionSeen = Math.max(revisionSeen, listed.at().revision());
          }
          rest();
        });
  }

  private void learnAndRest(ClientOperation operation) {
    operation
        .revisionTaken()
        .ifPresent(revision -> revisionSeen = Math.max(revisionSeen, revision));
    rest();
  }

  private static Command deleting(KeyRange keys) {
    return new Command.Transaction(List.of(), List.of(new Operation.Delete(keys)), List.of());
  }

  private Command.Transaction transaction(int depth) {
    return new Command.Transaction(
        random.nextBoolean() ? List.of() : List.of(condition()),
        operations(depth),
        operations(depth));
  }

  private List<Operation> operations(int depth) {
    List<Operation> operations = new ArrayList<>();
    int many = random.nextInt(MOST_OPERATIONS);
    for (int i = 0; i < many; i++) {
      operations.add(operation(depth));
    }
    return operations;
  }

  private Operation operation(int depth) {
    int draw = random.nextInt(100);
    if (draw < 50) {
      return new Operation.Put(key(), bytes(name + "-" + made++), 0);
    } else if (draw < 60) {
      return new Operation.Delete(random.nextBoolean() ? KeyRange.key(key()) : range());
    } else if (draw < 85 || depth == 1) {
      ReadDetail detail = ReadDetail.values()[random.nextInt(ReadDetail.values().length)];
      return new Operation.Read(range(), 1 + random.nextInt(KEYS), detail);
    }
    return new Operation.Nested(transaction(depth - 1));
  }

  private Comparison condition() {
    KeyRange keys = random.nextBoolean() ? KeyRange.key(key()) : range();
    Relation relation = Relation.values()[random.nextInt(Relation.values().length)];
    return switch (random.nextInt(4)) {
      case 0 -> Comparison.presence(keys, random.nextBoolean());
      case 1 -> Comparison.value(keys, relation, bytes("r"));
      case 2 -> Comparison.number(keys, Field.VERSION, relation, random.nextInt(4));
      default ->
          Comparison.number(keys, Field.MOD_REVISION, relation, random.nextLong(revisionSeen + 1));
    };
  }

  private ByteString key() {
    return key(random.nextInt(KEYS));
  }

  private static ByteString key(int number) {
    return bytes("range-%02d".formatted(number));
  }

  private KeyRange range() {
    int first = random.nextInt(KEYS);
    return new KeyRange(key(first), key(first + 1 + random.nextInt(KEYS / 3)));
  }
}
