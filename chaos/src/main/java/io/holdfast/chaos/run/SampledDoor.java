package io.holdfast.chaos.run;

import io.holdfast.chaos.live.Answer;
import io.holdfast.chaos.live.FrontDoor;
import io.holdfast.chaos.run.Samples.Sample;

/**
 * Takes down what each request at a node's front door took, and answers that tell of too few
 * acknowledgements.
 *
 * @param node which node it is, from 0
 */
record SampledDoor(FrontDoor door, int node, RunLog log) implements FrontDoor {

  @Override
  public Answer ask(String method, String path, String body, String... headers) {
    long from = log.nanos();
    Answer answer = door.ask(method, path, body, headers);
    long to = log.nanos();
    boolean writes = !method.equals("GET");
    log.samples().add(new Sample(from, to, node, writes, Samples.word(writes, answer)));
    if (writes && answer.status() == 503) {
      log.verdicts().add(node, from, to, answer);
    }
    return answer;
  }

  @Override
  public String keyPath(String key) {
    return door.keyPath(key);
  }

  @Override
  public String groupPath() {
    return door.groupPath();
  }
}
