// Who hears whom: a table, and a drawing of it.

import { byId, el, keep, scrollBox, setAttribute, setText, svg, table } from "./dom.js";
import { FRESH_MILLIS, hasEnded } from "./gates.js";
import { byName, duration, skew } from "./format.js";

/** Wall clocks that are further apart are worth a colour. */
const FAR_MILLIS = 500;

/** A silent node says something each second, if at all: so old are the words of one that is gone. */
const SILENT_MILLIS = 1500;

/** With more nodes than this a drawing is a tangle. */
const MOST_DRAWN = 12;
const SIZE = 220;
const RADIUS = 76;
const MARGIN = 28;

/**
 * How a node hears another: `{heard, sinceMillis, skewMillis, old}`; `heard` is null where nothing
 * is known of it or nothing is to be heard.
 */
function linksOf(picture) {
  const links = new Map();
  const put = (from, to, link) => links.set(`${from} ${to}`, link);
  for (const peer of picture.status.peers) {
    const apart = !peer.reachable && peer.detail === "no group in common";
    put(picture.status.node, peer.node, {
      heard: apart ? null : peer.reachable,
      sinceMillis: peer.lastHeardMillis,
      skewMillis: peer.clockSkewMillis,
      old: false,
    });
  }
  const silent = new Set(picture.status.peers.filter((peer) => !peer.reachable).map((peer) => peer.node));
  for (const { glimpse, ageMillis } of picture.others) {
    // Whoever has fallen silent once said that it hears us: that says nothing of now.
    const old =
      ageMillis >= (silent.has(glimpse.node) ? SILENT_MILLIS : FRESH_MILLIS) || hasEnded(glimpse);
    for (const link of glimpse.links) {
      put(glimpse.node, link.peer, {
        heard: link.heard,
        sinceMillis: link.lastHeardMillis,
        skewMillis: link.skewMillis,
        old,
      });
    }
  }
  return links;
}

const fresh = (link) => (link === undefined || link.old ? null : link.heard);

/** Two nodes: `both`, `oneway` with who is deaf, `broken`, or `none` where nothing is known. */
function pairOf(links, one, other) {
  const forth = fresh(links.get(`${one} ${other}`));
  const back = fresh(links.get(`${other} ${one}`));
  if (forth === null && back === null) {
    return { kind: "none" };
  }
  if (forth !== false && back !== false) {
    return { kind: "both" };
  }
  if (forth === true || back === true) {
    return forth === false ? { kind: "oneway", deaf: one, to: other } : { kind: "oneway", deaf: other, to: one };
  }
  return { kind: "broken", deaf: forth === false ? one : other, to: forth === false ? other : one };
}

function cell() {
  const heard = el("span");
  const apart = el("span", { class: "skew" });
  const root = el("td", {}, heard, apart);
  return {
    root,
    update({ from, to, link }) {
      let state = "none";
      let text = "\u2013";
      let skewText = "";
      if (from === to) {
        text = "";
      } else if (link !== undefined && link.heard !== null) {
        state = link.old ? "old" : link.heard ? "yes" : "no";
        const since = link.sinceMillis < 0 ? "never" : duration(link.sinceMillis);
        if (link.old) {
          text = "? old words";
        } else {
          text = link.heard ? `\u2713 ${link.sinceMillis < 1500 ? "heard" : `${since} ago`}` : `\u2717 ${link.sinceMillis < 0 ? "never heard" : `silent ${since}`}`;
        }
        skewText = link.heard && !link.old ? skew(link.skewMillis) : "";
      }
      setAttribute(root, "data-heard", state);
      setAttribute(root, "data-link", `${from} ${to}`);
      setText(heard, text);
      setText(apart, skewText);
      setAttribute(apart, "data-far", skewText !== "" && Math.abs(link.skewMillis) > FAR_MILLIS);
    },
  };
}

function matrixRow() {
  const head = el("th", { scope: "row" });
  const root = el("tr", {}, head);
  const cells = new Map();
  return {
    root,
    update({ from, names, links }) {
      setText(head, from);
      for (const [name, part] of cells) {
        if (!names.includes(name)) {
          part.root.remove();
          cells.delete(name);
        }
      }
      for (const to of names) {
        if (!cells.has(to)) {
          cells.set(to, cell());
        }
        const part = cells.get(to);
        if (root.children[names.indexOf(to) + 1] !== part.root) {
          root.insertBefore(part.root, root.children[names.indexOf(to) + 1] ?? null);
        }
        part.update({ from, to, link: links.get(`${from} ${to}`) });
      }
    },
  };
}

