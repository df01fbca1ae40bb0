// What happened lately, the newest first.

import { byId, el, field, icon, keep, setAttribute, setText } from "./dom.js";
import { moment } from "./format.js";

const KEPT = 200;
const ALL = "all";
const BAD = new Set(["quorum-lost", "id-drift", "not-ready", "storage-error", "node-ended", "peer-lost", "trouble"]);
const GOOD = new Set(["quorum-regained", "ready", "peer-heard", "trouble-over"]);

function entry(happening) {
  const kind = BAD.has(happening.kind) ? "bad" : GOOD.has(happening.kind) ? "good" : "neither";
  const mark = kind === "neither" ? icon("unknown") : icon(kind === "bad" ? "degraded" : "ok");
  if (kind === "neither") {
    setAttribute(mark, "class", "icon quiet");
    mark.firstElementChild.setAttribute("href", "#icon-news");
  }
  const group = happening.group === null ? "" : `${happening.group}: `;
  return {
    root: el(
      "li",
      { "data-number": happening.number },
      el("time", { class: "quiet fixed", datetime: new Date(happening.atMillis).toISOString(), text: moment(happening.atMillis) }),
      el("span", { class: "kind", "data-kind": kind }, mark, ` ${happening.kind.replaceAll("-", " ")}`),
      el("span", { class: "text", text: group + happening.text }),
    ),
  };
}

export function happeningsView() {
  const select = el("select");
  const list = el("ol", { class: "happened" });
  const none = el("p", { class: "quiet" });
  const box = el("div", { class: "bounded", tabindex: "0", role: "region", "aria-label": "Happenings, the newest first" }, list);
  byId("happenings-body").append(el("div", { class: "fields" }, field("Kind", select)), none, box);

  let happenings = [];
  let run = "";

  function render() {
    const kinds = [...new Set(happenings.map((one) => one.kind))].sort();
    const choices = [ALL, ...kinds];
    keep(select, choices, (kind) => kind, (kind) => ({
      root: el("option", { value: kind, text: kind === ALL ? "all kinds" : kind.replaceAll("-", " ") }),
    }));
    const wanted = happenings.filter((one) => select.value === ALL || one.kind === select.value);
    keep(list, wanted, (one) => `${run} ${one.number}`, entry);
    setText(none, wanted.length === 0 ? "Nothing has happened." : "");
  }

  select.addEventListener("change", render);
  return {
    /** A node that was started anew counts from 1 again. */
    update(model) {
      const { incarnation, bootCount } = model.picture.status;
      const now = `${incarnation} ${bootCount}`;
      if (now !== run) {
        run = now;
        happenings = [];
      }
      const known = new Set(happenings.map((one) => one.number));
      const fresh = model.picture.happenings.filter((one) => !known.has(one.number));
      if (fresh.length > 0) {
        happenings = [...fresh, ...happenings].sort((one, other) => other.number - one.number).slice(0, KEPT);
      }
      render();
    },
  };
}
