package io.holdfast.config.core.control;

import java.util.regex.Pattern;

/**
 * What a scalar of YAML without quotes is. Versions 1.1 and 1.2 of YAML take some for different
 * things; whoever wrote those is asked, and nothing is guessed.
 */
enum PlainScalar {
  /** Text in every version. */
  TEXT,
  /** True or false in every version. */
  FLAG,
  /** A whole number, the same in every version. */
  NUMBER,
  /** Null, or nothing. */
  NULL,
  /** Text to some, and to others a truth, a number, a date, or a merge of objects. */
  DOUBTFUL;

  private static final Pattern NULLS = Pattern.compile("|~|null|Null|NULL");

  /** The types of YAML 1.1 (yaml.org/type) and the core schema of YAML 1.2 (section 10.3.2). */
  private static final Pattern DOUBTS =
      Pattern.compile(
          "y|Y|yes|Yes|YES|n|N|no|No|NO|True|TRUE|False|FALSE|on|On|ON|off|Off|OFF|<<|="
              + "|[-+]?0b[01_]+|[-+]?0o?[0-7_]+|[-+]?0x[0-9a-fA-F_]+"
              + "|[-+]?[0-9][0-9_]*(:[0-5]?[0-9])*(\\.[0-9_]*)?([eE][-+]?[0-9]+)?"
              + "|[-+]?\\.[0-9_]+([eE][-+]?[0-9]+)?"
              + "|[-+]?\\.(inf|Inf|INF)|\\.(nan|NaN|NAN)"
              + "|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt \\t].*)?");

  /** What is longer is judged by how it begins: matching takes stack for each character. */
  private static final int LONGEST_MATCHED = 200;

  private static final Pattern NUMBER_LIKE = Pattern.compile("[-+.]?[0-9]");

  static PlainScalar of(String value) {
    if (value.length() > LONGEST_MATCHED) {
      return NUMBER_LIKE.matcher(value).lookingAt() ? DOUBTFUL : TEXT;
    }
    if (value.equals("true") || value.equals("false")) {
      return FLAG;
    }
    if (PartTree.isWhole(value)) {
      return NUMBER;
    }
    if (NULLS.matcher(value).matches()) {
      return NULL;
    }
    return DOUBTS.matcher(value).matches() ? DOUBTFUL : TEXT;
  }
}
