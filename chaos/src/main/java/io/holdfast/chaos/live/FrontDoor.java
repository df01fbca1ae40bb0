package io.holdfast.chaos.live;

/** Where a client of one node asks. */
interface FrontDoor {

  /** POST of JSON to a path of the group, such as {@code txn}; headers are names and values. */
  Answer post(String path, String json, String... headers);

  /** GET of a whole path. */
  Answer follow(String location);
}
