// Building nodes without a framework, and updating a keyed list by touching only what changed.

const SVG = "http://www.w3.org/2000/svg";

/** An element. `on*` props are listeners, `data`/`aria` objects spread, null children are left out. */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) assign(node, name, value);
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

function assign(node, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name === "class") node.className = value;
  else if (name === "data") for (const [key, item] of Object.entries(value)) { if (item !== null && item !== undefined && item !== false) node.dataset[key] = item === true ? "" : item; }
  else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
  else node.setAttribute(name, value === true ? "" : value);
}

export function icon(name, className = null) {
  const svg = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `icons.svg#${name}`);
  svg.setAttribute("aria-hidden", "true");
  if (className) svg.setAttribute("class", className);
  svg.append(use);
  return svg;
}

export const byId = (id) => document.getElementById(id);

/** Initials on a colour that stays the same for the same id. */
export function avatar(name, id, tag = "span") {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const letters = words.slice(0, 2).map((word) => Array.from(word)[0].toUpperCase()).join("");
  const hue = typeof id === "number" ? Math.abs(id) % 7 : Array.from(String(id)).reduce((sum, letter) => sum + letter.codePointAt(0), 0) % 7;
  return el(tag, { class: "avatar", "aria-hidden": "true", data: { hue: String(hue) } }, letters || "?");
}

/**
 * Makes `list` show `items` ({key, signature, ...}) in order. A node whose signature is unchanged is not touched;
 * `make(item)` builds one, `change(node, item)` patches one in place.
 */
export function reconcile(list, items, make, change) {
  const known = new Map(Array.from(list.children, (node) => [node.dataset.key, node]));
  let cursor = list.firstElementChild;
  const added = [];
  for (const item of items) {
    let node = known.get(item.key);
    known.delete(item.key);
    if (!node) {
      node = make(item);
      node.dataset.key = item.key;
      added.push(node);
    } else if (node.signature !== item.signature) change(node, item);
    node.signature = item.signature;
    if (node === cursor) cursor = cursor.nextElementSibling;
    else list.insertBefore(node, cursor);
  }
  for (const node of known.values()) node.remove();
  return added;
}
