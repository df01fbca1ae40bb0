package io.holdfast.mesh.http;

import io.holdfast.mesh.Happening;
import io.holdfast.mesh.Picture;
import io.vertx.core.buffer.Buffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Pictures as JSON. What is the same for all who look at one is written once. For any thread. */
final class PictureJson {

  /** A picture's parts: the history, which is asked for less often, once somebody asks for it. */
  private static final class Written {
    final Picture picture;

    /** All but what happened, and the history; without the last brace. */
    final Buffer common;

    private volatile @Nullable Buffer history;

    Written(Picture picture, Buffer common) {
      this.picture = picture;
      this.common = common;
    }

    /** Two who ask at once may both write it, and write the same. */
    Buffer history() {
      Buffer known = history;
      if (known == null) {
        known = Json.mapped(picture.history());
        history = known;
      }
      return known;
    }
  }

  private final AtomicReference<Written> last = new AtomicReference<>();

  /** All of it. */
  Buffer whole(Picture picture) {
    return news(picture, 0, true);
  }

  /**
   * What is new for whoever has seen one before.
   *
   * @param seen the number of the last happening that was told
   * @param withHistory whether the history is told once more
   */
  Buffer news(Picture picture, long seen, boolean withHistory) {
    Written written = written(picture);
    List<Happening> fresh =
        picture.happenings().stream().filter(happening -> happening.number() > seen).toList();
    Buffer json =
        Buffer.buffer(written.common.length() + 1024)
            .appendBuffer(written.common)
            .appendString(",\"happenings\":")
            .appendBuffer(Json.mapped(fresh));
    if (withHistory) {
      json.appendString(",\"history\":").appendBuffer(written.history());
    }
    return json.appendString("}");
  }

  /** It is written once for whoever holds the very same picture. */
  @SuppressWarnings("ReferenceEquality")
  private Written written(Picture picture) {
    Written known = last.get();
    if (known != null && known.picture == picture) {
      return known;
    }
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("number", picture.number());
    fields.put("atMillis", picture.atMillis());
    fields.put("status", picture.status());
    fields.put("health", HealthForm.of(picture.status(), picture.health()));
    fields.put("control", picture.control());
    fields.put("pools", picture.pools());
    fields.put("others", picture.others());
    Buffer object = Json.mapped(fields);
    Written written = new Written(picture, object.slice(0, object.length() - 1));
    last.set(written);
    return written;
  }
}
