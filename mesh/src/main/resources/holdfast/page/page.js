// The page: one picture after the other goes to each part, which changes what it has drawn.

import { useToken } from "./page/api.js";
import { controlView } from "./page/control.js";
import { byId, setAttribute, setText, show } from "./page/dom.js";
import { allowed } from "./page/editing.js";
import { byName, duration, moment, wholeSeconds } from "./page/format.js";
import { gatesView, troubles } from "./page/gates.js";
import { groupsView } from "./page/groups.js";
import { happeningsView } from "./page/happenings.js";
import { keysView } from "./page/keys.js";
import { linksView } from "./page/links.js";
import { nodesOf, nodesView } from "./page/nodes.js";
import { reservationsView } from "./page/reservations.js";
import { follow } from "./page/stream.js";
import { Verdicts } from "./page/verdicts.js";
import { whyView } from "./page/why.js";

const LEVEL_WORDS = { ok: "All is well", degraded: "Degraded", failing: "Failing" };

/** Rates are those of the last seconds. */
const RATE_MILLIS = 8000;

/** What can stand in a header; a node allows less, and says so. */
const TOKEN = /^[\x21-\x7e]*$/u;

/** A picture that is older is late. */
const LIVE_MILLIS = 2500;

class Model {
  picture = null;
  nodes = [];
  verdicts = new Verdicts();
  #takenAt = 0;
  #samples = [];

  take(picture) {
    if (this.picture !== null && this.#run(this.picture) !== this.#run(picture)) {
      this.#samples = [];
      this.verdicts = new Verdicts();
    }
    this.picture = picture;
    this.#takenAt = performance.now();
    this.nodes = nodesOf(picture);
    this.verdicts.take(picture);
    this.#samples.push(picture);
    while (this.#samples.length > 2 && picture.atMillis - this.#samples[1].atMillis >= RATE_MILLIS) {
      this.#samples.shift();
    }
  }

  #run(picture) {
    return `${picture.status.incarnation} ${picture.status.bootCount}`;
  }

  node() {
    return this.picture.status.node;
  }

  /** The groups of this node, in order of name. */
  groups() {
    return this.picture.status.groups.map((group) => group.group).sort(byName);
  }

  /** Now, by the node's clock as it was last told: this browser's may be apart. */
  now() {
    return this.picture === null ? Date.now() : this.picture.atMillis + this.ageMillis();
  }

  ageMillis() {
    return performance.now() - this.#takenAt;
  }

  /** What a field of a group was some time ago, as far as is remembered. */
  earlier(group, name, ageMillis) {
    const at = this.picture.atMillis - ageMillis;
    const then = this.#samples.filter((picture) => picture.atMillis <= at).pop();
    return then?.status.groups.find((one) => one.group === group)?.[name] ?? 0;
  }

  /** By how much a field of a group grows a second. */
  rate(group, name) {
    const first = this.#samples[0];
    const last = this.picture;
    const value = (picture) => picture.status.groups.find((one) => one.group === group)?.[name] ?? 0;
    const millis = last.atMillis - first.atMillis;
    return millis > 0 ? Math.max(0, (1000 * (value(last) - value(first))) / millis) : 0;
  }
}

const model = new Model();
const why = whyView(model);
const views = [
  gatesView(),
  nodesView(),
  linksView(),
  groupsView(model, { story: why.story }),
  controlView(),
  happeningsView(),
  why,
  keysView(model, { story: why.story }),
  reservationsView(model, { story: why.story }),
];

if (allowed) {
  setText(byId("changes"), "This page changes what you press a button for, and says what became of it.");
}

let connection = { state: "connecting" };

function showHead() {
  const { status, health } = model.picture;
  setText(byId("node"), status.node);
  setText(byId("mesh"), status.mesh);
  show(byId("of"), true);
  setAttribute(byId("level"), "data-level", health.status);
  setAttribute(byId("level").querySelector("use"), "href", `#icon-${health.status}`);
  const word = LEVEL_WORDS[health.status] ?? health.status;
  setText(byId("level-word"), word);
  document.title = `${word}: ${status.node} \u00b7 Holdfast`;
  setText(
    byId("software"),
    `${status.node} runs Holdfast ${status.version} on Java ${health.java}, up for ${duration(status.uptimeMillis)}, started ${status.bootCount} ${status.bootCount === 1 ? "time" : "times"}.`,
  );
  const wrong = troubles(model.picture).map((one) => one.title);
  setText(byId("summary"), `${status.node}: ${word}.${wrong.length === 0 ? "" : ` ${wrong.join("; ")}.`}`);
}

/** What changes while nothing is told: how old it all is. */
function tick() {
  const old = model.picture === null ? "" : wholeSeconds(model.ageMillis());
  const words = {
    live: model.picture === null ? "connected" : model.ageMillis() < LIVE_MILLIS ? "live" : `${old} old`,
    lost: old === "" ? "not connected" : `${old} old`,
    paused: "paused",
    connecting: "connecting",
  };
  setText(byId("age"), words[connection.state]);
  if (connection.state === "lost") {
    const next = Math.max(0, connection.retryAt - performance.now());
    const seen = old === "" ? "Nothing was seen yet" : `Last seen ${old} ago`;
    setText(byId("lost-since"), `${seen}, trying again${next > 400 ? ` in ${wholeSeconds(next)}` : ""}.`);
  }
}

function onState(next) {
  const wasLost = connection.state === "lost";
  connection = next;
  const lost = next.state === "lost";
  document.body.classList.toggle("old", lost || (wasLost && next.state !== "live"));
  if (lost) {
    const at = model.picture === null ? "" : ` What stands here is of ${moment(model.picture.atMillis)}.`;
    // Told once, and not at each try.
    setText(byId("lost-what"), `Connection lost: ${next.why}.${at}`);
  } else {
    setText(byId("lost-what"), "");
  }
  show(byId("lost"), lost);
  tick();
}

function onEvent(event, picture) {
  if (event !== "picture") {
    return;
  }
  model.take(picture);
  showHead();
  views.forEach((view) => view.update(model));
  tick();
}

const stream = follow("v1/pictures", onEvent, onState);
setInterval(tick, 1000);
byId("lost-retry").addEventListener("click", () => stream.retry());
byId("access").addEventListener("submit", (event) => {
  event.preventDefault();
  const token = byId("token").value.trim();
  if (!TOKEN.test(token)) {
    setText(byId("token-state"), "This is no token: it has spaces or signs that are not ASCII. What was shown until now still is.");
    return;
  }
  useToken(token);
  setText(byId("token-state"), token === "" ? "No token is shown." : "The token is shown from now on.");
});
