// The groups: who leads, who is heard, how far it is and how fast, and how writes ended.

import { byId, el, icon, keep, levelView, scrollBox, setAttribute, setText, show, table } from "./dom.js";
import { byName, bytes, count, duration, moment, rate, shortHash } from "./format.js";
import { FRESH_MILLIS, hasEnded } from "./gates.js";
import { plotView } from "./plot.js";

const LEVELS = { open: "ok", warning: "degraded", closed: "failing" };

/** Words take so long to be made and to arrive. */
const SLACK_MILLIS = 1500;
const WORST = ["ok", "degraded", "failing"];

/** How well a group is here: its worst gate. */
function levelOf(picture, group) {
  const states = picture.health.gates.filter((gate) => gate.group === group).map((gate) => LEVELS[gate.state]);
  return states.length === 0 ? "unknown" : WORST[Math.max(...states.map((state) => WORST.indexOf(state)))];
}

function fact(name) {
  const value = el("span");
  const more = el("span", { class: "more" });
  return {
    root: el("div", {}, el("dt", { text: name }), el("dd", {}, value, more)),
    value,
    update(text, moreText = "") {
      setText(value, text);
      setText(more, moreText);
    },
  };
}

function chip() {
  const use = icon("ok");
  const name = el("span");
  const root = el("li", { class: "chip" }, use, name);
  return {
    root,
    update({ member, heard }) {
      setAttribute(root, "data-missing", !heard);
      setAttribute(use.firstElementChild, "href", heard ? "#icon-ok" : "#icon-failing");
      setText(name, heard ? member : `${member} not heard`);
    },
  };
}

const MEMBER_COLUMNS = [
  { title: "Node" }, { title: "Role" }, { title: "Applied", class: "n" }, { title: "Behind", class: "n" },
  { title: "In flight", class: "n" }, { title: "Queued", class: "n" }, { title: "Said", class: "n" },
];

function memberRow() {
  const mark = icon("unknown");
  const name = el("span");
  const word = el("span", { class: "unseen" });
  const cells = MEMBER_COLUMNS.slice(1).map((column) => el("td", { class: column.class ?? "fixed" }));
  const root = el("tr", {}, el("th", { scope: "row", class: "fixed" }, mark, " ", name, word), ...cells);
  return {
    root,
    update(one) {
      const level = one.old ? "unknown" : one.level;
      setAttribute(root, "data-old", one.old);
      setAttribute(mark, "data-level", level);
      setAttribute(mark.firstElementChild, "href", `#icon-${level}`);
      setText(name, one.node);
      setText(word, `, ${one.old ? "silent" : one.level}`);
      const texts = [
        one.role, count(one.applied), one.old ? `\u2264 ${count(one.behind)}` : count(one.behind), count(one.inFlight), count(one.queued), one.said,
      ];
      texts.forEach((text, index) => setText(cells[index], text));
    },
  };
}

/**
 * By how many slots. Words take a while to come: who speaks is behind by what was chosen before it
 * spoke; who is silent may have gone on, and is behind by no more than all that is chosen.
 */
function behind(model, group, row) {
  if (row.ageMillis === undefined) {
    return row.chosen - row.applied;
  }
  const known = row.old ? group.chosen : model.earlier(group.group, "chosen", row.ageMillis + SLACK_MILLIS);
  return Math.max(0, row.chosen - row.applied, known - row.applied);
}

function membersOf(model, group) {
  const rows = [{
    node: model.node(), role: group.role, level: levelOf(model.picture, group.group), applied: group.applied,
    chosen: group.chosen, inFlight: group.inFlight, queued: group.queued, said: "here", old: false,
  }];
  for (const { glimpse, ageMillis } of model.picture.others) {
    const known = glimpse.groups.find((one) => one.group === group.group);
    if (known !== undefined) {
      const old = ageMillis >= FRESH_MILLIS || hasEnded(glimpse);
      rows.push({ ...known, node: glimpse.node, said: `${duration(ageMillis)} ago`, old, ageMillis });
    }
  }
  return rows
    .map((row) => ({ ...row, behind: behind(model, group, row) }))
    .sort((one, other) => byName(one.node, other.node));
}

function failureRow(story) {
  const cells = ["fixed", "fixed", "", "fixed", ""].map((name) => el("td", { class: name || null }));
  const button = el("button", { type: "button", class: "key", on: { click: () => story(shown) } });
  cells[4].append(button);
  let shown = "";
  return {
    root: el("tr", {}, ...cells),
    update(failure) {
      shown = failure.writeId;
      const reason = failure.reason === "" ? failure.code : `${failure.code}, ${failure.reason}`;
      const missing = failure.missing.length === 0 ? "" : `missing ${failure.missing.join(", ")}`;
      [moment(failure.atMillis), reason, missing, `${failure.got} of ${failure.needed}`].forEach((text, index) => setText(cells[index], text));
      setText(button, failure.writeId);
      setAttribute(button, "aria-label", `Story of write ${failure.writeId}`);
    },
  };
}

