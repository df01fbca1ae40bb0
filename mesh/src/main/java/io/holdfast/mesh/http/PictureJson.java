package io.holdfast.mesh.http;

import io.holdfast.mesh.Happening;
import io.holdfast.mesh.Picture;
import io.vertx.core.buffer.Buffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Pictures as JSON. */
final class PictureJson {

  private PictureJson() {}

  /** All of it. */
  static Buffer whole(Picture picture) {
    return Json.mapped(fields(picture, picture.happenings(), true));
  }

  /**
   * What is new for whoever has seen one before.
   *
   * @param seen the number of the last happening that was told
   * @param withHistory whether the history is told once more
   */
  static Buffer news(Picture picture, long seen, boolean withHistory) {
    List<Happening> fresh =
        picture.happenings().stream().filter(happening -> happening.number() > seen).toList();
    return Json.mapped(fields(picture, fresh, withHistory));
  }

  private static Map<String, Object> fields(
      Picture picture, List<Happening> happenings, boolean withHistory) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("number", picture.number());
    fields.put("atMillis", picture.atMillis());
    fields.put("status", picture.status());
    fields.put("health", HealthForm.of(picture.status(), picture.health()));
    fields.put("control", picture.control());
    fields.put("pools", picture.pools());
    fields.put("others", picture.others());
    fields.put("happenings", happenings);
    if (withHistory) {
      fields.put("history", picture.history());
    }
    return fields;
  }
}
