// What the page changes, where its node offers that. Each change is one write with an id of its
// own, under which it takes effect once, however often it is sent.

import { el, icon, setAttribute, setText, show } from "./dom.js";
import { send } from "./api.js";
import { count, hexOf } from "./format.js";

/** Whether the page offers to change anything: what it was served with says so. */
export const allowed = document.body.dataset.writes === "on";

/** Changes whose outcome may be open at a time. */
const MAX_OPEN = 20;

/** After these the write may have taken effect, or still may. */
const NOT_KNOWN = new Set(["in_flight", "quorum_not_met", "local_write_failed", "outcome_unknown"]);

/** A node's own faults after which it is known all the same that nothing was done. */
const TURNED_AWAY = new Set(["no_leader", "not_ready", "not_a_member", "cache_horizon_exceeded", "coverage_violation"]);

/** Refusals that hold for every try under the id, as do those that were executed, in a slot. */
const DECIDED = new Set(["compare_failed", "fenced", "write_id_conflict"]);

/** Others are about the one try alone. */
function isDecided({ code, json }) {
  return DECIDED.has(code) || json?.slot !== undefined;
}

/** Nothing more will be known of these. */
const OVER = new Set(["committed", "refused", "expired"]);

/** A UUID of version 7: when, and for the rest chance. */
export function writeIdAt(millis) {
  const parts = crypto.getRandomValues(new Uint8Array(16));
  let left = Math.floor(millis);
  for (let at = 5; at >= 0; at -= 1) {
    parts[at] = left % 256;
    left = Math.floor(left / 256);
  }
  parts[6] = 0x70 | (parts[6] & 0x0f);
  parts[8] = 0x80 | (parts[8] & 0x3f);
  return Array.from(parts, hexOf).join("").replace(/^(.{8})(.{4})(.{4})(.{4})/u, "$1-$2-$3-$4-");
}

function outcomeOf(answer) {
  if (answer.code === "committed") {
    return "committed";
  }
  if (answer.code === "write_id_expired") {
    return "expired"; // to send it again would tell no more
  }
  const known = answer.code !== undefined && !NOT_KNOWN.has(answer.code) && (answer.status < 500 || TURNED_AWAY.has(answer.code));
  return known ? "refused" : "unknown";
}

function committed({ modRevision, revision, slot, acks, replayed }) {
  const at = modRevision ?? revision;
  const where = at === undefined || at === null ? `slot ${count(slot)}` : `revision ${count(at)}`;
  const who = acks ? ` with ${acks.got} of ${acks.n} acknowledgements` : "";
  return `committed at ${where}${who}${replayed ? "; it had been when it was sent before" : ""}.`;
}

const holders = new WeakMap();

/** Buttons that somebody holds are disabled until that one lets go of them. */
function hold(buttons, holder) {
  for (const button of buttons) {
    holders.set(button, holder);
    button.disabled = true;
  }
}

function letGo(buttons, holder) {
  for (const button of buttons) {
    if (holders.get(button) === holder) {
      button.disabled = false;
    }
  }
}

/** A button that is disabled loses the focus: it goes on where there is something to do. */
function refocus(button) {
  if (document.activeElement === document.body && button.isConnected && !button.disabled) {
    button.focus({ preventScroll: true });
  }
}

/** Makes a button one of another change, whatever became of the one before. */
export function free(button) {
  holders.delete(button);
  button.disabled = false;
}

/**
 * A button that asks first: one press makes it ask, the next one acts. Escape takes the first one
 * back, and so does to leave the button.
 *
 * @param name what it says, and `question` what it asks
 * @param about what it is about, for those who do not see where it stands
 * @param say tells those who do not see that it asks
 */
export function twoSteps({ name, question, about, say, act }) {
  const button = el("button", { type: "button" });
  let asked = false;

  function ask(next) {
    asked = next;
    setText(button, asked ? question : name);
    setAttribute(button, "data-asked", asked);
    setAttribute(button, "aria-label", `${asked ? question : name} ${about}`);
  }

  button.addEventListener("click", (event) => {
    if (event.detail > 1) {
      return; // the second half of a double click answers nothing
    }
    if (asked) {
      ask(false);
      act();
    } else {
      ask(true);
      button.focus();
      say(`${question} ${about}: press again; Escape takes it back.`);
    }
  });
  button.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      ask(false);
    } else if (event.repeat) {
      event.preventDefault(); // nor does a key that is held down
    }
  });
  button.addEventListener("blur", () => ask(false));
  ask(false);
  return button;
}

