package io.holdfast.mesh.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.holdfast.config.core.control.Pool;
import io.holdfast.mesh.http.ReservationForm;
import io.holdfast.sync.core.reservation.Exclusion;
import io.holdfast.sync.core.reservation.ReservationFilter;
import io.holdfast.sync.core.reservation.ReservationRequest;
import io.holdfast.sync.core.reservation.ReservationRequest.Any;
import io.holdfast.sync.core.reservation.ReservationRequest.Ask;
import io.holdfast.sync.core.reservation.ReservationRequest.Exact;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ReservationsTextTest {

  static Stream<ReservationRequest> requests() {
    Pool.Span span = new Pool.Span(-3, 5);
    return Stream.of(
        new ReservationRequest.Reserve(
            "h-1.example",
            List.of(
                new Ask("ports", "/a b/ü", "", Optional.empty(), Optional.empty(), Any.FREE),
                new Ask(
                    "ids",
                    "/",
                    "t\"",
                    Optional.of("p"),
                    Optional.of(""),
                    new Exact(-5_000_000_000L)),
                new Ask(
                    "ids",
                    "/",
                    "u",
                    Optional.of(""),
                    Optional.empty(),
                    new Any(List.of(3L, -1L), List.of(span), OptionalLong.of(17)))),
            true),
        new ReservationRequest.Release(
            List.of(
                ReservationFilter.ofPath("h", "/a", true),
                new ReservationFilter(
                    Optional.of("ports"),
                    Optional.of("h"),
                    Optional.empty(),
                    Optional.of("/a"),
                    false,
                    Optional.of(""),
                    Optional.of("p"),
                    OptionalLong.of(-7),
                    OptionalLong.of(1_800_000_000_001L)))),
        new ReservationRequest.Migrate("h", "/a", "/b", true),
        new ReservationRequest.Expire(Optional.empty()),
        new ReservationRequest.Expire(Optional.of("ports")),
        new ReservationRequest.Exclude("h", "ports", new Exclusion(span, "the \"old\" one")),
        new ReservationRequest.Include("h", "ports", span),
        new ReservationRequest.CompactExclusions("h", "ports"));
  }

  @ParameterizedTest
  @MethodSource("requests")
  void frontDoorReadsWhatAClientWrites(ReservationRequest request) throws Exception {
    assertThat(ReservationForm.read(ByteString.copyFromUtf8(ReservationsText.of(request))))
        .isEqualTo(request);
  }
}