function card(model, actions, name) {
  const level = levelView();
  const leads = el("span");
  const facts = {
    chosen: fact("Chosen"), applied: fact("Applied"),
    durable: fact("In the store"), inFlight: fact("In flight"), queued: fact("Queued"), log: fact("Log trimmed to"),
    revision: fact("Revision"), keys: fact("Keys"), leases: fact("Leases"), hash: fact("Chain hash"), ballot: fact("Ballot"),
  };
  const chips = el("ul", { class: "chips" });
  const needed = el("span", { class: "more" });
  const members = el("div", { class: "wide" }, el("dt", { text: "Members heard" }), el("dd", {}, chips, needed));
  const progress = el("progress");
  const progressText = el("p");
  const snapshot = el("div", { class: "note", "data-level": "degraded" }, progressText, progress);
  const divergence = el("p", { class: "note", "data-level": "failing" });
  const problems = el("ul");
  const plot = plotView(name);
  const rows = table("Members, by their own last words", MEMBER_COLUMNS);
  const failures = table("Writes whose quorum was not met lately, the newest first; a write id leads to its story", [
    { title: "At" }, { title: "Outcome" }, { title: "Who" }, { title: "Acknowledged", class: "fixed" }, { title: "Write id" },
  ]);
  const failing = el("div", { class: "bounded scroll", tabindex: "0", role: "region", "aria-label": `Failures of group ${name}` }, failures.root);
  facts.ballot.root.className = "two";
  facts.hash.value.className = "mono";
  facts.ballot.value.className = "mono";
  const id = `group-${name.replace(/[^A-Za-z0-9-]/gu, "_")}`;
  const root = el(
    "article",
    { class: "card", "aria-labelledby": id, "data-group": name },
    el("header", {}, el("h3", { id, text: name }), level.root, leads),
    divergence, snapshot, el("div", {}, problems),
    el("div", { class: "thirds" },
      el("dl", { class: "facts" }, members, ...Object.values(facts).map((one) => one.root)),
      plot.root,
      scrollBox(`Members of group ${name}`, rows.root)),
    failing,
  );

  function told(group) {
    const at = model.node();
    const since = model.verdicts.since.get(name);
    const others = model.picture.others.length === 0 || since === undefined ? "" : `, on other nodes since ${moment(since)} (when this page came to look)`;
    return `Counted where a write ended: on ${at} for ten minutes${others}.`;
  }

  return {
    root,
    update(group) {
      level.update(levelOf(model.picture, name));
      const leader = group.leader === null ? "nobody leads" : group.leader === model.node() ? `${group.leader} leads (here)` : `${group.leader} leads`;
      setText(leads, group.role === "leading" ? leader : `${leader}; ${model.node()}: ${group.role}`);
      keep(chips, group.members.map((member) => ({ member, heard: group.heard.includes(member) })), (one) => one.member, chip);
      setText(needed, `A write takes ${group.w} of ${group.n}, an election ${Math.max(group.w, group.prepareQuorum)}; ${group.heard.length} heard.`);
      facts.chosen.update(count(group.chosen), `${rate(model.rate(name, "chosen"))} slots/s`);
      facts.applied.update(
        count(group.applied),
        group.lag === 0 ? `${rate(model.rate(name, "applied"))} slots/s` : `${count(group.lag)} behind${group.lagMillis > 0 ? ` for ${duration(group.lagMillis)}` : ""}`,
      );
      facts.durable.update(count(group.durable), `${count(group.applied - group.durable)} to come`);
      facts.inFlight.update(count(group.inFlight));
      facts.queued.update(count(group.queued));
      facts.revision.update(count(group.revision), group.compacted > 0 ? `readable from ${count(group.compacted)}` : "all can be read");
      facts.keys.update(count(group.keys));
      facts.leases.update(count(group.leases));
      facts.log.update(count(group.trimmed));
      facts.hash.update(shortHash(group.chainHash), `at slot ${count(group.applied)}`);
      setAttribute(facts.hash.value, "title", group.chainHash);
      facts.ballot.update(group.ballot, group.highest === group.ballot ? "" : `highest seen: ${group.highest}`);
      show(snapshot, group.snapshot !== null);
      if (group.snapshot !== null) {
        const { from, receivedBytes, aboutBytes } = group.snapshot;
        setText(progressText, `A snapshot is being received from ${from}: ${bytes(receivedBytes)} of about ${bytes(aboutBytes)}`);
        setAttribute(progress, "max", Math.max(1, aboutBytes));
        setAttribute(progress, "value", Math.min(receivedBytes, aboutBytes));
        setAttribute(progress, "aria-label", `Snapshot of group ${name}`);
      }
      show(divergence, group.divergence.state !== "none");
      setText(
        divergence,
        `Replicas differ since slot ${count(group.divergence.slot)} (${group.divergence.state}): ${group.divergence.members.join(", ") || "who is not known yet"}`,
      );
      keep(problems, group.problems, (text) => text, (text) => ({ root: el("li", { class: "note", "data-level": "degraded", text }) }));
      plot.update(model.verdicts.steps(name), model.verdicts.since.get(name) ?? null, told(group));
      keep(rows.body, membersOf(model, group), (row) => row.node, memberRow);
      show(failing, group.failures.length > 0);
      keep(failures.body, [...group.failures].reverse(), (failure) => `${failure.writeId} ${failure.atMillis}`, () => failureRow((writeId) => actions.story(name, writeId)));
    },
  };
}

/**
 * @param actions what else the page does: `story(group, writeId)`
 */
export function groupsView(model, actions) {
  const body = byId("groups-body");
  const none = el("p", { class: "quiet", text: "This node has no group yet." });
  byId("groups").insertBefore(none, body);
  return {
    update() {
      const groups = [...model.picture.status.groups].sort((one, other) => (one.group === "meta") - (other.group === "meta") || byName(one.group, other.group));
      show(none, groups.length === 0);
      keep(body, groups, (group) => group.group, (group) => card(model, actions, group.group));
    },
  };
}