function lineView(change, story, again) {
  const mark = icon("news");
  const text = el("span");
  const id = el("button", { type: "button", class: "key", text: change.id, "aria-label": `Story of write ${change.id}`, on: { click: () => story(change.group, change.id) } });
  const button = el("button", { type: "button", text: "Send it again", on: { click: again } });
  const more = el("span", { class: "again" }, "Write ", id, button);
  const root = el("p", { class: "note change" }, mark, el("span", {}, text, " ", more));
  return {
    root,
    button,
    tell(outcome, level, told) {
      setAttribute(root, "data-outcome", outcome);
      setAttribute(root, "data-level", level);
      setAttribute(mark, "data-level", level);
      setAttribute(mark.firstElementChild, "href", level === null ? "#icon-news" : `#icon-${level}`);
      setText(text, `${change.what}: ${told}`);
      show(more, outcome === "unknown");
    },
  };
}

/**
 * What became of the changes of a section: of the last one, and of those of which it is not known.
 *
 * @param story shows what is known of a write, by its group and id
 */
export function changesView(model, story) {
  const said = el("p", { class: "unseen", role: "status" });
  const lines = el("div", { role: "status", "aria-atomic": "false" });

  async function attempt(change, line) {
    const buttons = [...change.buttons, line.button];
    const focused = buttons.find((button) => button === document.activeElement);
    hold(buttons, change);
    line.tell("sent", null, change.unknown ? "sent again, there is no answer yet." : "sent, there is no answer yet.");
    const answer = await send(change.write, change.id);
    let outcome = outcomeOf(answer);
    if (outcome === "refused" && change.unknown && !isDecided(answer)) {
      outcome = "unknown"; // this try came to nothing; the one before may not have
    }
    if (outcome === "committed") {
      const nothing = change.nothing?.(answer.json);
      line.tell(outcome, nothing ? "degraded" : "ok", nothing ?? committed(answer.json));
    } else if (outcome === "refused") {
      line.tell(outcome, "failing", `refused, nothing was changed. ${change.refusals?.[answer.code] ?? ""} (${answer.words})`.replace("  (", " ("));
    } else if (outcome === "expired") {
      line.tell(outcome, "degraded", `so old that nobody knows any more whether it took effect: look at what there is now (${answer.words}).`);
    } else {
      line.tell(outcome, "degraded", `it is not known whether it took effect or still will (${answer.words}).`);
    }
    change.unknown = outcome === "unknown";
    // While it is not known, it is sent again under its id, and not as another write.
    letGo(change.unknown ? [line.button] : buttons, change);
    if (!change.unknown) {
      change.settled?.(outcome, answer.json);
    }
    if (focused) {
      refocus(change.unknown ? line.button : focused);
    }
    return outcome;
  }

  return {
    root: el("div", { class: "changes" }, said, lines),
    say: (text) => setText(said, text),

    /**
     * Has a write done.
     *
     * @param change `group`; `what` it is, in words; `write` as `send` takes it; `buttons` that
     *     send it; `refusals`, words by code; `nothing(json)`, words where it came to nothing;
     *     `settled(outcome, json)`, once it is known
     * @returns how the first try ended
     */
    run(change) {
      change.id = writeIdAt(model.now());
      change.unknown = false;
      const line = lineView(change, story, () => attempt(change, line));
      setText(said, "");
      [...lines.children].filter((one) => OVER.has(one.dataset.outcome)).forEach((one) => one.remove());
      lines.prepend(line.root);
      if (lines.childElementCount > MAX_OPEN) {
        line.tell("refused", "failing", `not sent: it is not known what became of ${MAX_OPEN} others. Send those again first.`);
        change.settled?.("refused", {});
        return Promise.resolve("refused");
      }
      return attempt(change, line);
    },
  };
}
