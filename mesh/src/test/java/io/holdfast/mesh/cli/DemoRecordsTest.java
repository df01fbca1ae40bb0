package io.holdfast.mesh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.math.BigInteger;
import java.time.LocalDate;
import java.time.Year;
import java.time.format.TextStyle;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class DemoRecordsTest {

  @Test
  void holdsThousandsOfRecordsWithKeysAllDifferent() throws IOException {
    assertThat(DemoRecords.read()).hasSizeGreaterThan(3000);
    assertThat(DemoRecords.read()).extracting(RecordFile.Good::key).doesNotHaveDuplicates();
  }

  @Test
  void saysWhatIsSoOfEveryInteger() throws IOException {
    int seen = 0;
    for (RecordFile.Good record : DemoRecords.read()) {
      String key = record.key().toStringUtf8();
      if (key.startsWith("integer/")) {
        int product = 1;
        for (JsonNode factor : json(record).path("primeFactors")) {
          assertThat(BigInteger.valueOf(factor.asInt()).isProbablePrime(50)).isTrue();
          product *= factor.asInt();
        }
        assertThat(product).isEqualTo(Integer.parseInt(key.substring(8)));
        seen++;
      }
    }
    assertThat(seen).isEqualTo(1400);
  }

  @Test
  void saysWhatIsSoOfEveryYear() throws IOException {
    for (RecordFile.Good record : DemoRecords.read()) {
      String key = record.key().toStringUtf8();
      if (key.startsWith("year/")) {
        int year = Integer.parseInt(key.substring(5));
        JsonNode json = json(record);
        assertThat(json.path("leap").asBoolean()).as(key).isEqualTo(Year.isLeap(year));
        assertThat(json.path("firstDay").asText())
            .isEqualTo(
                LocalDate.of(year, 1, 1)
                    .getDayOfWeek()
                    .getDisplayName(TextStyle.FULL, Locale.ENGLISH));
        assertThat(json.path("easterSunday").asText()).isEqualTo(easter(year).toString());
      }
    }
  }

  /** The anonymous Gregorian computus; the file was made with another form of it. */
  private static LocalDate easter(int year) {
    int a = year % 19;
    int b = year / 100;
    int c = year % 100;
    int h = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
    int l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
    int m = (a + 11 * h + 22 * l) / 451;
    int n = h + l - 7 * m + 114;
    return LocalDate.of(year, n / 31, n % 31 + 1);
  }

  private static JsonNode json(RecordFile.Good record) throws IOException {
    return new ObjectMapper().readTree(record.value().toStringUtf8());
  }
}
