package io.holdfast.mesh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.config.core.GroupId;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class BenchKeysTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final BenchKeys keys = new BenchKeys(new GroupId("main"), 2, 64);

  @Test
  void comparesWithWhatTheLastTransactionHasPut() throws IOException {
    long number = keys.fresh();
    assertThat(keys.learn(0, 1, number, answer(true))).isTrue();
    assertThat(compared()).isEqualTo(keys.value(number));
  }

  @Test
  void comparesWithWhatItFoundWhereAnotherWasFirst() throws IOException {
    String others = keys.value(keys.fresh());
    assertThat(keys.learn(0, 1, keys.fresh(), answer(false, others, others))).isFalse();
    assertThat(compared()).isEqualTo(others);
  }

  @Test
  void takesAbsentKeysAndValuesOfOthersForUnknown() throws IOException {
    assertThat(keys.learn(0, 1, keys.fresh(), answer(false, "not of a run", "7"))).isFalse();
    assertThat(compared()).isEmpty();
  }

  /** What the next transaction wants the first key to hold; empty: to be absent. */
  private String compared() throws IOException {
    JsonNode json = JSON.readTree(keys.transfer(0, 1, keys.fresh()).getBytes());
    return json.path("compare").path(0).path("value").asText();
  }

  private static Buffer answer(boolean succeeded, String... found) {
    ObjectNode json = JSON.createObjectNode().put("succeeded", succeeded);
    ArrayNode results = json.putArray("results");
    for (String value : found) {
      ObjectNode get = results.addObject().putObject("get");
      get.putArray("records").addObject().put("value", value);
    }
    return Buffer.buffer(json.toString());
  }
}
