// The forms that change a key, where the page offers that.

import { el, field, keepOptions, setText } from "./dom.js";
import { free, twoSteps } from "./editing.js";
import { bytesOf, escaped, keyPath, textOf } from "./format.js";

export const NO_PATH = "A browser cannot ask for the keys . and .. by their path: use the command line.";

/** A box for text. Others than UTF-8, and CR, do not survive in it. */
function textArea() {
  return el("textarea", { rows: "5", spellcheck: "false", autocomplete: "off", autocapitalize: "off" });
}

function same(one, other) {
  return one.length === other.length && one.every((byte, place) => byte === other[place]);
}

/**
 * What changes the key that is open, and nothing but what was shown: its revision is the guard.
 *
 * @param shown `{group, key, data, cut, revision, lease}`
 * @param after what comes once a change is known, by whether the key is still there
 */
export function keyEditor(changes, shown, after) {
  const name = escaped(shown.key);
  const path = keyPath(shown.group, shown.key);
  const guard = { "If-Match": `"${shown.revision}"` };
  const refusals = { compare_failed: "It was changed meanwhile: open it again." };
  const value = textArea();
  value.value = textOf(shown.data) ?? "";
  const whole = !shown.cut && same(new TextEncoder().encode(value.value), shown.data);
  const save = el("button", { type: "submit", text: "Save" });
  const remove = twoSteps({ name: "Delete", question: "Really delete?", about: name, say: changes.say, act: () => change(`Deleting ${name}`, { method: "DELETE", path }, false) });
  const buttons = [save, remove];
  const root = whole
    ? el("form", { class: "fields" }, field("New value", value), save, remove)
    : el("form", { class: "fields" }, el("p", { class: "quiet", text: "This value is not changed here: it is too long, or no text that would stay the same." }), remove);

  function change(what, write, stays) {
    value.readOnly = true;
    changes.run({
      group: shown.group,
      what,
      write: { ...write, headers: guard },
      buttons,
      refusals,
      settled(outcome) {
        value.readOnly = false;
        if (outcome === "committed" && root.isConnected) {
          after(stays);
        }
      },
    });
  }

  root.addEventListener("submit", (event) => {
    event.preventDefault();
    if (whole && !save.disabled) {
      // Without its lease, the key would be detached from it.
      const lease = shown.lease === null ? "" : `?lease=${shown.lease}`;
      change(`Saving ${name}`, { method: "PUT", path: path + lease, body: new TextEncoder().encode(value.value) }, true);
    }
  });
  return { root, save };
}

/** Writes a key that is not there. */
export function newKeyForm(model, changes) {
  const groups = el("select");
  const key = el("input", { type: "text", spellcheck: "false", autocomplete: "off", autocapitalize: "off", required: true });
  const value = textArea();
  const create = el("button", { type: "submit", text: "Create" });
  const refused = el("p", { class: "refused", role: "alert" });
  const form = el("form", { class: "fields" }, field("Group", groups), field("Key", key), field("Value", value), create);
  const root = el("div", { class: "record new" }, el("h3", { text: "New key" }), form, refused);
  let sending = false;

  form.addEventListener("input", () => {
    if (!sending) {
      free(create); // with another text it is another write
    }
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const path = keyPath(groups.value, bytesOf(key.value));
    setText(refused, path === null ? NO_PATH : "");
    if (path === null || create.disabled) {
      return;
    }
    sending = true;
    await changes.run({
      group: groups.value,
      what: `Creating ${escaped(bytesOf(key.value))}`,
      write: { method: "PUT", path, headers: { "If-None-Match": "*" }, body: new TextEncoder().encode(value.value) },
      buttons: [create],
      refusals: { compare_failed: "There is such a key already: open it." },
    });
    sending = false;
  });
  return { root, update: () => keepOptions(groups, model.groups()) };
}
