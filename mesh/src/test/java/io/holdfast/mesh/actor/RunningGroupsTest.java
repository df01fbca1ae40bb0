package io.holdfast.mesh.actor;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.GroupSettings;
import io.holdfast.config.core.GroupTable;
import io.holdfast.config.core.GroupTable.Known;
import io.holdfast.config.core.NodeId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What a node tells of the groups that it cannot run. */
class RunningGroupsTest {

  private static final GroupId ORDERS = new GroupId("orders");

  private final RunningGroups groups = new RunningGroups();

  private static Known orders(String log) {
    return new Known(
        ORDERS,
        new GroupSettings(
            new GroupId(log), List.of(new NodeId("n1")), OptionalInt.empty(), OptionalInt.empty()),
        List.of(),
        true,
        Optional.empty(),
        "");
  }

  private static GroupTable table(Known... known) {
    TreeMap<GroupId, Known> table = new TreeMap<>();
    for (Known group : known) {
      table.put(group.name(), group);
    }
    return new GroupTable(table);
  }

  @Test
  void tellsWhatItLacksAsLongAsThereIsThatGroup() {
    Known first = orders("orders--1");
    groups.know(table(first));
    assertThat(groups.lacking()).isEmpty();

    groups.lack(first, "its store is gone");
    assertThat(groups.lacking()).isEqualTo(Map.of("orders", "its store is gone"));

    groups.know(GroupTable.NONE);
    assertThat(groups.lacking()).as("it was deleted").isEmpty();
  }

  @Test
  void groupThatIsMadeAnewUnderTheNameIsAnother() {
    Known first = orders("orders--1");
    groups.know(table(first));
    groups.lack(first, "its store is gone");

    Known second = orders("orders--2");
    groups.know(table(second));
    assertThat(groups.lacking()).isEmpty();

    groups.lack(second, "its founders have not met");
    groups.know(table(first));
    assertThat(groups.lacking()).as("what is gone is forgotten").isEmpty();
  }
}
