// Small things done with the document. All text goes in as text: nothing here makes markup of it.

const SVG = "http://www.w3.org/2000/svg";

function fill(node, fields, children) {
  for (const [name, value] of Object.entries(fields)) {
    if (name === "text") {
      node.textContent = value;
    } else if (name === "on") {
      Object.entries(value).forEach(([event, listener]) => node.addEventListener(event, listener));
    } else {
      setAttribute(node, name, value);
    }
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

/** An element with attributes, `text`, listeners under `on`, and children. */
export function el(tag, fields = {}, ...children) {
  return fill(document.createElement(tag), fields, children);
}

/** The same of SVG. */
export function svg(tag, fields = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), fields, children);
}

export function byId(id) {
  return document.getElementById(id);
}

/** Sets a text where it is another one: what is selected stays so where nothing changes. */
export function setText(node, text) {
  const wished = String(text);
  if (node.textContent !== wished) {
    node.textContent = wished;
  }
}

/** Sets an attribute where it is another one; null, undefined and false take it away. */
export function setAttribute(node, name, value) {
  if (value === null || value === undefined || value === false) {
    node.removeAttribute(name);
  } else {
    const wished = value === true ? "" : String(value);
    if (node.getAttribute(name) !== wished) {
      node.setAttribute(name, wished);
    }
  }
}

export function show(node, shown) {
  if (node.hidden === shown) {
    node.hidden = !shown;
  }
}

const kept = new WeakMap();

/**
 * Makes the children of `parent` show `items`, each by its own part that stays the same node for
 * as long as the item is there: what has the focus keeps it.
 *
 * @param keyOf names an item
 * @param make makes a part, `{root, update(item)}`, for an item
 */
export function keep(parent, items, keyOf, make) {
  const before = kept.get(parent) ?? new Map();
  const after = new Map();
  for (const item of items) {
    const key = keyOf(item);
    after.set(key, before.get(key) ?? make(item));
  }
  for (const [key, part] of before) {
    if (!after.has(key)) {
      part.root.remove();
    }
  }
  kept.set(parent, after);
  let at = parent.firstElementChild;
  for (const item of items) {
    const part = after.get(keyOf(item));
    if (part.root === at) {
      at = at.nextElementSibling;
    } else {
      parent.insertBefore(part.root, at);
    }
    part.update?.(item);
  }
}

/** A list of plain texts, kept up to date. */
export function keepTexts(list, texts, tag = "li") {
  keep(
    list,
    texts.map((text, place) => ({ text, place })),
    (one) => one.place,
    () => {
      const root = el(tag);
      return { root, update: (one) => setText(root, one.text) };
    },
  );
}

/** The choices of a select, kept up to date; what was chosen stays chosen. */
export function keepOptions(select, names) {
  keep(select, names, (name) => name, (name) => ({ root: el("option", { value: name, text: name }) }));
}

const WORDS = { ok: "ok", degraded: "degraded", failing: "failing", unknown: "not known" };

/** A mark of its own shape for each level. */
export function icon(level) {
  return svg("svg", { class: "icon", "aria-hidden": "true" }, svg("use", { href: `#icon-${level}` }));
}

/** A level as mark, word and colour. */
export function levelView() {
  const use = svg("use", { href: "#icon-unknown" });
  const word = el("span");
  const root = el(
    "span",
    { class: "level", "data-level": "unknown" },
    svg("svg", { class: "icon", "aria-hidden": "true" }, use),
    word,
  );
  return {
    root,
    update(level, text = WORDS[level] ?? level) {
      const known = level in WORDS ? level : "unknown";
      setAttribute(root, "data-level", known);
      setAttribute(use, "href", `#icon-${known}`);
      setText(word, text);
    },
  };
}

let fieldNumber = 0;

/** An input or select with its label. */
export function field(label, control) {
  fieldNumber += 1;
  control.id = `field-${fieldNumber}`;
  return el("div", { class: "field" }, el("label", { for: control.id, text: label }), control);
}

/** A checkbox with its label. */
export function check(label) {
  fieldNumber += 1;
  const box = el("input", { type: "checkbox", id: `field-${fieldNumber}` });
  return { box, root: el("div", { class: "check" }, box, el("label", { for: box.id, text: label })) };
}

/** A box of its own in which something wide scrolls, also by keyboard. */
export function scrollBox(label, ...children) {
  return el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": label }, ...children);
}

/** A table with a caption and columns `{title, class}`; rows go into its `body`. */
export function table(caption, columns, fields = {}) {
  const head = el(
    "tr",
    {},
    ...columns.map((column) => el("th", { scope: "col", class: column.class, text: column.title })),
  );
  const body = el("tbody");
  const root = el("table", fields, el("caption", { text: caption }), el("thead", {}, head), body);
  return { root, body };
}
