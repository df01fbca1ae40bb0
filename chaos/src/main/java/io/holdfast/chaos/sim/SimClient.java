package io.holdfast.chaos.sim;

import com.google.protobuf.ByteString;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.core.ClientRequest;
import io.holdfast.sync.core.Caller;
import io.holdfast.sync.core.Command;
import io.holdfast.sync.core.ReadQuery;
import io.holdfast.sync.core.WriteCommand;
import io.holdfast.sync.core.WriteId;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A client: asks any node for one thing after the other. */
abstract class SimClient {

  /** Milliseconds that a client's clock may be wrong. */
  private static final long FARTHEST_OFF = 25_000;

  /**
   * The same where few ids are remembered: the first of them is the first to be dropped, so that
   * one dated ahead keeps the others, and in the end everyone else's out, for as long.
   */
  private static final long NOT_FAR_OFF = 2_000;

  /** Ids enough for a whole run. */
  private static final int MANY_IDS = 10_000;

  private static final int MOST_ATTEMPTS = 4;

  final SimMesh mesh;
  final String name;
  final SplittableRandom random;
  final Doors doors;
  private final long wallOffsetMillis;
  private final Caller self;
  private boolean stopped;
  private int waiting;

  SimClient(SimMesh mesh, Doors doors, String name, SplittableRandom random) {
    this.mesh = mesh;
    this.doors = doors;
    this.name = name;
    this.random = random;
    this.self =
        mesh.scenario.workload().operating() > 0
            ? ControlSets.ownerOf(name, mesh.scenario.seed())
            : Caller.ANYBODY;
    boolean wrong = mesh.scenario.profile().includes(Profile.CLOCKS) && random.nextInt(4) == 0;
    long farthest = mesh.scenario.terms().writeIdWindow() < MANY_IDS ? NOT_FAR_OFF : FARTHEST_OFF;
    this.wallOffsetMillis = wrong ? random.nextLong(-farthest, farthest) : random.nextLong(-50, 50);
  }

  final void start() {
    rest();
  }

  /** It begins nothing new. */
  final void stop() {
    stopped = true;
  }

  /** Whether it is owed an answer. */
  final boolean waits() {
    return waiting > 0;
  }

  /** Thinks, and then goes on. */
  final void rest() {
    goOnAfter(VirtualTime.MILLI * (1 + random.nextInt(mesh.scenario.thinkMillis())));
  }

  final void goOnAfter(long nanos) {
    mesh.time.after(
        nanos,
        () -> {
          if (!stopped) {
            next();
          }
        });
  }

  /** Begins something, after which it rests. */
  abstract void next();

  // ---- Asking

  final int anyNode() {
    return random.nextInt(mesh.scenario.nodes());
  }

  final WriteId newId() {
    return WriteId.of(
        SimClock.EPOCH_MILLIS + mesh.time.now() / VirtualTime.MILLI + wallOffsetMillis,
        new UUID(random.nextLong(), random.nextLong()));
  }

  /** Who this is, as long as it does not pretend to be somebody else. */
  final Caller caller() {
    return self;
  }

  static ClientRequest.Write request(WriteId id, Command command) {
    return request(id, command, Caller.ANYBODY);
  }

  static ClientRequest.Write request(WriteId id, Command command, Caller caller) {
    return ClientRequest.Write.of(WriteCommand.of(id, command), caller);
  }

  static ByteString bytes(String text) {
    return ByteString.copyFromUtf8(text);
  }

  final void begin(ClientOperation operation, int node, Conversation.Manners manners) {
    mesh.coverage.count("operations");
    waiting++;
    new Conversation(
            mesh,
            doors,
            random,
            operation,
            new Conversation.Manners() {
              @Override
              public boolean asksAgain(OutcomeCode code) {
                return manners.asksAgain(code);
              }

              @Override
              public void ended(@Nullable OutcomeCode code) {
                waiting--;
                manners.ended(code);
              }
            })
        .attempt(node);
  }

  /** Reads a key, once. */
  final void read(ByteString key, Consumer<ClientOperation> then) {
    ask(
        new ClientOperation(
            name, new ClientRequest.Read(ReadQuery.of(key), caller()), Optional.empty()),
        1,
        then);
  }

  /** Writes, and tries again a few times where that may help, and no longer. */
  final void write(Command command, Consumer<ClientOperation> then) {
    ask(
        new ClientOperation(name, request(newId(), command, caller()), Optional.empty()),
        MOST_ATTEMPTS,
        then);
  }

  final void ask(ClientOperation operation, int attempts, Consumer<ClientOperation> then) {
    begin(
        operation,
        anyNode(),
        new Conversation.Manners() {
          @Override
          public boolean asksAgain(OutcomeCode code) {
            return !operation.isSettled() && operation.attempts() < attempts;
          }

          @Override
          public void ended(@Nullable OutcomeCode code) {
            then.accept(operation);
          }
        });
  }

  /**
   * Writes, tries again under the same id, and where that does not help has it resolved, for as
   * long as it takes (EveryWriteResolvable).
   *
   * @param transfer what it means, if it is a transfer
   * @param then is told the operation that settled it: the write, or a resolve of it
   */
  final void settle(Command command, Optional<Transfer> transfer, Consumer<ClientOperation> then) {
    WriteId id = newId();
    ClientOperation write = new ClientOperation(name, request(id, command, caller()), transfer);
    ask(
        write,
        1 + random.nextInt(MOST_ATTEMPTS),
        asked -> {
          if (asked.isSettled()) {
            then.accept(asked);
          } else {
            mesh.coverage.count("resolves");
            ClientRequest resolve = request(id, new Command.Resolve(), caller());
            ask(new ClientOperation(name, resolve, transfer), Integer.MAX_VALUE, then);
          }
        });
  }
}
