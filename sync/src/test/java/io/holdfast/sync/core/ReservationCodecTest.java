package io.holdfast.sync.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.control.Pool;
import io.holdfast.sync.core.reservation.Exclusion;
import io.holdfast.sync.core.reservation.PoolPlace;
import io.holdfast.sync.core.reservation.Reservation;
import io.holdfast.sync.core.reservation.ReservationAnswer;
import io.holdfast.sync.core.reservation.ReservationCodec;
import io.holdfast.sync.core.reservation.ReservationDraw;
import io.holdfast.sync.core.reservation.ReservationOutcome.Code;
import io.holdfast.sync.core.reservation.ReservationOutcome.Entry;
import io.holdfast.sync.core.reservation.ReservationOutcome.Kind;
import io.holdfast.sync.core.reservation.ReservationOutcome.Refused;
import io.holdfast.sync.core.reservation.ReservationQuery;
import io.holdfast.sync.core.reservation.ReservationQueryCodec;
import io.holdfast.sync.core.reservation.ReservationRequest;
import io.holdfast.sync.core.reservation.ReservationRequest.Any;
import io.holdfast.sync.core.reservation.ReservationRequest.Ask;
import io.holdfast.sync.core.reservation.ValueKey;
import io.holdfast.sync.wire.CommandProto;
import io.holdfast.sync.wire.ReservationQueryProto;
import io.holdfast.sync.wire.ReservationRequestProto;
import io.holdfast.sync.wire.ReserveAskProto;
import io.holdfast.sync.wire.ReserveProto;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The bytes of what is about reservations. */
class ReservationCodecTest {

  private static final Reservation ONE =
      new Reservation(
          "ports", "h1", -7, "h1", "/\u00e4 ", "T ", "p", "\ud83d\ude00", "ann", 1, 2, 3);
  private static final Reservation IN_MESH =
      new Reservation(
          "ids", "", Pool.MAX_NUMBER, "h2", "/", "", "", "", "", 0, Long.MAX_VALUE, Long.MAX_VALUE);

  private static ByteString encoded(ReservationRequest request) {
    return CommandCodec.encode(Commands.of(5, new Command.OnReservations(request)));
  }

  @Test
  void requestsComeBackAsTheyWere() {
    ReservationDraw draw = new ReservationDraw(new Random(3));
    for (int n = 0; n < 2_000; n++) {
      ReservationRequest request = draw.request();
      WriteCommand write = CommandCodec.decode(encoded(request));
      assertThat(write.command()).isEqualTo(new Command.OnReservations(request));
      assertThat(CommandCodec.encode(write)).isEqualTo(encoded(request));
      ReservationQuery plan = new ReservationQuery.Plan(request);
      assertThat(ReservationQueryCodec.fromProto(ReservationQueryCodec.toProto(plan)))
          .isEqualTo(plan);
    }
  }

  @Test
  void isOfVersionFourAndTheOthersAreOfTheOnesThatTheyWereOf() throws Exception {
    assertThat(version(encoded(new ReservationRequest.Expire(Optional.empty())))).isEqualTo(4);
    assertThat(version(CommandCodec.encode(Commands.put(1, "k", "v")))).isEqualTo(1);
    assertThat(version(CommandCodec.encode(Commands.of(1, new Command.GrantLease(5)))))
        .isEqualTo(2);
    ControlPin pin = ControlPin.to(StateHeader.empty(Commands.terms(1)).control(), "", 1);
    assertThat(version(CommandCodec.encode(Commands.put(1, "k", "v").with(pin)))).isEqualTo(3);
  }

  private static int version(ByteString command) throws InvalidProtocolBufferException {
    return CommandProto.parseFrom(command).getVersion();
  }

