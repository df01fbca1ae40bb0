package io.holdfast.acceptor.store;

import io.holdfast.acceptor.store.TestNode.WritePath;
import io.holdfast.config.core.NodeId;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The stock plug-ins on PostgreSQL. */
final class PostgresqlStockJournalTest extends JournalContract {

  /** Absent where there is no server. */
  private Optional<PostgresqlSite> site = Optional.empty();

  @BeforeEach
  void openSite() {
    site =
        Optional.of(PostgresqlSite.open(PostgresqlProcess.shared().settings(), new NodeId("n1")));
  }

  @AfterEach
  void closeSite() {
    site.ifPresent(
        open -> {
          open.eraseOutside("journal");
          open.close();
        });
  }

  @Override
  WritePath path() {
    return WritePath.STOCK;
  }

  @Override
  TestNode start(WritePath path) {
    return TestNode.start(site.orElseThrow(), path);
  }
}
