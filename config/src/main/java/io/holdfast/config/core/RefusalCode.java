package io.holdfast.config.core;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Why a greeting is refused. Names are stable: they cross the wire and stand in metrics. */
public enum RefusalCode {
  /** Another mesh. */
  FOREIGN_MESH,
  /** The other calls itself what this node is called. */
  OWN_NAME,
  /** The settings here do not name it as a peer. */
  NOT_A_PEER,
  /** Settings that must be equal are not. */
  SETTINGS_DIFFER,
  /** The name had state here under another incarnation: its directory was lost or emptied. */
  EMPTIED_DIRECTORY,
  /** A boot that lies in the past, or a second process with the same past: a copied directory. */
  STALE_COPY;

  /** The code as it crosses the wire: {@code stale_copy}. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The constant that crosses the wire as {@code code}; none for one that is not known here. */
  public static Optional<RefusalCode> of(String code) {
    return Arrays.stream(values()).filter(known -> known.code().equals(code)).findFirst();
  }
}
