// A browser of keys. It reads; where that is offered, keyforms.js changes what it shows.

import { byId, el, field, check, keepOptions, scrollBox, setAttribute, setText, show, table } from "./dom.js";
import { ask, askJson } from "./api.js";
import { allowed, changesView } from "./editing.js";
import { bytes, bytesOf, count, duration, escaped, fromBase64, hexDump, keyPath, percent, textOf } from "./format.js";
import { keyEditor, newKeyForm, NO_PATH } from "./keyforms.js";

const PAGE = 50;

/** So much of a value is shown. */
const SHOWN_BYTES = 65_536;

const LENIENT = new TextDecoder("utf-8", { ignoreBOM: true });

const keyOf = (record) => ("key" in record ? new TextEncoder().encode(record.key) : fromBase64(record.keyBase64));

/** Asks for bytes: `{response, data}`, or `{refused}`. */
async function read(path) {
  const answer = await ask(path);
  if (!answer.response) {
    return answer;
  }
  try {
    return { response: answer.response, data: new Uint8Array(await answer.response.arrayBuffer()) };
  } catch (failure) {
    return { refused: `the answer ended early: ${failure.message}` };
  }
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return null;
  }
}

/** The record of one key, its value in the form that is chosen. */
function recordView(changes) {
  const title = el("h3", { tabindex: "-1" });
  const facts = el("dl", { class: "facts" });
  const refused = el("p", { class: "refused", role: "status" });
  const value = el("pre", { class: "value", tabindex: "0", "aria-label": "Value" });
  const cut = el("p", { class: "quiet" });
  const forms = ["text", "JSON", "hex"].map((name) => {
    const one = check(name);
    setAttribute(one.box, "type", "radio");
    setAttribute(one.box, "name", "value-form");
    one.box.value = name;
    one.box.addEventListener("change", () => render(name));
    return one;
  });
  const choice = el("fieldset", {}, el("legend", { text: "Value as" }), ...forms.map((one) => one.root));
  const editing = el("div");
  const root = el("div", { class: "record", hidden: true }, title, refused, facts, choice, value, cut, editing);
  let data = new Uint8Array();

  /** What is open: an answer that comes late is not about it any more. */
  let opened = null;

  function render(form) {
    const shown = data.subarray(0, SHOWN_BYTES);
    const text = textOf(data);
    const json = text === null || data.length > SHOWN_BYTES ? null : pretty(text);
    const wished = (form === "JSON" && json === null) || (form === "text" && text === null) ? "hex" : form;
    const [textBox, jsonBox, hexBox] = forms.map((one) => one.box);
    textBox.disabled = text === null;
    jsonBox.disabled = json === null;
    [textBox, jsonBox, hexBox].forEach((box) => (box.checked = box.value === wished));
    setAttribute(value, "data-form", wished);
    setText(value, wished === "hex" ? hexDump(shown) : wished === "JSON" ? json : LENIENT.decode(shown));
    const note = wished === "JSON" ? "Reformatted: numbers, escapes and repeated names may be written otherwise than they are stored." : "";
    setText(cut, data.length > SHOWN_BYTES ? `The first ${bytes(SHOWN_BYTES)} of ${bytes(data.length)}.` : note);
  }

  function putFacts(pairs) {
    facts.replaceChildren(...pairs.map(([name, text]) => el("div", {}, el("dt", { text: name }), el("dd", { text }))));
  }

  function empty() {
    putFacts([]);
    editing.replaceChildren();
    [choice, value, cut].forEach((part) => show(part, false));
  }

  /** Reads what is open, for the first time or anew. */
  async function load() {
    const mine = opened;
    const path = keyPath(mine.group, mine.key);
    const answer = path === null ? { refused: NO_PATH } : await read(`${path}${mine.local ? "?consistency=local" : ""}`);
    if (opened !== mine) {
      return;
    }
    setText(refused, answer.refused ?? "");
    if (answer.refused) {
      empty();
      return;
    }
    data = answer.data;
    const head = (name) => answer.response.headers.get(`holdfast-${name}`);
    const staleness = head("staleness-millis");
    putFacts([
      ["Size", bytes(data.length)],
      ["Version", count(head("version"))],
      ["Created at revision", count(head("create-revision"))],
      ["Changed at revision", count(head("mod-revision"))],
      ["Lease", head("lease") ?? "none"],
      ["Read at revision", count(head("revision")) + (staleness === null ? "" : `, up to ${duration(Number(staleness))} old`)],
    ]);
    [choice, value, cut].forEach((part) => show(part, true));
    render("text"); // what is no text is shown as hex
    if (allowed) {
      edit({ group: mine.group, key: mine.key, data, cut: data.length > SHOWN_BYTES, revision: head("mod-revision"), lease: head("lease") });
    }
  }

  function edit(shown) {
    const had = editing.contains(document.activeElement);
    const one = keyEditor(changes, shown, (stays) => {
      if (stays) {
        opened = { ...opened, local: false }; // what this node has may be what was before
        load();
      } else {
        hide();
        byId("keys").focus({ preventScroll: true });
      }
    });
    editing.replaceChildren(one.root);
    if (had && one.save.isConnected) {
      one.save.focus({ preventScroll: true });
    }
  }

  function hide() {
    opened = null;
    show(root, false);
    empty();
  }

  return {
    root,
    hide,
    async open(group, key, local) {
      const mine = { group, key, local };
      opened = mine;
      show(root, true);
      setText(title, escaped(key));
      setText(refused, "asking");
      empty();
      await load();
      if (opened === mine) {
        title.focus({ preventScroll: true });
        title.scrollIntoView({ block: "nearest" });
      }
    },
  };
}

