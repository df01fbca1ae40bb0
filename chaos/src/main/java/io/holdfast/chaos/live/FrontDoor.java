package io.holdfast.chaos.live;

import com.google.protobuf.ByteString;
import io.holdfast.config.core.GroupId;
import io.holdfast.mesh.client.KeyPath;

/** Where a client of one node asks. */
public interface FrontDoor {

  /**
   * One request and its answer, or that there was none.
   *
   * @param path with its query
   * @param headers names and values in turn
   */
  Answer ask(String method, String path, String body, String... headers);

  /** POST of JSON to a path of the group, such as {@code txn}. */
  default Answer post(String path, String json, String... headers) {
    return ask("POST", groupPath() + path, json, headers);
  }

  /** GET of a whole path. */
  default Answer follow(String location) {
    return ask("GET", location, "");
  }

  /** The path of a key of the group. */
  default String keyPath(String key) {
    return KeyPath.of(new GroupId(LiveMesh.GROUP), ByteString.copyFromUtf8(key));
  }

  /** What all paths of the group begin with. */
  default String groupPath() {
    return "/v1/groups/" + LiveMesh.GROUP + "/";
  }
}
