// A browser of reservations and pools. Where that is offered, it gives them back.

import { byId, el, field, check, keepOptions, scrollBox, setText, show, table } from "./dom.js";
import { askJson } from "./api.js";
import { allowed, changesView, twoSteps } from "./editing.js";
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

/** Has exactly one given back, and only if nobody has asked for it since it was listed. */
function releaseButton(group, one, changes, after) {
  const about = `${one.value} of ${one.pool}, ${one.path} on ${one.host}`;
  const filter = { pool: one.pool, value: one.value, host: one.host, path: one.path, tag: one.tag, unusedSince: one.lastUsedAt };
  const button = twoSteps({
    name: "Release",
    question: "Really release?",
    about,
    say: changes.say,
    act: () =>
      changes.run({
        group,
        what: `Releasing ${about}`,
        write: {
          method: "POST",
          path: `v1/groups/${encodeURIComponent(group)}/reservations`,
          headers: { "Content-Type": "application/json" },
          body: JSON.stringify({ release: { filters: [filter] } }),
        },
        buttons: [button],
        nothing: (json) => (json.count === 0 ? "nothing was released: since it was listed it was used, given back or moved. List again." : null),
        settled(outcome, json) {
          if (outcome === "committed" && json.count > 0 && button.isConnected) {
            after(button);
          }
        },
      }),
  });
  return button;
}

function reservationRow(one, button) {
  const owner = [one.path, one.tag].filter((part) => part !== "").join(" # ");
  const cells = [one.host, owner, one.project, one.principal];
  return el("tr", {}, el("th", { scope: "row", text: one.pool }), el("td", { class: "n", text: String(one.value) }),
    button ? el("td", { class: "fixed" }, button) : null,
    ...cells.map((cell) => el("td", { class: "wrap", text: cell })),
    el("td", { class: "fixed", text: moment(Date.parse(one.lastUsedAt)) }));
}

/**
 * @param actions what else the page does: `story(group, writeId)`
 */
export function reservationsView(model, actions) {
  const groups = el("select");
  const pool = text();
  const host = text();
  const path = text();
  const below = check("and below it");
  const form = el("form", { class: "fields" }, field("Group", groups), field("Pool", pool), field("Host", host), field("Owner's path", path), below.root, el("button", { type: "submit", text: "List" }));
  const hint = el("p", { class: "quiet", text: `Who has which number, and what is left of the pools. Pools are told as a host sees them: name one.${allowed ? "" : " Read only."}` });
  const refused = el("p", { class: "refused", role: "alert" });
  const state = el("p", { class: "quiet", role: "status" });
  const pools = table("Pools", [
    { title: "Pool" }, { title: "Scope" }, { title: "Numbers", class: "n" }, { title: "Used", class: "n" }, { title: "Excluded", class: "n" }, { title: "Free", class: "n" }, { title: "Of all" },
  ]);
  const found = table("Reservations", [
    { title: "Pool" }, { title: "Number", class: "n" }, ...(allowed ? [{ title: "Release" }] : []), { title: "Host" }, { title: "Owner" }, { title: "Project" }, { title: "Principal" }, { title: "Last used" },
  ]);
  const poolsRefused = el("p", { class: "refused", role: "alert" });
  const poolsBox = scrollBox("Pools", pools.root);
  const foundBox = scrollBox("Reservations", found.root);
  const next = el("button", { type: "button", text: `Next ${PAGE}` });
  const pager = el("div", { class: "pager" }, next);
  const changes = allowed ? changesView(model, actions.story) : null;
  byId("reservations-body").append(...[hint, form, refused, state, changes?.root, poolsRefused, poolsBox, foundBox, pager].filter((part) => part));
  [poolsBox, foundBox, pager].forEach((part) => show(part, false));
  let listing = null;

  /** What was given back says so where it stands. */
  function released(button) {
    setText(button.parentElement, "released");
    foundBox.focus({ preventScroll: true });
  }

  function row(one) {
    return reservationRow(one, allowed ? releaseButton(listing.group, one, changes, released) : null);
  }

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
    next.disabled = true;
    show(pager, after !== null); // else it is of another listing
    const answer = await askJson(`v1/groups/${encodeURIComponent(mine.group)}/reservations?${query(after)}`);
    if (listing !== mine) {
      return;
    }
    setText(refused, answer.refused ?? "");
    setText(state, "");
    if (answer.json) {
      const list = answer.json.reservations;
      found.body.replaceChildren(...list.map(row));
      setText(state, list.length === 0 ? "Nothing is reserved so." : `${count(list.length)} shown${answer.json.more ? "; there are more" : ""}.`);
      mine.next = answer.json.more ? answer.json.next : null;
      next.disabled = mine.next === null;
      show(pager, mine.next !== null || after !== null);
    } else {
      next.disabled = false; // to try again
    }
    show(foundBox, answer.json !== undefined && answer.json.reservations.length > 0);
  }

  async function loadPools() {
    const mine = listing;
    show(poolsBox, false);
    setText(poolsRefused, "");
    if (!mine.filters.host) {
      return;
    }
    const named = mine.filters.pool ? `&pool=${encodeURIComponent(mine.filters.pool)}` : "";
    const answer = await askJson(`v1/groups/${encodeURIComponent(mine.group)}/reservations/pools?host=${encodeURIComponent(mine.filters.host)}${named}`);
    if (listing !== mine) {
      return;
    }
    setText(poolsRefused, answer.refused ? `The pools are not told: ${answer.refused}` : "");
    if (answer.json) {
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
