package io.holdfast.mesh.actor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class LateActorTest {

  private final LateActor<Integer> late = new LateActor<>();
  private final List<Integer> heard = Collections.synchronizedList(new ArrayList<>());

  @Test
  void tellsFirstAndInOrderWhatWasSaidBeforeItStarted() {
    late.tell(1);
    late.tell(2);
    assertThat(heard).isEmpty();

    late.startedAs(heard::add);
    late.tell(3);
    assertThat(heard).containsExactly(1, 2, 3);
  }

  @Test
  void losesNothingAndReversesNothingWhileItStarts() throws Exception {
    CountDownLatch talking = new CountDownLatch(1);
    Thread talker =
        new Thread(
            () -> {
              for (int i = 0; i < 100_000; i++) {
                late.tell(i);
                if (i == 100) {
                  talking.countDown();
                }
              }
            });
    talker.start();
    talking.await();
    late.startedAs(heard::add);
    talker.join();

    assertThat(heard).hasSize(100_000).isSorted();
  }
}
