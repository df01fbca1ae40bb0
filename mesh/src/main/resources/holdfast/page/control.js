// What each group is served by: the control epoch, and whether enough members gave evidence for it.

import { byId, el, icon, keep, levelView, scrollBox, setAttribute, setText, table } from "./dom.js";
import { byName, shortHash } from "./format.js";

function evidence() {
  const mark = icon("ok");
  const text = el("span");
  return {
    root: el("li", {}, mark, " ", text),
    update(gate) {
      setAttribute(mark.firstElementChild, "href", gate.open ? "#icon-ok" : "#icon-failing");
      setAttribute(mark, "data-level", gate.open ? "ok" : "failing");
      setText(text, gate.open ? `${gate.node} counts` : `${gate.node}: ${gate.reasons.join("; ") || "does not count"}`);
    },
  };
}

function row() {
  const name = el("th", { scope: "row" });
  const number = el("td", { class: "n" });
  const hash = el("span", { class: "mono" });
  const level = levelView();
  const first = el("p");
  const others = el("p", { class: "quiet" });
  const voters = el("ul", { class: "reasons" });
  const root = el("tr", {}, name, number, el("td", {}, hash), el("td", {}, level.root), el("td", {}, first, voters, others));
  return {
    root,
    update({ group, control, elsewhere }) {
      setText(name, group);
      setText(number, control.number);
      setText(hash, shortHash(control.setHash));
      setAttribute(hash, "title", control.setHash);
      level.update(control.ready ? "ok" : "failing", control.ready ? "ready" : "not ready");
      const begun = control.number === 0;
      const counting = control.gates.filter((gate) => gate.open).length;
      setText(
        first,
        begun ? "What a group begins with needs none." : `${counting} ${counting === 1 ? "counts" : "count"}, ${control.needed} needed:`,
      );
      setText(others, elsewhere.length === 0 ? "" : `As they last said: ${elsewhere.join(", ")}.`);
      keep(voters, begun ? [] : control.gates, (gate) => gate.node, evidence);
    },
  };
}

/** Other nodes that know of another epoch. */
function elsewhere(picture, group, number) {
  return picture.others
    .map(({ glimpse }) => ({ node: glimpse.node, epoch: glimpse.groups.find((one) => one.group === group)?.epoch }))
    .filter(({ epoch }) => epoch !== undefined && epoch >= 0 && epoch !== number)
    .map(({ node, epoch }) => `${node} has executed epoch ${epoch}`);
}

export function controlView() {
  const groups = table("The control epoch of each group, as this node has executed it", [
    { title: "Group" }, { title: "Epoch", class: "n" }, { title: "Set" }, { title: "Readiness" }, { title: "Evidence" },
  ]);
  byId("control-body").append(scrollBox("Control", groups.root));
  return {
    update(model) {
      const rows = Object.entries(model.picture.control).map(([group, control]) => ({
        group, control, elsewhere: elsewhere(model.picture, group, control.number),
      }));
      rows.sort((one, other) => byName(one.group, other.group));
      keep(groups.body, rows, (one) => one.group, row);
    },
  };
}
