/* Draws the plots of a chaos run with D3. All of them have one axis of time; what is chosen in one is shown in all. */
(() => {
  "use strict";

  const data = JSON.parse(document.getElementById("run").textContent);
  const places = new Map(
    Array.from(document.querySelectorAll(".plot"), (place) => [place.dataset.plot, place]),
  );
  const readout = document.getElementById("readout");
  const controls = document.getElementById("controls");
  const letters = Math.max(8, Math.min(15, d3.max([...data.leaders, ...data.kinds], (name) => name.length) ?? 0));
  const margin = { left: 14 + letters * 5.6, right: 18, top: 6, bottom: 20 };
  const paperWidth = 700; // pixels of a browser's page of A4 between its margins

  const outcomes = data.outcomes.map((outcome, index) => ({
    ...outcome,
    style: "c" + (index % 8),
    symbol: d3.symbolsFill[index % d3.symbolsFill.length],
    committed: outcome.code === data.committed,
    total: d3.sum(outcome.count),
  }));
  const committed = outcomes.find((outcome) => outcome.committed);
  const others = outcomes.filter((outcome) => !outcome.committed);
  const measures = [
    { code: "p50", name: "p50" },
    { code: "p99", name: "p99" },
    { code: "max", name: "longest" },
  ];

  const hidden = new Set(); // codes of outcomes, measures and kinds that the reader does not want to see
  let view = [0, data.span]; // the seconds that are shown
  let chosen = null; // the second under the cursor
  let charts = []; // what is drawn: its scale of time and its cursor

  const shown = (list) => list.filter((each) => !hidden.has(each.code));
  const rate = (outcome, index) => outcome.count[index] / data.slice;
  const inWindow = (from, to) => to >= view[0] && from <= view[1];
  const visible = () => d3.range(data.at.length).filter((i) => inWindow(data.at[i], data.at[i] + data.slice));
  const clock = (seconds) => {
    const tenths = Math.round(seconds * 10);
    const minutes = Math.floor(tenths / 600);
    const rest = tenths - minutes * 600;
    const whole = String(Math.floor(rest / 10)).padStart(2, "0");
    return minutes + ":" + whole + (rest % 10 ? "." + (rest % 10) : "");
  };
  const number = (value) =>
    value === null ? "–" : value < 10 && value % 1 ? value.toFixed(value < 1 ? 2 : 1) : d3.format(",.0f")(value);

  /* ---- one plot ---- */

  function chart(name, height, width) {
    const place = places.get(name);
    place.replaceChildren();
    const total = height + margin.top + margin.bottom;
    const svg = d3
      .select(place)
      .append("svg")
      .attr("viewBox", `0 0 ${width} ${total}`)
      .attr("aria-hidden", "true"); // the words above it tell the same
    const x = d3.scaleLinear(view, [margin.left, width - margin.right]);
    const clip = "clip-" + name;
    svg.append("clipPath").attr("id", clip).append("rect")
      .attr("x", margin.left).attr("y", 0)
      .attr("width", width - margin.left - margin.right).attr("height", margin.top + height);
    svg.append("g").attr("class", "axis").attr("transform", `translate(0,${margin.top + height})`)
      .call(d3.axisBottom(x).tickValues(ticks(width)).tickFormat(clock).tickSizeOuter(0));
    const inside = svg.append("g").attr("clip-path", `url(#${clip})`);
    const cursor = svg.append("line").attr("class", "cursor").attr("visibility", "hidden")
      .attr("y1", margin.top).attr("y2", margin.top + height);
    charts.push({ x, cursor });
    listen(svg, x, height, width);
    return { svg, inside, x, width, top: margin.top, bottom: margin.top + height };
  }

  /* Whole seconds, tens or minutes: d3 would take halves of minutes for fifties. */
  function ticks(width) {
    const wanted = (view[1] - view[0]) / Math.max(2, (width - margin.left) / 80);
    const steps = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600];
    const step = steps.find((each) => each >= wanted) ?? Math.ceil(wanted / 3600) * 3600;
    return d3.range(Math.ceil(view[0] / step - 1e-9), Math.floor(view[1] / step + 1e-9) + 1).map((i) => i * step);
  }

  function bands(plot) {
    const faults = data.faults.filter((fault) => fault.effective && !hidden.has(fault.kind) && inWindow(fault.from, fault.to));
    plot.inside.append("g").selectAll("rect").data(faults).join("rect").attr("class", "band")
      .attr("x", (fault) => plot.x(fault.from)).attr("width", (fault) => Math.max(1, plot.x(fault.to) - plot.x(fault.from)))
      .attr("y", plot.top).attr("height", plot.bottom - plot.top);
  }

  function verticalAxis(plot, y, values, format) {
    plot.inside.append("g").attr("class", "grid").selectAll("line").data(values).join("line")
      .attr("x1", margin.left).attr("x2", plot.width - margin.right).attr("y1", (v) => y(v)).attr("y2", (v) => y(v));
    plot.svg.append("g").attr("class", "axis").attr("transform", `translate(${margin.left},0)`)
      .call(d3.axisLeft(y).tickValues(values).tickFormat(format).tickSize(3));
  }

  const linear = (plot, most) => d3.scaleLinear([0, most || 1], [plot.bottom, plot.top]).nice(4);

  /* A step per slice: a rate holds for the whole slice, and its last one has an end. */
  const steps = (indices) =>
    indices.flatMap((i) => [{ i, t: data.at[i] }, { i, t: Math.min(data.at[i] + data.slice, data.span) }]);

  /* ---- the plots ---- */

  function drawCommitted(width) {
    const plot = chart("committed", 110, width);
    const indices = visible();
    const list = committed && !hidden.has(committed.code) ? [committed] : [];
    const y = linear(plot, d3.max(list, (outcome) => d3.max(indices, (i) => rate(outcome, i))));
    bands(plot);
    verticalAxis(plot, y, y.ticks(4), d3.format(","));
    for (const outcome of list) {
      const points = steps(indices);
      plot.inside.append("path").attr("class", "committed-area " + outcome.style)
        .attr("d", d3.area((p) => plot.x(p.t), plot.bottom, (p) => y(rate(outcome, p.i)))(points));
      plot.inside.append("path").attr("class", "line " + outcome.style)
        .attr("d", d3.line((p) => plot.x(p.t), (p) => y(rate(outcome, p.i)))(points));
    }
  }

  function drawOthers(width) {
    const plot = chart("others", 90, width);
    const points = steps(visible());
    const list = shown(others);
    const layers = d3.stack().keys(d3.range(list.length)).value((p, key) => rate(list[key], p.i))(points);
    const fine = plot.x(data.slice) - plot.x(0) < 4 ? "fine" : ""; // too narrow for lines between the layers
    const y = linear(plot, d3.max(layers, (layer) => d3.max(layer, (part) => part[1])));
    bands(plot);
    verticalAxis(plot, y, y.ticks(3), number);
    plot.inside.append("g").selectAll("path").data(layers).join("path")
      .attr("class", (layer) => `area ${fine} ${list[layer.key].style}`)
      .attr("d", d3.area((part) => plot.x(part.data.t), (part) => y(part[0]), (part) => y(part[1])));
  }

  function drawLatency(width) {
    const plot = chart("latency", 170, width);
    const indices = visible();
    const list = shown(outcomes);
    const wanted = shown(measures).map((measure) => measure.code);
    const values = list.flatMap((outcome) =>
      wanted.filter((code) => outcome.committed || code === "p50")
        .flatMap((code) => indices.map((i) => outcome[code][i]).filter((v) => v > 0)));
    const [least, most] = values.length ? d3.extent(values) : [1, 10];
    const y = d3.scaleLog([least / 1.25, Math.max(most * 1.25, least * 10)], [plot.bottom, plot.top]).clamp(true);
    bands(plot);
    const powers = y.ticks().filter((v) => Math.abs(Math.log10(v) - Math.round(Math.log10(v))) < 1e-9);
    verticalAxis(plot, y, powers.length > 1 ? powers : y.ticks(4), number);
    const middle = (i) => plot.x(Math.min(data.at[i] + data.slice / 2, data.span));
    for (const outcome of list.filter((each) => !each.committed && wanted.includes("p50"))) {
      const symbol = d3.symbol(outcome.symbol, width < 500 ? 14 : 22)();
      plot.inside.append("g").attr("class", "point " + outcome.style).selectAll("path")
        .data(indices.filter((i) => outcome.p50[i] > 0)).join("path")
        .attr("transform", (i) => `translate(${middle(i)},${y(outcome.p50[i])})`).attr("d", symbol);
    }
    for (const outcome of list.filter((each) => each.committed)) {
      if (wanted.includes("max")) {
        plot.inside.append("g").attr("class", "most").selectAll("circle").data(indices.filter((i) => outcome.max[i] > 0))
          .join("circle").attr("r", 1.2).attr("cx", middle).attr("cy", (i) => y(outcome.max[i]));
      }
      for (const code of ["p99", "p50"].filter((each) => wanted.includes(each))) {
        plot.inside.append("path").attr("class", `line ${code === "p99" ? "tail" : ""} ${outcome.style}`)
          .attr("d", d3.line(middle, (i) => y(outcome[code][i])).defined((i) => outcome[code][i] > 0)(indices));
      }
    }
  }

  function lanes(name, names, width, row) {
    const plot = chart(name, Math.max(1, names.length) * row, width);
    const y = d3.scaleBand(names, [plot.top, plot.bottom]).padding(0.18);
    plot.svg.append("g").attr("class", "axis").attr("transform", `translate(${margin.left},0)`)
      .call(d3.axisLeft(y).tickSize(0).tickPadding(6).tickFormat((text) => (text.length > letters ? "…" + text.slice(1 - letters) : text))) // ports come last
      .call((axis) => axis.select(".domain").remove());
    plot.inside.append("g").attr("class", "grid").selectAll("line").data(names).join("line")
      .attr("x1", margin.left).attr("x2", width - margin.right)
      .attr("y1", (each) => y(each) + y.bandwidth() / 2).attr("y2", (each) => y(each) + y.bandwidth() / 2);
    return { ...plot, y };
  }

  function bars(plot, list, lane, style) {
    plot.inside.append("g").selectAll("rect").data(list.filter((each) => inWindow(each.from, each.to))).join("rect")
      .attr("class", style).attr("rx", 1)
      .attr("x", (each) => plot.x(each.from)).attr("y", (each) => plot.y(lane(each)))
      .attr("width", (each) => Math.max(1.5, plot.x(each.to) - plot.x(each.from))).attr("height", plot.y.bandwidth());
  }

  function drawLeaders(width) {
    const none = "none";
    const names = data.leaderless.length ? [...data.leaders, none] : data.leaders;
    const plot = lanes("leaders", names, width, 16);
    bands(plot);
    bars(plot, data.reigns, (reign) => reign.leader, "reign");
    bars(plot, data.leaderless, () => none, "none-known");
  }

  function drawFaults(width) {
    const plot = lanes("faults", data.kinds, width, 18);
    bars(plot, data.faults.filter((fault) => !hidden.has(fault.kind)), (fault) => fault.kind,
      (fault) => "fault" + (fault.effective ? "" : " idle"));
  }

  /* ---- choosing a moment ---- */

  function listen(svg, x, height, width) {
    const brush = d3.brushX().extent([[margin.left, margin.top], [width - margin.right, margin.top + height]])
      .touchable(false).filter((event) => !event.button && !event.ctrlKey)
      .on("end", (event) => {
        if (event.sourceEvent && event.selection) {
          const [from, to] = event.selection.map(x.invert);
          look(from, Math.max(to, from + data.slice));
        }
      });
    svg.append("g").attr("class", "overlay").call(brush);
    const choose = (event) => {
      const box = svg.node().getBoundingClientRect();
      const at = x.invert(((event.clientX - box.left) * width) / box.width);
      point(at < view[0] || at > view[1] ? null : at, event);
    };
    svg.on("pointermove", choose).on("pointerdown", choose)
      .on("pointerleave", (event) => event.pointerType === "mouse" && point(null))
      .on("dblclick", () => look(0, data.span));
  }

  function point(at, event) {
    chosen = at;
    for (const { x, cursor } of charts) {
      cursor.attr("visibility", at === null ? "hidden" : "visible").attr("x1", x(at ?? 0)).attr("x2", x(at ?? 0));
    }
    readout.hidden = at === null;
    if (at === null) {
      return;
    }
    describe(at);
    const docked = document.documentElement.clientWidth <= 640 || !event;
    const width = readout.offsetWidth;
    const left = event && event.clientX + 16 + width > document.documentElement.clientWidth
      ? event.clientX - 16 - width : event ? event.clientX + 16 : 0;
    const lowest = document.documentElement.clientHeight - readout.offsetHeight - 8;
    readout.style.left = docked ? "" : left + "px";
    readout.style.top = docked ? "" : Math.max(8, Math.min(event.clientY + 16, lowest)) + "px";
    readout.style.bottom = docked ? "0" : "";
  }

  function describe(at) {
    const i = Math.max(0, Math.min(d3.bisectRight(data.at, at) - 1, data.at.length - 1));
    const leader = data.reigns.filter((reign) => reign.from <= at && at < reign.to).map((reign) => reign.leader);
    const rows = outcomes.filter((outcome) => outcome.count[i] > 0);
    readout.replaceChildren();
    const box = d3.select(readout);
    box.append("p").append("b").text(`${clock(data.at[i])} to ${clock(data.at[i] + data.slice)}`);
    box.append("p").text("Leader: " + (leader.length ? [...new Set(leader)].join(", ") : "none known"));
    if (rows.length) {
      const table = box.append("table");
      table.append("tr").selectAll("th").data(["", "per s", "p50 ms", "p99 ms", "longest"]).join("th").text(String)
        .attr("class", (head) => (head ? "number" : null));
      for (const outcome of rows) {
        const line = table.append("tr");
        line.append("th").text(outcome.code);
        line.selectAll("td").data([rate(outcome, i), outcome.p50[i], outcome.p99[i], outcome.max[i]]).join("td")
          .attr("class", "number").text(number);
      }
    } else {
      box.append("p").text("Nothing ended.");
    }
    for (const fault of data.faults.filter((each) => each.from <= at && at <= each.to)) {
      box.append("p").text(`${fault.effective ? "" : "✗ no effect: "}${fault.kind}: ${fault.what} (${fault.nodes})`);
    }
  }

  function look(from, to) {
    view = [Math.max(0, from), Math.min(data.span, to)];
    draw();
  }

  /* ---- what is shown ---- */

  function sample(style, shape) {
    const svg = d3.create("svg").attr("width", 22).attr("height", 12).attr("aria-hidden", "true");
    shape(svg);
    svg.attr("class", style);
    return svg.node();
  }

  function toggle(group, each, text, mark) {
    const button = group.append("button").attr("type", "button").attr("aria-pressed", "true");
    if (mark) {
      button.append(() => mark);
    }
    button.append("span").text(text);
    button.on("click", () => {
      const off = !hidden.delete(each);
      if (off) {
        hidden.add(each);
      }
      button.attr("aria-pressed", String(!off));
      draw();
    });
  }

  function group(name) {
    const set = d3.select(controls).append("fieldset");
    set.append("legend").text(name);
    return set.append("div");
  }

  function legend() {
    const ends = group("Outcomes");
    for (const outcome of outcomes) {
      const mark = sample(outcome.style, (svg) => outcome.committed
        ? svg.append("path").attr("class", "line").attr("d", "M1,6H21")
        : svg.append("path").attr("class", "point").attr("transform", "translate(11,6)").attr("d", d3.symbol(outcome.symbol, 60)()));
      toggle(ends, outcome.code, `${outcome.code} ${d3.format(",")(outcome.total)}`, mark);
    }
    const latency = group("Latency");
    const marks = {
      p50: (svg) => svg.append("path").attr("class", "line").attr("d", "M1,6H21"),
      p99: (svg) => svg.append("path").attr("class", "line tail").attr("d", "M1,6H21"),
      max: (svg) => svg.selectAll("circle").data([4, 11, 18]).join("circle").attr("class", "most").attr("r", 1.6).attr("cy", 6).attr("cx", Number),
    };
    const style = committed ? committed.style : "c0";
    for (const measure of measures) {
      toggle(latency, measure.code, measure.name, sample(style, marks[measure.code]));
    }
    if (data.kinds.length) {
      const faults = group("Faults");
      for (const kind of data.kinds) {
        toggle(faults, kind, kind);
      }
    }
    const time = group("Time");
    d3.select(time.node().parentNode).attr("class", "time");
    time.append("button").attr("type", "button").attr("id", "whole").text("Whole run").on("click", () => look(0, data.span));
    const way = matchMedia("(pointer: coarse)").matches ? "Tap a time" : "Drag across a plot, or choose a time";
    time.append("span").attr("class", "note").text(way + " in the table of faults, to look closer.");
  }

  function draw(width) {
    charts = [];
    const wide = width ?? Math.max(280, places.get("committed").clientWidth);
    drawCommitted(wide);
    drawOthers(wide);
    drawLatency(wide);
    drawLeaders(wide);
    drawFaults(wide);
    point(null);
    const zoomed = view[0] > 0 || view[1] < data.span;
    document.getElementById("whole").disabled = !zoomed;
  }

  function keys(event) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step) {
      event.preventDefault();
      const next = chosen === null ? view[0] + data.slice / 2 : chosen + step * data.slice;
      point(Math.max(view[0], Math.min(next, view[1])));
    } else if (event.key === "Escape") {
      point(null);
    }
  }

  /** A timeline may be far wider than the page, and what fits nowhere stands near its end. */
  function showFailing() {
    const failing = document.querySelector("#timeline .failing");
    const scroll = failing?.closest(".scroll");
    if (scroll) {
      const [bar, seen] = [failing.getBoundingClientRect(), scroll.getBoundingClientRect()];
      scroll.scrollLeft += bar.left + bar.width / 2 - seen.left - seen.width / 2;
    }
  }

  legend();
  draw();
  showFailing();
  for (const place of places.values()) {
    place.tabIndex = 0;
    place.setAttribute("role", "group");
    place.setAttribute("aria-label", "Plot. Arrow keys tell the values of each moment.");
    place.addEventListener("keydown", keys);
    place.addEventListener("blur", () => point(null));
  }
  for (const link of document.querySelectorAll("a[data-from]")) {
    link.addEventListener("click", () => {
      const [from, to] = [link.dataset.from / 1000, link.dataset.to / 1000];
      const room = Math.max(2 * data.slice, (to - from) / 2);
      look(from - room, to + room);
    });
  }
  let width = innerWidth;
  addEventListener("resize", () => {
    if (innerWidth !== width) {
      width = innerWidth;
      draw();
    }
  });
  addEventListener("beforeprint", () => draw(paperWidth));
  addEventListener("afterprint", () => draw());
})();
