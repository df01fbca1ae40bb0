// What is wrong: the gates of this node that are not open, and peers that call themselves unwell.

import { byId, el, icon, keep, keepTexts, setAttribute, setText, show } from "./dom.js";
import { duration, moment } from "./format.js";

const KINDS = {
  "takes-part": "Taking part",
  awake: "Awake",
  disk: "Disk",
  clock: "Clock",
  peers: "Peers",
  replica: "Replica",
  leader: "Leader",
  quorum: "Quorum",
  equal: "Equal replicas",
  evidence: "Evidence for the control epoch",
  "caught-up": "Caught up",
};

const LEVELS = { warning: "degraded", closed: "failing" };

/** The words of a peer that are older are its last ones, and said no more. */
export const FRESH_MILLIS = 5000;

/** Whether these are the last words of a node that ended by itself. */
export function hasEnded(words) {
  return words.state === "failed" || words.state === "ended";
}

/** What is wrong, the worst first. */
export function troubles(picture) {
  const own = picture.health.gates
    .filter((gate) => gate.state !== "open")
    .map((gate) => ({
      key: `gate ${gate.kind} ${gate.group ?? ""}`.trim(),
      level: LEVELS[gate.state] ?? "failing",
      title: (KINDS[gate.kind] ?? gate.kind) + (gate.group === null ? "" : `, group ${gate.group}`),
      reasons: gate.reasons,
      since: gate.sinceMillis,
    }));
  const told = new Set(own.flatMap((wrong) => wrong.reasons.map(timeless)));
  const others = picture.others
    .filter((other) => other.glimpse.level !== "ok" && isSaidNow(other))
    .filter((other) => other.glimpse.reasons.some((reason) => !told.has(timeless(reason))))
    .map((other) => ({
      key: `node ${other.glimpse.node}`,
      level: other.glimpse.level,
      title: `${other.glimpse.node} says of itself`,
      reasons: other.glimpse.reasons,
      since: null,
    }));
  const worst = (one, other) => (other.level === "failing") - (one.level === "failing");
  return [...own.sort(worst), ...others.sort(worst)];
}

/** A reason without how long it has been so: two nodes say the same of a third one. */
function timeless(reason) {
  return reason.replace(/[0-9.,]+ (?=s\b)/gu, "");
}

function isSaidNow(other) {
  return other.ageMillis < FRESH_MILLIS && !hasEnded(other.glimpse);
}

function trouble(model) {
  const mark = icon("degraded");
  const word = el("span", { class: "unseen" });
  const title = el("span");
  const since = el("span", { class: "since" });
  const reasons = el("ul");
  const root = el("li", { class: "trouble" }, mark, el("span", { class: "what" }, word, title), since, reasons);
  return {
    root,
    update(wrong) {
      setAttribute(root, "data-level", wrong.level);
      setAttribute(root, "data-key", wrong.key);
      setAttribute(mark.firstElementChild, "href", `#icon-${wrong.level}`);
      setText(word, wrong.level === "failing" ? "Not served: " : "Warning: ");
      setText(title, wrong.title);
      setText(
        since,
        wrong.since === null
          ? ""
          : `since ${moment(wrong.since)} (${duration(model.picture.atMillis - wrong.since)})`,
      );
      keepTexts(reasons, wrong.reasons);
    },
  };
}

export function gatesView() {
  const list = byId("troubles");
  const well = byId("well");
  const text = el("span");
  well.replaceChildren(icon("ok"), text);
  return {
    update(model) {
      const wrong = troubles(model.picture);
      keep(list, wrong, (one) => one.key, () => trouble(model));
      const own = model.picture.health.status;
      show(well, own === "ok");
      byId("wrong").classList.toggle("calm", wrong.length === 0);
      setAttribute(well, "data-level", own);
      setText(text, wrong.length === 0 ? "All is well." : `${model.picture.status.node} is well; not so:`);
    },
  };
}
