package io.holdfast.acceptor.store;

import io.holdfast.acceptor.store.TestNode.WritePath;

final class StockJournalTest extends JournalContract {

  @Override
  WritePath path() {
    return WritePath.STOCK;
  }
}
