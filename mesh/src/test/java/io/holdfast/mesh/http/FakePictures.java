package io.holdfast.mesh.http;

import io.holdfast.mesh.Picture;
import io.holdfast.mesh.Pictures;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Pictures that a test takes. */
final class FakePictures implements Pictures {

  final List<Consumer<Picture>> followers = new CopyOnWriteArrayList<>();
  private volatile @Nullable Picture latest;

  /** Everybody who follows is told. */
  void take(Picture picture) {
    latest = picture;
    followers.forEach(follower -> follower.accept(picture));
  }

  @Override
  public Picture latest() {
    Picture taken = latest;
    return taken == null ? PictureSample.begun() : taken;
  }

  @Override
  public Following follow(Consumer<Picture> listener) {
    followers.add(listener);
    return () -> followers.remove(listener);
  }
}
