// A plot of how writes ended: bars stacked by class, a readout for mouse and keyboard, and a table
// for those who do not see it.

import { el, keep, setAttribute, setText, show, svg } from "./dom.js";
import { count, moment, rate } from "./format.js";
import { CLASSES } from "./verdicts.js";

const SPAN_MILLIS = 600_000;
const HEIGHT = 150;
const TOP = 16;
const BOTTOM = 20;
const LEFT = 44;
const RIGHT = 6;

let plots = 0;

/** The least round number that is not below, and whose half is short. */
function nice(most) {
  const power = 10 ** Math.floor(Math.log10(most));
  return [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].map((factor) => factor * power).find((round) => round >= most * 0.999);
}

const perSecond = (step, counts) => (1000 * counts) / Math.max(1, step.to - step.from);
const sum = (counts) => counts.reduce((total, one) => total + one, 0);

function words(step) {
  const told = CLASSES.map((one, index) => ({ one, more: perSecond(step, step.counts[index]) }))
    .filter(({ more }) => more > 0)
    .map(({ one, more }) => `${one.title} ${rate(more)}/s`);
  return `${moment(step.from)} to ${moment(step.to)}: ${told.length === 0 ? "no write ended" : told.join(", ")}`;
}

function legendEntry(index) {
  const total = el("span");
  const swatch = svg("svg", { viewBox: "0 0 11 11", "aria-hidden": "true" });
  swatch.append(svg("rect", { width: 11, height: 11, rx: 2, "data-series": CLASSES[index].name }));
  return {
    root: el("li", {}, swatch, total),
    update: (text) => setText(total, text),
  };
}

/** The minutes of the span, for those who do not see the plot. */
function minuteTable(title) {
  const body = el("tbody");
  const head = el(
    "tr",
    {},
    ...["Minute", ...CLASSES.map((one) => one.title)].map((text) => el("th", { scope: "col", text })),
  );
  const root = el("div", { class: "unseen" }, el("table", {}, el("caption", { text: title }), el("thead", {}, head), body));
  const row = () => {
    const cells = [el("th", { scope: "row" }), ...CLASSES.map(() => el("td"))];
    return {
      root: el("tr", {}, ...cells),
      update: (minute) => [minute.label, ...minute.counts.map((one) => count(Math.round(one)))].forEach((text, index) => setText(cells[index], text)),
    };
  };
  return {
    root,
    update(steps) {
      const minutes = new Map();
      for (const step of steps) {
        const at = Math.floor((step.to - 1) / 60_000) * 60_000;
        const minute = minutes.get(at) ?? { label: moment(at).slice(0, -3), counts: CLASSES.map(() => 0) };
        step.counts.forEach((more, index) => (minute.counts[index] += more));
        minutes.set(at, minute);
      }
      keep(body, [...minutes.values()], (minute) => minute.label, row);
    },
  };
}