/**
 * @param actions what else the page does: `story(group, writeId)`
 */
export function keysView(model, actions) {
  const groups = el("select");
  const prefix = el("input", { type: "text", spellcheck: "false", autocomplete: "off", autocapitalize: "off" });
  const local = check("Only what this node has (may be old)");
  const form = el("form", { class: "fields" }, field("Group", groups), field("Prefix", prefix), el("button", { type: "submit", text: "List" }), local.root);
  const hint = el("p", { class: "quiet", text: `Bytes that are no text are written \\x and two hex digits, also in the prefix${allowed ? " and in a new key." : ". Read only."}` });
  const state = el("p", { class: "quiet", role: "status" });
  const refused = el("p", { class: "refused", role: "alert" });
  const records = table("Keys in order of their bytes", [
    { title: "Key" }, { title: "Version", class: "n" }, { title: "Changed at", class: "n" }, { title: "Lease", class: "n" },
  ]);
  const box = scrollBox("Keys", records.root);
  const back = el("button", { type: "button", text: "Back" });
  const next = el("button", { type: "button", text: `Next ${PAGE}` });
  const pager = el("div", { class: "pager" }, back, next);
  const changes = allowed ? changesView(model, actions.story) : null;
  const record = recordView(changes);
  const newKey = allowed ? newKeyForm(model, changes) : null;
  byId("keys-body").append(...[hint, form, refused, state, box, pager, record.root, changes?.root, newKey?.root].filter((part) => part));
  show(box, false);
  show(pager, false);

  /** What is listed: the pages that were seen are one consistent listing. */
  let listing = null;

  function row(one) {
    const key = keyOf(one);
    return el(
      "tr",
      {},
      el("th", { scope: "row" }, el("button", { type: "button", class: "key", text: escaped(key) || "(the empty key)", on: { click: () => record.open(listing.group, key, listing.local) } })),
      el("td", { class: "n", text: count(one.version) }),
      el("td", { class: "n", text: count(one.modRevision) }),
      el("td", { class: "n", text: one.lease > 0 ? String(one.lease) : "" }),
    );
  }

  async function load() {
    const mine = listing;
    const from = mine.pages[mine.pages.length - 1];
    const query = [`limit=${PAGE}`, "detail=keys"];
    if (mine.prefix.length > 0) {
      query.push(`prefix=${percent(mine.prefix)}`);
    }
    if (from !== null) {
      query.push(`from=${from}`);
    }
    if (mine.local) {
      query.push("consistency=local");
    } else if (mine.revision !== null) {
      query.push(`revision=${mine.revision}`);
    }
    setText(state, "asking");
    back.disabled = true;
    next.disabled = true;
    const answer = await askJson(`v1/groups/${encodeURIComponent(mine.group)}/keys?${query.join("&")}`);
    if (listing !== mine) {
      return;
    }
    setText(refused, answer.refused ?? "");
    setText(state, "");
    show(box, answer.json !== undefined);
    show(pager, answer.json !== undefined);
    if (!answer.json) {
      return;
    }
    const found = answer.json;
    mine.revision ??= found.revision;
    mine.next = found.more ? found.next : null;
    records.body.replaceChildren(...found.records.map(row));
    const first = (mine.pages.length - 1) * PAGE;
    const old = found.stalenessMillis === undefined ? "" : `, up to ${duration(found.stalenessMillis)} old`;
    setText(
      state,
      found.records.length === 0
        ? "There is no such key."
        : `Keys ${count(first + 1)} to ${count(first + found.records.length)}${found.more ? "; there are more" : ""}, as of revision ${count(found.revision)}${old}.`,
    );
    back.disabled = mine.pages.length === 1;
    next.disabled = mine.next === null;
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    listing = { group: groups.value, prefix: bytesOf(prefix.value), local: local.box.checked, pages: [null], revision: null, next: null };
    record.hide();
    load();
  });
  next.addEventListener("click", () => {
    listing.pages.push(listing.next);
    load();
  });
  back.addEventListener("click", () => {
    listing.pages.pop();
    load();
  });
  return {
    update() {
      keepOptions(groups, model.groups());
      newKey?.update();
    },
  };
}
