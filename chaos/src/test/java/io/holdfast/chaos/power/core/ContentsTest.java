package io.holdfast.chaos.power.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Shared pages against one array for each copy. */
final class ContentsTest {

  private static final int MOST = 20_000;

  /** A write, or a truncation where nothing is written; then perhaps a copy, which goes on. */
  record Step(int position, int length, boolean copies) {}

  @Provide
  Arbitrary<List<Step>> steps() {
    return Combinators.combine(
            Arbitraries.integers().between(0, MOST / 2),
            Arbitraries.integers().between(0, MOST / 2),
            Arbitraries.of(true, false))
        .as(Step::new)
        .list()
        .ofMaxSize(15);
  }

  @Property(tries = 500)
  void copiesAreApartHoweverTheyShare(@ForAll("steps") List<Step> steps) {
    Contents left = new Contents();
    byte[] leftModel = new byte[0];
    Contents going = new Contents();
    byte[] model = new byte[0];
    for (int n = 0; n < steps.size(); n++) {
      Step step = steps.get(n);
      if (step.length() == 0) {
        going.truncate(step.position());
        model = Arrays.copyOf(model, Math.min(model.length, step.position()));
      } else {
        byte[] bytes = new byte[step.length()];
        Arrays.fill(bytes, (byte) (n + 1));
        going.write(step.position(), bytes, 0, bytes.length);
        model = Arrays.copyOf(model, Math.max(model.length, step.position() + bytes.length));
        System.arraycopy(bytes, 0, model, step.position(), bytes.length);
      }
      assertThat(bytesOf(left)).isEqualTo(leftModel);
      if (step.copies()) {
        left = going;
        leftModel = model;
        going = going.copy();
      }
      assertThat(bytesOf(going)).isEqualTo(model);
      model = model.clone();
    }
  }

  private static byte[] bytesOf(Contents contents) {
    byte[] bytes = new byte[contents.size()];
    assertThat(contents.read(0, bytes, 0, bytes.length)).isEqualTo(bytes.length);
    return bytes;
  }
}
