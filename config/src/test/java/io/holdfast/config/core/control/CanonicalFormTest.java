package io.holdfast.config.core.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The examples of RFC 8785. */
class CanonicalFormTest {

  @Test
  void section322() {
    String json =
        """
        {
          "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
          "string": "\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\"\\/",
          "literals": [null, true, false]
        }""";
    assertThat(CanonicalForm.ofJson(json))
        .isEqualTo(
            ByteString.copyFrom(
                HexFormat.ofDelimiter(" ")
                    .parseHex(
                        "7b 22 6c 69 74 65 72 61 6c 73 22 3a 5b 6e 75 6c 6c 2c 74 72 75 65 2c 66 61"
                            + " 6c 73 65 5d 2c 22 6e 75 6d 62 65 72 73 22 3a 5b 33 33 33 33 33 33"
                            + " 33 33 33 2e 33 33 33 33 33 33 33 2c 31 65 2b 33 30 2c 34 2e 35 2c 30"
                            + " 2e 30 30 32 2c 31 65 2d 32 37 5d 2c 22 73 74 72 69 6e 67 22 3a 22 e2"
                            + " 82 ac 24 5c 75 30 30 30 66 5c 6e 41 27 42 5c 22 5c 5c 5c 5c 5c 22 2f"
                            + " 22 7d")));
  }

  @Test
  void section323SortsByUtf16() {
    Map<String, Part> fields = new LinkedHashMap<>();
    for (String name : List.of("\u20ac", "\r", "\ufb33", "1", "\ud83d\ude00", "\u0080", "\u00f6")) {
      fields.put(name, new Part.Whole(fields.size(), 1));
    }
    assertThat(CanonicalForm.of(new Part.Fields(fields, 1)).toStringUtf8())
        .isEqualTo(
            "{\"\\r\":1,\"1\":3,\"\u0080\":5,\"\u00f6\":6,\"\u20ac\":0,\"\ud83d\ude00\":4,\"\ufb33\":2}");
  }

  @Test
  void emptyObjectsAndListsStay() {
    Part part =
        new Part.Items(
            List.of(
                new Part.Items(List.of(), 1),
                new Part.Fields(Map.of(), 1),
                new Part.Flag(false, 1),
                new Part.Text("", 1)),
            1);
    assertThat(CanonicalForm.of(part).toStringUtf8()).isEqualTo("[[],{},false,\"\"]");
  }

  @Test
  void wholeNumbersAreExactAsFarAsDoublesAre() {
    for (long value :
        new long[] {0, -1, 7, Pool.MAX_NUMBER, -Pool.MAX_NUMBER, 1_000_000_000_000L}) {
      assertThat(
              CanonicalForm.of(new Part.Items(List.of(new Part.Whole(value, 1)), 1)).toStringUtf8())
          .isEqualTo("[" + value + "]");
    }
  }

  @Test
  void canonicalFormOfACanonicalFormIsItself() {
    var random = new Random(8785);
    for (int i = 0; i < 300; i++) {
      var text = new StringBuilder();
      for (int length = random.nextInt(8); length > 0; length--) {
        int character = random.nextInt(random.nextBoolean() ? 0x80 : 0x11000);
        text.appendCodePoint(character >= 0xd800 && character < 0xe000 ? 'x' : character);
      }
      ByteString form =
          CanonicalForm.of(new Part.Fields(Map.of("a", new Part.Text(text.toString(), 1)), 1));
      assertThat(CanonicalForm.ofJson(form.toStringUtf8())).isEqualTo(form);
      assertThat(
              ((Part.Text)
                      ((Part.Fields) JsonParts.read(form.toStringUtf8()).orElseThrow())
                          .parts()
                          .values()
                          .iterator()
                          .next())
                  .value())
          .isEqualTo(text.toString());
    }
  }
}
