// Why a group does not serve, and what became of one write.

import { byId, el, field, keep, keepOptions, keepTexts, levelView, scrollBox, setText, show, table } from "./dom.js";
import { askJson } from "./api.js";
import { moment } from "./format.js";

/** While one of these is shut, the diagnosis is asked for by itself. */
const GRAVE = new Set(["replica", "leader", "quorum", "equal", "evidence"]);
const AGAIN_MILLIS = 5000;

function can(word) {
  const level = levelView();
  return { root: level.root, update: (able) => level.update(able ? "ok" : "failing", able ? `can ${word}` : `cannot ${word}`) };
}

/** What a node that is older than this page says to a path that it does not have. */
function refusalText(answer, what) {
  return answer.status === 404 ? `This node has no ${what} to give (${answer.refused}).` : answer.refused;
}

function diagnosis(group) {
  const words = [can("write"), can("read"), can("elect")];
  const text = el("ul");
  const missing = table(`Members of ${group} that do not answer`, [{ title: "Node" }, { title: "Reason" }]);
  const ballots = table(`Ballots of ${group}`, [{ title: "Node" }, { title: "Promised" }, { title: "Highest seen" }]);
  const unblock = el("p");
  const refused = el("p", { class: "refused" });
  const at = el("p", { class: "quiet" });
  const told = el("div", {}, el("p", { class: "chips" }, ...words.map((word) => word.root)), text, unblock,
    scrollBox(`Missing members of ${group}`, missing.root), scrollBox(`Ballots of ${group}`, ballots.root));
  const root = el("div", { class: "record" }, el("h3", { text: `Group ${group}` }), at, refused, told);
  const cells = (texts) => el("tr", {}, el("th", { scope: "row", text: texts[0] }), ...texts.slice(1).map((one) => el("td", { class: "wrap", text: one })));

  return {
    root,
    update({ answer, askedAt }) {
      if (answer === null) {
        setText(at, "asking");
        show(told, false);
        setText(refused, "");
        return;
      }
      setText(at, `as of ${moment(askedAt)}`);
      setText(refused, answer.json ? "" : refusalText(answer, "diagnosis"));
      show(told, answer.json !== undefined);
      if (!answer.json) {
        return;
      }
      const why = answer.json;
      words[0].update(why.canWrite);
      words[1].update(why.canRead);
      words[2].update(why.canElect);
      keepTexts(text, why.text ?? []);
      const ways = (why.unblock ?? []).map((nodes) => nodes.join(" and "));
      setText(unblock, ways.length === 0 ? "" : `It would go on with ${ways.join(", or with ")}.`);
      missing.body.replaceChildren(...(why.missing ?? []).map((one) => cells([one.node, one.reason])));
      ballots.body.replaceChildren(...(why.ballots ?? []).map((one) => cells([one.node, one.promised, one.highest])));
      show(missing.root.parentElement, missing.body.childElementCount > 0);
      show(ballots.root.parentElement, ballots.body.childElementCount > 0);
    },
  };
}

function storyForm() {
  const groups = el("select", { name: "group" });
  const writeId = el("input", { type: "text", name: "write-id", class: "long", spellcheck: "false", autocomplete: "off", required: true });
  const refused = el("p", { class: "refused", role: "status" });
  const events = table("What each node knows of the write, in order of time", [{ title: "At" }, { title: "Node" }, { title: "What" }, { title: "Detail" }]);
  const box = scrollBox("Story of a write", events.root);
  const silent = el("ul", { class: "quiet" });
  const form = el("form", { class: "fields" }, field("Group", groups), field("Write id", writeId), el("button", { type: "submit", text: "Tell its story" }));
  const storyHint = el("p", { class: "quiet", text: "What each node knows of one write, by its id: from its proposal to its verdict." });
  const root = el("div", {}, el("h3", { text: "Story of a write" }), storyHint, form, refused, box, silent);
  show(box, false);

  async function tell() {
    setText(refused, "asking");
    show(box, false);
    const answer = await askJson(`v1/groups/${encodeURIComponent(groups.value)}/writes/${encodeURIComponent(writeId.value.trim())}/story`);
    setText(refused, answer.json ? "" : refusalText(answer, "story of it"));
    const story = answer.json ?? { events: [], missing: [] };
    show(box, answer.json !== undefined);
    events.body.replaceChildren(...(story.events ?? []).map((one) =>
      el("tr", {}, ...[moment(one.atMillis), one.node, one.what, one.detail].map((text) => el("td", { class: "wrap", text: text ?? "" })))));
    silent.replaceChildren(...(story.missing ?? []).map((one) => el("li", { text: `${one.node} says nothing: ${one.reason}` })));
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    tell();
  });
  return {
    root,
    update: (names) => keepOptions(groups, names),
    tell(group, id) {
      groups.value = group;
      writeId.value = id;
      root.scrollIntoView({ block: "center" });
      writeId.focus();
      tell();
    },
  };
}

export function whyView(model) {
  const select = el("select");
  const form = el("form", { class: "fields" }, field("Group", select), el("button", { type: "submit", text: "Ask why" }));
  const hint = el("p", { class: "quiet", text: "Whether a group can write, read and elect now, who is missing, and who would unblock it. Asked by itself while a group does not serve." });
  const list = el("div");
  const story = storyForm();
  byId("why-body").append(el("div", { class: "sides" }, el("div", {}, hint, form, list), story.root));
  const asked = new Map();

  function render() {
    keep(list, [...asked.values()], (one) => one.group, (one) => diagnosis(one.group));
  }

  async function ask(group) {
    const one = asked.get(group) ?? { group, answer: null, askedAt: 0 };
    if (one.running) {
      return;
    }
    one.running = true;
    one.startedAt = performance.now();
    asked.set(group, one);
    render();
    one.answer = await askJson(`v1/groups/${encodeURIComponent(group)}/why`);
    one.askedAt = model.now();
    one.running = false;
    render();
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const group = select.value;
    ask(group);
    asked.get(group).byHand = true; // it stays when all is well
  });
  return {
    story: (group, id) => story.tell(group, id),
    update() {
      const names = model.groups();
      keepOptions(select, names);
      story.update(names);
      for (const group of names) {
        const shut = model.picture.health.gates.some((gate) => gate.group === group && gate.state === "closed" && GRAVE.has(gate.kind));
        const one = asked.get(group);
        if (shut && (one === undefined || performance.now() - one.startedAt > AGAIN_MILLIS)) {
          ask(group);
        } else if (!shut && one !== undefined && !one.byHand && !one.running) {
          asked.delete(group);
        }
      }
      render();
    },
  };
}
