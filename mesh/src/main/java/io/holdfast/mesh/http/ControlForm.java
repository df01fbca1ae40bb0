package io.holdfast.mesh.http;

import com.google.protobuf.ByteString;
import io.holdfast.config.core.control.Activation;
import io.holdfast.config.core.control.ControlRecord;
import io.holdfast.config.core.control.ControlState;
import io.holdfast.config.core.control.ManifestDocument;
import io.holdfast.config.core.control.ManifestReader;
import io.holdfast.config.core.control.ManifestType;
import io.holdfast.config.core.control.SetHash;
import io.holdfast.config.core.control.UnreadableManifest;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * What a body asks to be made active, or to be agreed to. What it leaves out is filled in from what
 * a node knows of the epoch that it names, so that the same body means the same when it is sent
 * again.
 *
 * @param number the epoch that is expected; absent: the active one
 * @param expectedHash the hash of its set, where it was given
 * @param setHash the hash of the set that is meant, where it was given
 * @param reason why, or empty
 * @param changes by type, what shall be active from then on; empty: none of that type any more
 */
record ControlForm(
    OptionalLong number,
    Optional<SetHash> expectedHash,
    Optional<SetHash> setHash,
    String reason,
    Map<ManifestType, Optional<ManifestDocument>> changes) {

  private static final List<String> FIELDS =
      List.of("expectedNumber", "expectedHash", "setHash", "reason", "manifests", "remove");
  private static final List<String> APPROVAL_FIELDS =
      List.of("expectedNumber", "expectedHash", "setHash");
  private static final String TYPES =
      Arrays.stream(ManifestType.values())
          .map(ManifestType::code)
          .collect(Collectors.joining(", "));

  /** What a body asks for that is to be planned or activated. */
  static ControlForm ofActivation(ByteString body) throws WrongForm {
    JsonForm form = JsonForm.of(body);
    form.only(FIELDS);
    Map<ManifestType, Optional<ManifestDocument>> changes = new EnumMap<>(ManifestType.class);
    given(form, body, changes);
    removed(form, changes);
    if (changes.isEmpty()) {
      throw form.wrong("manifests or remove is needed: this would change nothing");
    }
    return new ControlForm(
        number(form),
        hash(form, "expectedHash"),
        hash(form, "setHash"),
        reason(form),
        Map.copyOf(changes));
  }

  /** What a body agrees to. */
  static ControlForm ofApproval(ByteString body) throws WrongForm {
    JsonForm form = JsonForm.of(body);
    form.only(APPROVAL_FIELDS);
    if (!form.has("setHash")) {
      throw form.wrong("setHash", "is needed: the hash of the set that is agreed to");
    }
    ControlForm approval =
        new ControlForm(
            number(form), hash(form, "expectedHash"), hash(form, "setHash"), "", Map.of());
    return approval.numbered();
  }

  /** The same, refused where it names no epoch. */
  ControlForm numbered() throws WrongForm {
    if (number.isEmpty()) {
      throw new WrongForm("expectedNumber: is needed: the number of the epoch that was looked at");
    }
    return this;
  }

  private static void given(
      JsonForm form, ByteString body, Map<ManifestType, Optional<ManifestDocument>> changes)
      throws WrongForm {
    int index = 0;
    for (ByteString manifest : form.parts(body, "manifests")) {
      String path = "manifests[" + index++ + "]";
      ManifestDocument document;
      try {
        document = ManifestReader.read(manifest);
      } catch (UnreadableManifest e) {
        throw new WrongForm(path + ": " + e.getMessage());
      }
      if (changes.put(document.type(), Optional.of(document)) != null) {
        throw new WrongForm(path + ": a second manifest of kind " + document.type().code());
      }
    }
  }

  private static void removed(JsonForm form, Map<ManifestType, Optional<ManifestDocument>> changes)
      throws WrongForm {
    if (!form.has("remove")) {
      return;
    }
    for (String code : form.texts("remove")) {
      Optional<ManifestType> type = ManifestType.ofCode(code);
      if (type.isEmpty()) {
        throw form.wrong(
            "remove", "'" + RequestParameters.shortened(code) + "': allowed are " + TYPES);
      }
      if (changes.put(type.get(), Optional.empty()) != null) {
        throw form.wrong("remove", code + " is named twice, or given and removed");
      }
    }
  }

  private static OptionalLong number(JsonForm form) throws WrongForm {
    return form.number("expectedNumber", 0, Long.MAX_VALUE);
  }

  private static Optional<SetHash> hash(JsonForm form, String name) throws WrongForm {
    Optional<String> text = form.text(name);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(SetHash.parse(text.get()));
    } catch (IllegalArgumentException e) {
      throw form.wrong(name, "must be 64 hexadecimal digits in lower case");
    }
  }

  private static String reason(JsonForm form) throws WrongForm {
    String reason = form.text("reason").orElse("");
    if (reason.length() > Activation.MAX_REASON_CHARACTERS) {
      throw form.wrong(
          "reason", "must have at most " + Activation.MAX_REASON_CHARACTERS + " characters");
    }
    return reason;
  }

  // ---- What it comes to

  /**
   * The epoch that is expected, with its hash; absent where that is neither given nor known.
   *
   * @param known what a node has executed
   */
  Optional<Activation.Expected> expected(ControlState known) {
    long named = number.orElse(known.epoch().number());
    return expectedHash
        .or(() -> known.record(named).map(record -> record.epoch().setHash()))
        .map(hash -> new Activation.Expected(named, hash));
  }

  /**
   * The activation; absent where too little is known of the epoch that it expects.
   *
   * @param known what a node has executed
   * @throws WrongForm where what would come of it is no set
   */
  Optional<Activation> activation(ControlState known) throws WrongForm {
    Optional<Activation.Expected> expected = expected(known);
    if (expected.isEmpty()) {
      return Optional.empty();
    }
    Optional<SetHash> resulting = setHash;
    if (resulting.isEmpty()) {
      Optional<ControlRecord> base = known.record(expected.get().number());
      try {
        resulting = base.map(record -> record.set().with(changes).hash());
      } catch (IllegalArgumentException e) {
        throw new WrongForm(String.valueOf(e.getMessage()));
      }
    }
    return resulting.map(hash -> new Activation(expected.get(), hash, changes, reason));
  }
}
