package io.holdfast.sync.core;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.config.core.control.PolicyManifest;
import io.holdfast.sync.wire.CommandProto;
import io.holdfast.sync.wire.OutcomeProto;
import io.holdfast.sync.wire.RequestProto;
import java.util.Optional;

/**
 * The canonical bytes of commands and their outcomes: equal values have equal bytes, in every
 * version of this software, since digests of them are kept for good. What an older version could
 * write is still written as it did, version number included.
 */
public final class CommandCodec {

  /** The newest version read. */
  public static final int VERSION = 4;

  private static final int BEFORE_PLANS = 1;
  private static final int BEFORE_EPOCHS = 2;
  private static final int BEFORE_RESERVATIONS = 3;

  private CommandCodec() {}

  /** The bytes of a batch's command entry. */
  public static ByteString encode(WriteCommand write) {
    RequestProto request = RequestCodec.toProto(write.command());
    CommandProto.Builder proto =
        CommandProto.newBuilder()
            .setVersion(versionOf(write))
            .setWriteId(write.id().bytes())
            .setRequest(request);
    write.plan().ifPresent(plan -> proto.setPlan(PlanCodec.toProto(plan)));
    write.pin().ifPresent(pin -> proto.setPin(ControlCodec.toProto(pin)));
    return proto.build().toByteString();
  }

  private static int versionOf(WriteCommand write) {
    if (!isBeforeReservations(write)) {
      return VERSION;
    }
    if (write.pin().isPresent() || !RequestCodec.isBeforeEpochs(write.command())) {
      return BEFORE_RESERVATIONS;
    }
    return write.plan().isEmpty() && RequestCodec.isBeforePlans(write.command())
        ? BEFORE_PLANS
        : BEFORE_EPOCHS;
  }

  /**
   * Whether software that knew no reservations could write this, and makes of it what this does. It
   * knew leases of nobody in particular only, and activated no set that says how long
   * acknowledgements may take.
   */
  private static boolean isBeforeReservations(WriteCommand write) {
    Command command = write.command();
    boolean owned = !write.pin().map(ControlPin::principal).orElse("").isEmpty();
    return !(command instanceof Command.OnReservations)
        && !(command instanceof Command.GrantLease && owned)
        && !(command instanceof Command.Activate activate && changesAckTimeout(activate));
  }

  private static boolean changesAckTimeout(Command.Activate activate) {
    return activate.activation().changes().values().stream()
        .flatMap(Optional::stream)
        .anyMatch(
            document ->
                document.manifest() instanceof PolicyManifest policy
                    && policy.ackTimeout().isPresent());
  }

  /**
   * Reads a command entry. The digest is computed from what was read: an entry cannot claim one.
   *
   * @throws UnreadableBytes when this is no command, or one beyond {@link CommandLimits}
   */
  public static WriteCommand decode(ByteString bytes) {
    try {
      CommandProto proto = CommandProto.parseFrom(bytes);
      UnreadableBytes.checkVersion("command", proto.getVersion(), BEFORE_PLANS, VERSION);
      Command command = RequestCodec.fromProto(proto.getRequest());
      CommandLimits.excessOf(command)
          .ifPresent(
              excess -> {
                throw new UnreadableBytes("command", excess);
              });
      return new WriteCommand(
          WriteId.ofBytes(proto.getWriteId()),
          requestDigest(command),
          command,
          proto.hasPlan() ? Optional.of(PlanCodec.fromProto(proto.getPlan())) : Optional.empty(),
          proto.hasPin() ? Optional.of(pin(proto, command)) : Optional.empty());
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      throw new UnreadableBytes("command", String.valueOf(e.getMessage()));
    }
  }

  /** A lease that was granted before leases had owners stays nobody's, wherever it is executed. */
  private static ControlPin pin(CommandProto proto, Command command) {
    ControlPin pin = ControlCodec.fromProto(proto.getPin());
    return command instanceof Command.GrantLease && proto.getVersion() <= BEFORE_RESERVATIONS
        ? new ControlPin(pin.number(), pin.setHash(), "", pin.millis())
        : pin;
  }

  static Digest requestDigest(Command command) {
    return Digest.of(RequestCodec.toProto(command).toByteString());
  }

  /** The bytes of an outcome, as they enter the hash chain and reach the coordinator. */
  public static ByteString encode(CommandOutcome outcome) {
    return OutcomeProto.newBuilder()
        .setVersion(versionOf(outcome.result()))
        .setSlot(outcome.slot().number())
        .setReplayed(outcome.replayed())
        .setResult(ResultCodec.toProto(outcome.result()))
        .build()
        .toByteString();
  }

  private static int versionOf(CommandResult result) {
    if (ResultCodec.isBeforePlans(result)) {
      return BEFORE_PLANS;
    }
    if (ResultCodec.isOfReservations(result)) {
      return VERSION;
    }
    return ResultCodec.isBeforeEpochs(result) ? BEFORE_EPOCHS : BEFORE_RESERVATIONS;
  }

  /**
   * Reads {@link #encode(CommandOutcome)}.
   *
   * @throws UnreadableBytes when this is no outcome
   */
  public static CommandOutcome decodeOutcome(ByteString bytes) {
    try {
      OutcomeProto proto = OutcomeProto.parseFrom(bytes);
      UnreadableBytes.checkVersion("outcome", proto.getVersion(), BEFORE_PLANS, VERSION);
      return new CommandOutcome(
          ResultCodec.fromProto(proto.getResult()),
          proto.getReplayed(),
          new io.holdfast.acceptor.core.Slot(proto.getSlot()));
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      throw new UnreadableBytes("outcome", String.valueOf(e.getMessage()));
    }
  }
}