export function plotView(group) {
  plots += 1;
  const id = `plot-${plots}`;
  const title = svg("title", { id: `${id}-title`, text: `Writes of group ${group} that ended, per second` });
  const told = svg("desc", { id: `${id}-told` });
  const grid = svg("g");
  const bars = CLASSES.map((one) => svg("path", { "data-series": one.name }));
  const hatch = svg("path", { fill: `url(#${id}-hatch)` });
  const opened = svg("line", { class: "opened", y1: TOP, y2: HEIGHT - BOTTOM });
  const openedText = svg("text", { y: TOP - 5, text: "other nodes too" });
  const cursor = svg("line", { class: "cursor", y1: TOP, y2: HEIGHT - BOTTOM, visibility: "hidden" });
  const pattern = svg(
    "pattern",
    { id: `${id}-hatch`, width: 5, height: 5, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
    svg("line", { class: "hatch", x1: 0, y1: 0, x2: 0, y2: 5 }),
  );
  const image = svg(
    "svg",
    { role: "img", "aria-labelledby": `${id}-title ${id}-told` },
    title, told, svg("defs", {}, pattern), grid, ...bars, hatch, opened, openedText, cursor,
  );
  const box = el(
    "div",
    { class: "plot", tabindex: "0", role: "slider", "aria-label": `Moment in the plot of group ${group}`, "aria-valuemin": "0" },
    image,
  );
  const readout = el("p", { class: "readout" });
  const legend = CLASSES.map((_, index) => legendEntry(index));
  const minutes = minuteTable(`Writes of group ${group} that ended, by minute`);
  const list = el("ul", { class: "legend" }, ...legend.map((one) => one.root));
  const root = el(
    "figure",
    {},
    el("figcaption", { class: "plot-title" },
      el("span", { class: "quiet", text: "Writes that ended, per second" }),
      list),
    box, readout, minutes.root,
  );

  let steps = [];
  let since = null;
  let chosen = null;
  let note = "";

  const place = (width) => {
    const end = steps.length === 0 ? 0 : steps[steps.length - 1].to;
    return (millis) => LEFT + ((width - LEFT - RIGHT) * (millis - end + SPAN_MILLIS)) / SPAN_MILLIS;
  };

  function draw() {
    const width = box.clientWidth;
    if (width < LEFT + RIGHT + 20) {
      return;
    }
    setAttribute(image, "viewBox", `0 0 ${width} ${HEIGHT}`);
    const x = place(width);
    const most = Math.max(...steps.map((step) => perSecond(step, sum(step.counts))), 0);
    const top = most > 0 ? nice(most) : 1;
    const y = (value) => HEIGHT - BOTTOM - ((HEIGHT - TOP - BOTTOM) * value) / top;
    drawGrid(width, top, y);
    const paths = CLASSES.map(() => "");
    for (const step of steps) {
      const left = Math.max(LEFT, x(step.from));
      const wide = Math.max(0.8, x(step.to) - left - (x(step.to) - left > 3 ? 1 : 0.25));
      let below = 0;
      step.counts.forEach((counts, index) => {
        const height = perSecond(step, counts);
        if (height > 0) {
          const from = y(below);
          const high = Math.max(from - y(below + height), 0.8);
          paths[index] += `M${left.toFixed(1)} ${from.toFixed(1)}h${wide.toFixed(1)}v${(-high).toFixed(1)}h${(-wide).toFixed(1)}z`;
          below += height;
        }
      });
    }
    paths.forEach((path, index) => setAttribute(bars[index], "d", path));
    setAttribute(hatch, "d", paths[3]);
    const openedAt = since === null ? -1 : x(since);
    setAttribute(opened, "visibility", openedAt > LEFT + 4 ? "visible" : "hidden");
    setAttribute(opened, "x1", openedAt.toFixed(1));
    setAttribute(opened, "x2", openedAt.toFixed(1));
    setAttribute(openedText, "visibility", opened.getAttribute("visibility"));
    const leftwards = openedAt > width - 110;
    setAttribute(openedText, "x", (openedAt + (leftwards ? 4 : -4)).toFixed(1));
    setAttribute(openedText, "text-anchor", leftwards ? "end" : "start");
    drawCursor();
  }

  function drawGrid(width, top, y) {
    const parts = [];
    for (const value of [0, top / 2, top]) {
      parts.push(svg("line", { class: "grid", x1: LEFT, x2: width - RIGHT, y1: y(value), y2: y(value) }));
      const text = value > 0 && value < 10 ? String(Number(value.toPrecision(2))) : count(value);
      parts.push(svg("text", { x: LEFT - 6, y: y(value) + 4, "text-anchor": "end", text }));
    }
    const step = width < 420 ? 5 : 2;
    for (let minute = 10; minute >= 0; minute -= step) {
      const at = LEFT + ((width - LEFT - RIGHT) * (10 - minute)) / 10;
      const anchor = minute === 0 ? "end" : minute === 10 ? "start" : "middle";
      const text = minute === 0 ? "now" : `\u2212${minute} min`;
      parts.push(svg("text", { x: at, y: HEIGHT - 5, "text-anchor": anchor, text }));
    }
    grid.replaceChildren(...parts);
  }

  function drawCursor() {
    const step = chosen === null ? undefined : steps[chosen];
    setAttribute(cursor, "visibility", step === undefined ? "hidden" : "visible");
    if (step !== undefined) {
      const x = place(box.clientWidth);
      const middle = ((x(step.from) + x(step.to)) / 2).toFixed(1);
      setAttribute(cursor, "x1", middle);
      setAttribute(cursor, "x2", middle);
    }
    const last = steps.length - 1;
    const shown = step ?? steps[last];
    setText(readout, step !== undefined ? words(step) : note);
    setAttribute(box, "aria-valuemax", Math.max(0, last));
    setAttribute(box, "aria-valuenow", chosen ?? Math.max(0, last));
    setAttribute(box, "aria-valuetext", shown === undefined ? "nothing yet" : words(shown));
  }

  function choose(index) {
    chosen = index === null || steps.length === 0 ? null : Math.min(Math.max(0, index), steps.length - 1);
    drawCursor();
  }

  box.addEventListener("pointermove", (event) => {
    const at = event.clientX - box.getBoundingClientRect().left;
    const x = place(box.clientWidth);
    const found = steps.findIndex((step) => at >= x(step.from) && at < x(step.to));
    choose(found < 0 ? null : found);
  });
  box.addEventListener("pointerleave", () => choose(null));
  box.addEventListener("blur", () => choose(null));
  box.addEventListener("keydown", (event) => {
    const last = steps.length - 1;
    const from = chosen ?? last;
    const to = {
      ArrowLeft: from - 1, ArrowDown: from - 1, ArrowRight: from + 1, ArrowUp: from + 1,
      PageUp: from + 12, PageDown: from - 12, Home: 0, End: last,
    }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      choose(to);
    } else if (event.key === "Escape") {
      choose(null);
    }
  });
  new ResizeObserver(draw).observe(box);

  return {
    root,
    /**
     * @param text what the numbers are of, told while no moment is chosen
     */
    update(nextSteps, countedSince, text) {
      const moved = steps.length > 0 && nextSteps.length > 0 && chosen !== null;
      const gone = moved ? nextSteps.findIndex((step) => step.to === steps[chosen].to) : -1;
      steps = nextSteps;
      since = countedSince;
      if (chosen !== null) {
        chosen = gone < 0 ? null : gone;
      }
      const totals = CLASSES.map((_, index) => steps.reduce((total, step) => total + step.counts[index], 0));
      legend.forEach((one, index) => one.update(`${CLASSES[index].title} ${count(Math.round(totals[index]))}`));
      setText(
        told,
        `In ten minutes: ${CLASSES.map((one, index) => `${one.title} ${count(Math.round(totals[index]))}`).join(", ")}.`,
      );
      minutes.update(steps);
      const any = totals.some((total) => total > 0);
      show(box, any);
      show(list, any);
      note = any ? text : "No write ended in ten minutes.";
      draw();
      drawCursor();
    },
  };
}
