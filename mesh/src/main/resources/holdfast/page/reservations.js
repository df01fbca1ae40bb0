// A browser of reservations and pools. It reads; it cannot write.

import { byId, el, field, check, keepOptions, scrollBox, setText, show, table } from "./dom.js";
import { askJson } from "./api.js";
import { count, moment } from "./format.js";

const PAGE = 50;

function text(fields = {}) {
  return el("input", { type: "text", spellcheck: "false", autocomplete: "off", autocapitalize: "off", ...fields });
}

function excludedOf(pool) {
  let numbers = 0;
  let reached = pool.first - 1;
  for (const span of [...pool.exclusions].sort((one, other) => one.first - other.first)) {
    const from = Math.max(span.first, reached + 1);
    const to = Math.min(span.last, pool.last);
    if (to >= from) {
      numbers += to - from + 1;
      reached = to;
    }
  }
  return numbers;
}

function poolRow(pool) {
  const size = pool.last - pool.first + 1;
  const excluded = excludedOf(pool);
  const least = pool.more ? "at least " : "";
  const cells = [pool.scope, `${pool.first}\u2013${pool.last}`, count(pool.used), least + count(excluded), count(Math.max(0, size - excluded - pool.used))];
  const meter = el("progress", { max: Math.max(1, size - excluded), value: Math.min(pool.used, Math.max(1, size - excluded)), "aria-label": `Used of pool ${pool.name}` });
  return el("tr", {}, el("th", { scope: "row", text: pool.name }),
    ...cells.map((cell, index) => el("td", { class: index > 0 ? "n" : null, text: cell })), el("td", {}, meter));
}

function reservationRow(one) {
  const owner = [one.path, one.tag].filter((part) => part !== "").join(" # ");
  const cells = [String(one.value), one.host, owner, one.project, one.principal];
  return el("tr", {}, el("th", { scope: "row", text: one.pool }),
    ...cells.map((cell, index) => el("td", { class: index === 0 ? "n" : "wrap", text: cell })),
    el("td", { class: "fixed", text: moment(Date.parse(one.lastUsedAt)) }));
}

export function reservationsView(model) {
  const groups = el("select");
  const pool = text();
  const host = text();
  const path = text();
  const below = check("and below it");
  const form = el("form", { class: "fields" }, field("Group", groups), field("Pool", pool), field("Host", host), field("Owner's path", path), below.root, el("button", { type: "submit", text: "List" }));
  const hint = el("p", { class: "quiet", text: "Who has which number, and what is left of the pools. Pools are told as a host sees them: name one. Read only." });
  const refused = el("p", { class: "refused", role: "alert" });
  const state = el("p", { class: "quiet", role: "status" });
  const pools = table("Pools", [
    { title: "Pool" }, { title: "Scope" }, { title: "Numbers", class: "n" }, { title: "Used", class: "n" }, { title: "Excluded", class: "n" }, { title: "Free", class: "n" }, { title: "Of all" },
  ]);
  const found = table("Reservations", [
    { title: "Pool" }, { title: "Number", class: "n" }, { title: "Host" }, { title: "Owner" }, { title: "Project" }, { title: "Principal" }, { title: "Last used" },
  ]);
  const poolsBox = scrollBox("Pools", pools.root);
  const foundBox = scrollBox("Reservations", found.root);
  const next = el("button", { type: "button", text: `Next ${PAGE}` });
  const pager = el("div", { class: "pager" }, next);
  byId("reservations-body").append(hint, form, refused, state, poolsBox, foundBox, pager);
  [poolsBox, foundBox, pager].forEach((part) => show(part, false));
  let listing = null;

  function query(after) {
    const asked = { ...listing.filters, limit: String(PAGE) };
    if (after !== null) {
      asked.after = after;
    }
    return Object.entries(asked).map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&");
  }

  async function load(after) {
    const mine = listing;
    setText(state, "asking");
    const answer = await askJson(`v1/groups/${encodeURIComponent(mine.group)}/reservations?${query(after)}`);
    if (listing !== mine) {
      return;
    }
    setText(refused, answer.refused ?? "");
    setText(state, "");
    if (answer.json) {
      const list = answer.json.reservations;
      found.body.replaceChildren(...list.map(reservationRow));
      setText(state, list.length === 0 ? "Nothing is reserved so." : `${count(list.length)} shown${answer.json.more ? "; there are more" : ""}.`);
      mine.next = answer.json.more ? answer.json.next : null;
      next.disabled = mine.next === null;
      show(pager, mine.next !== null || after !== null);
    }
    show(foundBox, answer.json !== undefined && answer.json.reservations.length > 0);
  }

  async function loadPools() {
    const mine = listing;
    show(poolsBox, false);
    if (!mine.filters.host) {
      return;
    }
    const named = mine.filters.pool ? `&pool=${encodeURIComponent(mine.filters.pool)}` : "";
    const answer = await askJson(`v1/groups/${encodeURIComponent(mine.group)}/reservations/pools?host=${encodeURIComponent(mine.filters.host)}${named}`);
    if (listing === mine && answer.json) {
      pools.body.replaceChildren(...answer.json.pools.map(poolRow));
      show(poolsBox, answer.json.pools.length > 0);
    }
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const filters = {};
    for (const [name, input] of Object.entries({ pool, host, path })) {
      if (input.value.trim() !== "") {
        filters[name] = input.value.trim();
      }
    }
    if (filters.path && below.box.checked) {
      filters.recursive = "true";
    }
    listing = { group: groups.value, filters, next: null };
    load(null);
    loadPools();
  });
  next.addEventListener("click", () => load(listing.next));
  return { update: () => keepOptions(groups, model.groups()) };
}
