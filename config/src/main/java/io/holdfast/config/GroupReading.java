package io.holdfast.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.GroupSettings;
import io.holdfast.config.core.MeshDirectory;
import io.holdfast.config.core.MeshSettings;
import io.holdfast.config.core.NodeId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;

/** Reads {@code holdfast.groups}. */
final class GroupReading {

  private static final String NAME = "name";
  private static final String MEMBERS = "members";
  private static final String W = "w";
  private static final String PREPARE_QUORUM = "prepare-quorum";
  private static final List<String> KEYS = List.of(NAME, MEMBERS, W, PREPARE_QUORUM);
  private static final String ALLOWED =
      "1 to " + GroupSettings.MAX_GROUPS + " groups, as in [{ name = main, w = 2 }] or main,other";

  private final SettingValues values;
  private final Optional<List<NodeId>> peers;

  /**
   * @param values the values read so far
   * @param peers the nodes of the mesh; empty if they are wrong, then members are not held against
   *     them
   */
  GroupReading(SettingValues values, Optional<List<NodeId>> peers) {
    this.values = values;
    this.peers = peers;
  }

  /** The groups that are right; what is wrong with the others has become a problem. */
  List<GroupSettings> read() {
    RawSetting raw = values.raw(GroupSettings.GROUPS);
    Optional<List<RawSetting>> elements = values.list(raw, ALLOWED);
    if (elements.isEmpty()) {
      return List.of();
    }
    int count = elements.get().size();
    if (count < 1 || count > GroupSettings.MAX_GROUPS) {
      values.refuse(raw, ALLOWED);
      return List.of();
    }
    List<GroupSettings> groups = new ArrayList<>();
    Map<GroupId, String> names = new HashMap<>();
    for (RawSetting element : elements.get()) {
      group(element, names).ifPresent(groups::add);
    }
    return groups;
  }

  private Optional<GroupSettings> group(RawSetting element, Map<GroupId, String> names) {
    int before = values.problemCount();
    Map<String, RawSetting> parts = parts(element);
    Optional<GroupId> name = name(element, parts, names);
    Optional<List<NodeId>> members = members(element, parts);
    OptionalInt w = OptionalInt.empty();
    OptionalInt prepareQuorum = OptionalInt.empty();
    int n = members.map(List::size).orElse(GroupSettings.MAX_MEMBERS);
    RawSetting rawW = parts.get(W);
    if (rawW != null) {
      String allowed =
          members.isPresent() ? GroupSettings.allowedW(n) : "1 to n, the number of members";
      w = values.whole(rawW, 1, n, allowed);
    }
    RawSetting rawPrepare = parts.get(PREPARE_QUORUM);
    boolean knowsW = members.isPresent() && (rawW == null || w.isPresent());
    if (rawPrepare != null && knowsW) {
      int effectiveW = w.orElse(GroupSettings.majority(n));
      prepareQuorum =
          values.whole(
              rawPrepare, n - effectiveW + 1, n, GroupSettings.allowedPrepareQuorum(n, effectiveW));
    }
    if (name.isEmpty() || members.isEmpty() || values.problemCount() > before) {
      return Optional.empty();
    }
    return Optional.of(new GroupSettings(name.get(), members.get(), w, prepareQuorum));
  }

  private Map<String, RawSetting> parts(RawSetting element) {
    Map<String, RawSetting> parts = new TreeMap<>();
    if (element.value() instanceof ConfigObject object) {
      for (Map.Entry<String, ConfigValue> entry : new TreeMap<>(object).entrySet()) {
        RawSetting part = element.within(element.key() + "." + entry.getKey(), entry.getValue());
        if (!KEYS.contains(entry.getKey())) {
          values.refuse(part, KnownKeys.suggestion(entry.getKey(), KEYS));
        } else if (entry.getValue().valueType() != ConfigValueType.NULL) {
          parts.put(entry.getKey(), part);
        }
      }
    } else {
      // A plain name stands for a group of all peers with a majority.
      parts.put(NAME, element);
    }
    return parts;
  }

  private Optional<GroupId> name(
      RawSetting element, Map<String, RawSetting> parts, Map<GroupId, String> names) {
    RawSetting raw = parts.get(NAME);
    if (raw == null) {
      values.refuse(element, "an object with a name");
      return Optional.empty();
    }
    Optional<GroupId> name = values.text(raw, GroupId::isValid, GroupId.ALLOWED).map(GroupId::new);
    if (name.filter(MeshDirectory::isLikeALog).isPresent()) {
      values.refuse(raw, "a name that does not end with -- and a number, as logs of groups do");
    }
    if (name.isPresent()) {
      String other = names.putIfAbsent(name.get(), element.key());
      if (other != null) {
        values.refuse(raw, "each name once: " + other + " has it");
      }
    }
    return name;
  }

  private Optional<List<NodeId>> members(RawSetting element, Map<String, RawSetting> parts) {
    RawSetting raw = parts.get(MEMBERS);
    Optional<List<RawSetting>> elements =
        raw == null ? Optional.of(List.of()) : values.list(raw, "a list of node ids");
    if (elements.isEmpty()) {
      return Optional.empty();
    }
    RawSetting where = raw == null ? element : raw;
    if (elements.get().isEmpty()) {
      if (peers.isPresent() && peers.get().size() > GroupSettings.MAX_MEMBERS) {
        values.refuse(
            where,
            "1 to 7 members, listed: the mesh has " + peers.get().size() + ", too many for all");
        return Optional.empty();
      }
      return peers;
    }
    int before = values.problemCount();
    Set<NodeId> members = new LinkedHashSet<>();
    for (RawSetting member : elements.get()) {
      values
          .text(member, NodeId::isValid, NodeId.ALLOWED)
          .map(NodeId::new)
          .ifPresent(node -> member(member, node, members));
    }
    if (members.size() > GroupSettings.MAX_MEMBERS) {
      values.refuse(where, "1 to 7 members");
    }
    return values.problemCount() > before ? Optional.empty() : Optional.of(List.copyOf(members));
  }

  private void member(RawSetting raw, NodeId node, Set<NodeId> members) {
    if (!members.add(node)) {
      values.refuse(raw, "each member once");
    } else if (peers.isPresent() && !peers.get().contains(node)) {
      values.refuse(
          raw,
          "a node of "
              + MeshSettings.PEERS
              + ": "
              + String.join(", ", peers.get().stream().map(NodeId::value).toList()));
    }
  }
}
