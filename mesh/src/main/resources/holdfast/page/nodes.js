// The nodes: this one by its status, the others by what they last said of themselves.

import { byId, el, keep, keepTexts, levelView, scrollBox, setAttribute, setText, table } from "./dom.js";
import { FRESH_MILLIS, hasEnded } from "./gates.js";
import { byName, duration } from "./format.js";

const COLUMNS = ["Node", "State", "Level", "Leads", "Version", "Up", "Last words", "Reasons"];

/** Where a front door is, for a link; null where it cannot be reached by that address. */
function doorOf(address) {
  return /^(?:[A-Za-z0-9.-]+|\[[0-9a-fA-F:]+\]):[0-9]{1,5}$/u.test(address) &&
    !/^(?:0\.0\.0\.0|\[::\]):/u.test(address)
    ? `http://${address}/`
    : null;
}

/** Every node that this one knows of, in order of name. */
export function nodesOf(picture) {
  const own = picture.status;
  const nodes = new Map();
  nodes.set(own.node, {
    name: own.node,
    self: true,
    heard: true,
    state: own.state,
    level: picture.health.status,
    version: own.version,
    uptimeMillis: own.uptimeMillis,
    ageMillis: null,
    door: null,
    leads: own.groups.filter((group) => group.leader === own.node).map((group) => group.group),
    reasons: picture.health.gates.filter((gate) => gate.state !== "open").flatMap((gate) => gate.reasons),
  });
  for (const peer of own.peers) {
    nodes.set(peer.node, {
      name: peer.node,
      self: false,
      heard: peer.reachable,
      silentMillis: peer.lastHeardMillis,
      apart: !peer.reachable && peer.detail === "no group in common",
      state: null,
      level: "unknown",
      version: "",
      ageMillis: null,
      door: doorOf(peer.httpAddr),
      leads: [],
      reasons: peer.detail === "" ? [] : [peer.detail],
    });
  }
  for (const { glimpse, ageMillis } of picture.others) {
    const peer = nodes.get(glimpse.node);
    nodes.set(glimpse.node, {
      silentMillis: -1,
      heard: ageMillis < FRESH_MILLIS,
      apart: true,
      ...peer,
      name: glimpse.node,
      self: false,
      state: glimpse.state,
      level: glimpse.level,
      version: glimpse.version,
      uptimeMillis: glimpse.uptimeMillis,
      ageMillis,
      door: doorOf(glimpse.httpAddr),
      leads: glimpse.groups.filter((group) => group.leader === glimpse.node).map((group) => group.group),
      reasons: [...(peer?.reasons ?? []), ...glimpse.reasons],
    });
  }
  return [...nodes.values()].sort((one, other) => byName(one.name, other.name)).map(judged);
}

/** Whoever is not heard now is what others say, not what it once said. */
function judged(node) {
  if (node.self || node.heard) {
    return { ...node, old: false };
  }
  if (node.apart && node.ageMillis !== null && node.ageMillis < FRESH_MILLIS) {
    return { ...node, old: false };
  }
  if (node.apart && node.ageMillis === null) {
    return { ...node, old: true, level: "unknown", state: "no group in common", reasons: [] };
  }
  const ended = hasEnded(node);
  return {
    ...node,
    old: true,
    level: "failing",
    word: ended ? "has ended" : "not heard",
    state: ended ? node.state : node.state === null ? "never heard" : `was ${node.state}`,
    leads: [],
  };
}

function row() {
  const name = el("a", { rel: "noreferrer" });
  const plain = el("span");
  const level = levelView();
  const cells = Object.fromEntries(
    COLUMNS.slice(1).map((column) => [column, el("td", { role: "cell", "data-name": column })]),
  );
  const reasons = el("ul", { class: "reasons" });
  cells.Level.append(level.root);
  cells.Reasons.append(reasons);
  for (const column of ["Up", "Last words"]) {
    cells[column].className = "n";
  }
  for (const column of ["State", "Level", "Version"]) {
    cells[column].className = "fixed";
  }
  const root = el(
    "tr",
    { role: "row" },
    el("th", { scope: "row", role: "rowheader", class: "fixed" }, name, plain),
    ...Object.values(cells),
  );
  const put = (column, text) => {
    setText(cells[column], text);
    setAttribute(cells[column], "data-empty", text === "");
  };
  return {
    root,
    update(node) {
      setAttribute(root, "data-old", node.old);
      setAttribute(root, "data-node", node.name);
      const linked = node.door !== null && !node.self;
      setText(name, linked ? node.name : "");
      setAttribute(name, "href", linked ? node.door : null);
      setText(plain, linked ? "" : node.name + (node.self ? " (here)" : ""));
      put("State", node.state ?? "");
      level.update(node.level, node.word);
      put("Leads", node.leads.join(", "));
      put("Version", node.version);
      put("Up", node.uptimeMillis === undefined || node.old ? "" : duration(node.uptimeMillis));
      put("Last words", node.ageMillis === null ? "" : `${duration(node.ageMillis)} ago`);
      keepTexts(reasons, node.reasons);
      setAttribute(cells.Reasons, "data-empty", node.reasons.length === 0);
    },
  };
}

export function nodesView() {
  const numbers = new Set(["Up", "Last words"]);
  const nodes = table(
    "This node by its status, others by their own last words",
    COLUMNS.map((title) => ({ title, class: numbers.has(title) ? "n" : null })),
    { class: "stacked", role: "table" },
  );
  byId("nodes-body").append(scrollBox("Nodes", nodes.root));
  return {
    update(model) {
      keep(nodes.body, model.nodes, (node) => node.name, row);
    },
  };
}
