package io.holdfast.mesh.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.holdfast.mesh.client.Exchange.Reply;
import io.holdfast.mesh.client.Exchange.Response;
import io.holdfast.mesh.client.Exchange.Silence;

/**
 * What came of a request that was sent once.
 *
 * @param status the HTTP status; 0 where there was no answer
 * @param delivered whether it may have arrived
 * @param code the outcome that the answer states; empty where it states none
 * @param detail a sentence for a person
 * @param json the answer; a missing node where there is none
 */
public record PostReply(int status, boolean delivered, String code, String detail, JsonNode json) {

  static PostReply of(Reply reply) {
    if (reply instanceof Response response) {
      JsonNode json = AnswerText.parse(response.body());
      return new PostReply(
          response.status(),
          true,
          json.path("code").asText(""),
          AnswerText.detail(response, json),
          json);
    }
    Silence silence = (Silence) reply;
    return new PostReply(0, silence.delivered(), "", silence.what(), MissingNode.getInstance());
  }

  /** An answer that no node gave. */
  public static PostReply none(String code, String detail) {
    return new PostReply(0, false, code, detail, MissingNode.getInstance());
  }

  /** Whether it was done. */
  public boolean done() {
    return status == 200;
  }
}
