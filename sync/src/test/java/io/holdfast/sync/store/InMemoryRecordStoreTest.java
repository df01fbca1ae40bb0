package io.holdfast.sync.store;

class InMemoryRecordStoreTest extends RecordStoreContract {

  private final InMemoryRecordStore medium = new InMemoryRecordStore(SampleLog.WINDOW);

  @Override
  RecordStore open() {
    return medium;
  }
}