function drawing() {
  const title = svg("title", { id: "drawing-title", text: "The mesh" });
  const told = svg("desc", { id: "drawing-told" });
  const lines = svg("g");
  const arrows = svg("g");
  const circles = svg("g");
  const root = svg(
    "svg",
    {
      class: "drawing",
      viewBox: `0 0 ${SIZE} ${SIZE}`,
      role: "img",
      "aria-labelledby": "drawing-title drawing-told",
    },
    title, told, lines, arrows, circles,
  );
  return { root, told, lines, arrows, circles };
}

function placeOf(index, all) {
  const angle = -Math.PI / 2 + (2 * Math.PI * index) / all;
  const radius = all === 1 ? 0 : RADIUS;
  return { x: SIZE / 2 + radius * Math.cos(angle), y: SIZE / 2 + radius * Math.sin(angle) };
}

function lineOf() {
  const root = svg("line");
  return {
    root,
    update(pair) {
      setAttribute(root, "data-link", pair.kind);
      for (const [name, value] of Object.entries({ x1: pair.a.x, y1: pair.a.y, x2: pair.b.x, y2: pair.b.y })) {
        setAttribute(root, name, value.toFixed(1));
      }
    },
  };
}

/** Shows which way is still heard: from the one that is heard to the one that hears. */
function arrowOf() {
  const root = svg("polygon", { points: "-6,-5 6,0 -6,5" });
  return {
    root,
    update(pair) {
      const [from, to] = pair.deaf === pair.one ? [pair.a, pair.b] : [pair.b, pair.a];
      const turn = (Math.atan2(to.y - from.y, to.x - from.x) * 180) / Math.PI;
      const x = from.x + (to.x - from.x) * 0.5;
      const y = from.y + (to.y - from.y) * 0.5;
      setAttribute(root, "transform", `translate(${x.toFixed(1)} ${y.toFixed(1)}) rotate(${turn.toFixed(1)})`);
    },
  };
}

function circleOf() {
  const name = svg("text");
  const circle = svg("circle", { r: 22 });
  const root = svg("g", {}, circle, name);
  return {
    root,
    update(node) {
      setAttribute(root, "class", node.self ? "self" : null);
      setAttribute(root, "data-level", node.level);
      setAttribute(root, "transform", `translate(${node.at.x.toFixed(1)} ${node.at.y.toFixed(1)})`);
      setText(name, node.name.length > 6 ? `${node.name.slice(0, 5)}\u2026` : node.name);
    },
  };
}

function sentence(pair) {
  return pair.kind === "broken"
    ? `${pair.one} and ${pair.other}: nothing is heard.`
    : `${pair.deaf} does not hear ${pair.to}, and is heard by it.`;
}

export function linksView() {
  const matrix = table("Rows hear columns: since when, and by how much the heard clock is ahead", [], { class: "matrix" });
  const head = matrix.root.querySelector("thead tr");
  const picture = drawing();
  const told = el("p", { class: "quiet" });
  byId("links-body").append(
    el("div", { class: "links" }, el("div", {}, picture.root, told), scrollBox("Who hears whom", matrix.root)),
  );

  function draw(nodes, pairs) {
    const drawn = nodes.length <= MOST_DRAWN;
    picture.root.classList.toggle("unseen", !drawn);
    const placed = nodes.map((node, index) => ({ ...node, at: placeOf(index, nodes.length) }));
    const high = Math.max(...placed.map((node) => node.at.y)) + MARGIN;
    const top = Math.min(...placed.map((node) => node.at.y)) - MARGIN;
    setAttribute(picture.root, "viewBox", `0 ${top.toFixed(1)} ${SIZE} ${(high - top).toFixed(1)}`);
    const at = new Map(placed.map((node) => [node.name, node.at]));
    const lines = pairs.map((pair) => ({ ...pair, a: at.get(pair.one), b: at.get(pair.other) }));
    keep(picture.lines, lines, (pair) => `${pair.one} ${pair.other}`, lineOf);
    keep(picture.arrows, lines.filter((pair) => pair.kind === "oneway"), (pair) => `${pair.one} ${pair.other}`, arrowOf);
    keep(picture.circles, placed, (node) => node.name, circleOf);
  }

  return {
    update(model) {
      const links = linksOf(model.picture);
      const names = model.nodes.map((node) => node.name).sort(byName);
      keep(
        head,
        ["", ...names],
        (name) => name,
        (name) => ({ root: name === "" ? el("td") : el("th", { scope: "col", text: name }) }),
      );
      keep(matrix.body, names.map((from) => ({ from, names, links })), (one) => one.from, matrixRow);
      const pairs = names.flatMap((one, index) =>
        names.slice(index + 1).map((other) => ({ one, other, ...pairOf(links, one, other) })),
      );
      draw(model.nodes, pairs);
      const wrong = pairs.filter((pair) => pair.kind === "broken" || pair.kind === "oneway");
      const text = wrong.length === 0 ? "Everybody is heard." : wrong.map(sentence).join(" ");
      setText(told, text);
      setText(picture.told, text);
    },
  };
}
