// Why a group does not serve, and what became of one write.

import { byId, el, field, keep, keepOptions, keepTexts, levelView, scrollBox, setText, show, table } from "./dom.js";
import { askJson } from "./api.js";
import { count, duration, instant, moment } from "./format.js";

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

/** Names as they are said, or what there is in their place. */
const names = (list, none = "none") => (list ?? []).join(", ") || none;

const age = (millis) => (millis < 0 ? "never" : millis === 0 ? "now" : `${duration(millis)} ago`);

/** What would let a group go on: links that are mended, else nodes that come back. */
function ways({ heal = [], unblock = [] }) {
  if (heal.length > 0) {
    const links = heal.map((set) => set.map((link) => `${link.one} and ${link.other}`).join(", "));
    return `It would go on if these heard each other again: ${links.join("; or ")}.`;
  }
  return unblock.length === 0 ? "" : `It would go on with ${unblock.map((nodes) => nodes.join(" and ")).join(", or with ")}.`;
}

function diagnosis(group) {
  const words = [can("write"), can("read"), can("elect")];
  const text = el("ul");
  const facts = ["Needed", "Answering", "Leader"].map((name) => ({ name, value: el("dd") }));
  const list = el("dl", { class: "facts" }, ...facts.map((one) => el("div", {}, el("dt", { text: one.name }), one.value)));
  const missing = table(`Members of ${group} that do not answer`, [{ title: "Node" }, { title: "Reason" }]);
  const ballots = table(`Ballots of ${group}`, [{ title: "Node" }, { title: "Promised" }, { title: "Highest seen" }, { title: "Told" }]);
  const way = el("p");
  const refused = el("p", { class: "refused" });
  const at = el("p", { class: "quiet" });
  const told = el("div", {}, el("p", { class: "chips" }, ...words.map((word) => word.root)), text, way, list,
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
      setText(way, ways(why));
      const { write, read, elect } = why.needed ?? {};
      const said = [`${write} to write, ${read} to read, ${elect} to elect, of ${names(why.members)}`, names(why.answering), why.leader ?? "nobody"];
      facts.forEach((one, index) => setText(one.value, said[index]));
      missing.body.replaceChildren(...(why.missing ?? []).map((one) => cells([one.node, one.reason])));
      ballots.body.replaceChildren(...(why.ballots ?? []).map((one) => cells([one.node, one.promised, one.highest, age(one.ageMillis)])));
      show(missing.root.parentElement, missing.body.childElementCount > 0);
      show(ballots.root.parentElement, ballots.body.childElementCount > 0);
    },
  };
}

/** What is to be said of a member beside what it saw; empty for nothing. */
function teller({ node, detail, clockMillis }) {
  const clock = clockMillis ? `its clock is ${count(Math.abs(clockMillis))} ms ${clockMillis > 0 ? "ahead" : "behind"}, its times are moved` : "";
  const words = [detail, clock].filter((one) => one).join("; ");
  return words === "" ? "" : `${node}: ${words}`;
}

/** When the first event was, by the clock whose times are told. */
function beginning({ nodes, events }) {
  const moved = nodes.find((one) => one.node === events[0].node)?.clockMillis ?? 0;
  return events[0].atMillis - moved;
}

function storyForm() {
  const groups = el("select", { name: "group" });
  const writeId = el("input", { type: "text", name: "write-id", class: "long", spellcheck: "false", autocomplete: "off", required: true });
  const refused = el("p", { class: "refused", role: "status" });
  const said = el("p", { role: "status" });
  const recorded = el("p", { class: "quiet" });
  const events = table("What each node saw of the write, in order of time", [
    { title: "+ms", class: "n" }, { title: "Node" }, { title: "What" }, { title: "Detail" },
  ]);
  const box = scrollBox("Story of a write", events.root);
  const tellers = el("ul", { class: "quiet" });
  const told = el("div", { class: "story" }, said, recorded, tellers, box);
  const form = el("form", { class: "fields" }, field("Group", groups), field("Write id", writeId), el("button", { type: "submit", text: "Tell its story" }));
  const storyHint = el("p", { class: "quiet", text: "What every node has seen of one write, by its id: from its client to each disk and back. This node asks the others." });
  const root = el("div", {}, el("h3", { text: "Story of a write" }), storyHint, form, refused, told);
  show(told, false);
  let asked = 0;

  function eventRow(one) {
    const cells = [["n", `+${count(one.sinceFirstMillis)}`], ["fixed", one.node], ["fixed", one.what.replaceAll("_", " ")], ["wrap", one.detail]];
    return el("tr", {}, ...cells.map(([name, text]) => el("td", { class: name, text })));
  }

  async function tell() {
    asked += 1;
    const mine = asked;
    setText(refused, "asking");
    show(told, false);
    const answer = await askJson(`v1/groups/${encodeURIComponent(groups.value)}/writes/${encodeURIComponent(writeId.value.trim())}/story?nodes=all`);
    if (mine !== asked) {
      return;
    }
    setText(refused, answer.json ? "" : refusalText(answer, "story of it"));
    show(told, answer.json !== undefined);
    if (!answer.json) {
      return;
    }
    const story = answer.json;
    setText(said, story.text);
    const where = story.slot === null ? "" : `, in slot ${count(story.slot)}`;
    const from = story.events.length === 0 ? "" : `; from ${instant(beginning(story))} on`;
    setText(recorded, `Recorded: ${story.recorded.replaceAll("_", " ")}${where}${from}.`);
    events.body.replaceChildren(...story.events.map(eventRow));
    tellers.replaceChildren(...story.nodes.map(teller).filter((text) => text !== "").map((text) => el("li", { text })));
    show(box, story.events.length > 0);
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
