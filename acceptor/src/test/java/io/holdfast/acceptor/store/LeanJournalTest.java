package io.holdfast.acceptor.store;

import io.holdfast.acceptor.store.TestNode.WritePath;

final class LeanJournalTest extends JournalContract {

  @Override
  WritePath path() {
    return WritePath.LEAN;
  }
}