  @Test
  void whatIsAbsentIsNotWhatIsEmpty() {
    ReservationRequest absent = asking(Optional.empty());
    ReservationRequest empty = asking(Optional.of(""));
    assertThat(encoded(absent)).isNotEqualTo(encoded(empty));
    assertThat(CommandCodec.requestDigest(new Command.OnReservations(absent)))
        .isNotEqualTo(CommandCodec.requestDigest(new Command.OnReservations(empty)));
  }

  private static ReservationRequest asking(Optional<String> project) {
    Ask ask = new Ask("ports", "/a", "", project, Optional.empty(), Any.FREE);
    return new ReservationRequest.Reserve("h1", List.of(ask), false);
  }

  @Test
  void resultsComeBackAsTheyWere() {
    List<CommandResult.Detailed> results = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      results.add(
          new CommandResult.ReservationsDone(
              9, true, 70, Optional.of(List.of(new Entry(kind, ONE), new Entry(kind, IN_MESH)))));
    }
    results.add(new CommandResult.ReservationsDone(0, false, 0, Optional.of(List.of())));
    results.add(new CommandResult.ReservationsDone(0, false, 0, Optional.empty()));
    for (Code code : Code.values()) {
      results.add(
          new CommandResult.ReservationsRefused(
              new Refused(
                  code,
                  63,
                  "ports",
                  Optional.of(-7L),
                  Optional.of(ONE).filter(holder -> code.mayNameHolder()))));
      results.add(
          new CommandResult.ReservationsRefused(
              new Refused(code, 0, "", Optional.empty(), Optional.empty())));
    }
    for (CommandResult.Detailed result : results) {
      CommandOutcome outcome = new CommandOutcome(result, true, new Slot(3));
      assertThat(CommandCodec.decodeOutcome(CommandCodec.encode(outcome))).isEqualTo(outcome);
      assertThat(StoreCodec.decodeAnswer(StoreCodec.encodeAnswer(result))).isEqualTo(result);
      WriteIdTable table = new WriteIdTable(10, 0, 0);
      table.add(
          new WriteIdRecord(
              Commands.id(1),
              CommandCodec.requestDigest(new Command.Resolve()),
              new Slot(3),
              result));
      assertThat(table.record(0).result()).as("in memory").isEqualTo(result.inShort());
    }
  }

  @Test
  void answersComeBackAsTheyWere() {
    for (ReservationAnswer answer :
        List.of(
            new ReservationAnswer.Found(List.of(ONE, IN_MESH), true),
            new ReservationAnswer.WouldDo(true, 70, List.of(new Entry(Kind.GIVEN, ONE))),
            new ReservationAnswer.WouldRefuse(
                new Refused(Code.CONFLICT, 1, "ports", Optional.of(1L), Optional.of(ONE))),
            new ReservationAnswer.Pools(
                ReservationDraw.POOLS.pools().stream()
                    .map(
                        pool ->
                            new ReservationAnswer.PoolUse(
                                pool, 3, List.of(new Exclusion(new Pool.Span(-1, 4), "why")), true))
                    .toList()))) {
      assertThat(ReservationQueryCodec.fromProto(ReservationQueryCodec.toProto(answer)))
          .isEqualTo(answer);
    }
    ReservationDraw draw = new ReservationDraw(new Random(5));
    for (int n = 0; n < 100; n++) {
      ReservationQuery find =
          new ReservationQuery.Find(
              draw.filter(n % 2 == 0),
              n % 3 == 0 ? Optional.of(new ValueKey("ports", "h1", -n)) : Optional.empty(),
              1 + n);
      assertThat(ReservationQueryCodec.fromProto(ReservationQueryCodec.toProto(find)))
          .isEqualTo(find);
    }
  }

  @Test
  void rowsComeBackAsTheyWere() {
    assertThat(StoreCodec.decodeReservation(StoreCodec.encodeReservation(ONE))).isEqualTo(ONE);
    List<Exclusion> some = List.of(new Exclusion(new Pool.Span(1, 4), "why"));
    PoolPlace place = new PoolPlace("ids", "");
    var row = StoreCodec.decodeExclusions(StoreCodec.encodeExclusions(place, some));
    assertThat(row.getKey()).isEqualTo(place);
    assertThat(row.getValue()).isEqualTo(some);
  }

  /** Whatever is done to bytes, they are a command, or unreadable; nothing else is thrown. */
  @Test
  void damagedBytesAreUnreadable() {
    Random random = new Random(11);
    ReservationDraw draw = new ReservationDraw(random);
    int read = 0;
    for (int n = 0; n < 20_000; n++) {
      byte[] bytes = encoded(draw.request()).toByteArray();
      for (int times = random.nextInt(3); times >= 0; times--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      try {
        WriteCommand unused = CommandCodec.decode(ByteString.copyFrom(bytes));
        read++;
      } catch (UnreadableBytes expected) {
        assertThat(expected).hasMessageMatching("(?s)command: .*");
      }
    }
    assertThat(read).isBetween(1_000, 19_000);
    ByteString result =
        CommandCodec.encode(
            new CommandOutcome(
                new CommandResult.ReservationsDone(
                    9, true, 1, Optional.of(List.of(new Entry(Kind.GIVEN, ONE)))),
                false,
                new Slot(1)));
    for (int n = 0; n < 20_000; n++) {
      byte[] bytes = result.toByteArray();
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      try {
        CommandOutcome unused = CommandCodec.decodeOutcome(ByteString.copyFrom(bytes));
      } catch (UnreadableBytes expected) {
        assertThat(expected).hasMessageMatching("(?s)(outcome|result): .*");
      }
    }
    ByteString query =
        ReservationQueryCodec.toProto(new ReservationQuery.Plan(draw.request())).toByteString();
    for (int n = 0; n < 5_000; n++) {
      byte[] bytes = query.toByteArray();
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      try {
        ReservationQuery unused =
            ReservationQueryCodec.fromProto(ReservationQueryProto.parseFrom(bytes));
      } catch (IllegalArgumentException | InvalidProtocolBufferException expected) {
        assertThat(expected).isNotNull();
      }
    }
  }

  @Test
  void listsBeyondWhatThereMayBeAreUnreadable() {
    ReserveAskProto ask =
        ReserveAskProto.newBuilder().setPool("ports").setPath("/a").setExact(1).build();
    ReservationRequestProto many =
        ReservationRequestProto.newBuilder()
            .setReserve(
                ReserveProto.newBuilder().setHost("h1").addAllAsks(Collections.nCopies(65, ask)))
            .build();
    assertUnreadable(many, "asks: 65");
    assertUnreadable(
        ReservationRequestProto.newBuilder()
            .setReserve(
                ReserveProto.newBuilder()
                    .setHost("h1")
                    .addAsks(
                        ask.toBuilder()
                            .setAny(
                                io.holdfast.sync.wire.AnyNumberProto.newBuilder()
                                    .addAllPreferred(Collections.nCopies(257, 1L)))))
            .build(),
        "preferred numbers: 257");
    assertUnreadable(ReservationRequestProto.getDefaultInstance(), "no request");
    assertThat(new Any(Collections.nCopies(256, 1L), List.of(), OptionalLong.empty())).isNotNull();
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(
            () ->
                ReservationCodec.entries(
                    Collections.nCopies(65, ReservationCodec.toProto(new Entry(Kind.KEPT, ONE)))))
        .withMessageContaining("entries: 65");
  }

  private static void assertUnreadable(ReservationRequestProto request, String why) {
    ByteString bytes =
        CommandProto.newBuilder()
            .setVersion(4)
            .setWriteId(Commands.id(1).bytes())
            .setRequest(io.holdfast.sync.wire.RequestProto.newBuilder().setReservations(request))
            .build()
            .toByteString();
    assertThatExceptionOfType(UnreadableBytes.class)
        .isThrownBy(() -> CommandCodec.decode(bytes))
        .withMessageContaining(why);
  }
}
