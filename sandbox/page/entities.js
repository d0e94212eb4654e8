// Telegram text with its entities (offsets in UTF-16 units, which is how JavaScript counts) as nodes.

import { el, icon } from "./dom.js";
import { t } from "./words.js";

const BLOCKS = new Set(["pre", "blockquote", "expandable_blockquote"]);
const PLAIN = { bold: "b", italic: "i", underline: "u", strikethrough: "s" };
const FOLD_FROM = 3;

/** `deeds`: {link(url), command(text), copy(text)} - what tapping a part does. */
export function richText(text, entities, deeds) {
  const sorted = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length || depth(a) - depth(b));
  return nodes(text, 0, text.length, sorted, deeds);
}

const depth = (entity) => (BLOCKS.has(entity.type) ? 0 : 1);

function nodes(text, from, to, entities, deeds) {
  const out = [];
  let at = from;
  for (let i = 0; i < entities.length;) {
    const entity = entities[i++];
    const start = Math.max(entity.offset, at);
    const end = Math.min(entity.offset + entity.length, to);
    if (end <= start) continue;
    if (start > at) out.push(plain(text.slice(at, start), out));
    const inner = [];
    while (i < entities.length && entities[i].offset < end) inner.push(entities[i++]);
    out.push(wrap(entity, text.slice(start, end), nodes(text, start, end, inner, deeds), deeds));
    at = end;
  }
  if (at < to) out.push(plain(text.slice(at, to), out));
  return out;
}

// A block brings its own line break, so the one written after it would show as an empty line.
function plain(text, before) {
  const previous = before.at(-1);
  return previous?.block && text.startsWith("\n") ? text.slice(1) : text;
}

function wrap(entity, text, children, deeds) {
  const { type } = entity;
  if (PLAIN[type]) return el(PLAIN[type], {}, children);
  if (type === "code") return tappable(el("code", { title: t("copyCode"), "aria-label": `${text}, ${t("copyCode")}` }, children), () => deeds.copy(text));
  if (type === "pre") return block(tappable(el("pre", { title: t("copyCode") }, children), () => deeds.copy(text)));
  if (type === "blockquote" || type === "expandable_blockquote") return block(quote(children, text, type !== "blockquote"));
  if (type === "spoiler") return spoiler(children);
  if (type === "bot_command") return tappable(el("a", {}, children), () => deeds.command(text));
  const url = target(entity, text);
  if (url) return el("a", { href: url, rel: "noopener noreferrer", target: "_blank", onclick: (event) => { event.preventDefault(); deeds.link(url); } }, children);
  if (type === "mention" || type === "hashtag" || type === "cashtag" || type === "text_mention") return el("span", { class: "link" }, children);
  return el("span", {}, children);
}

function target(entity, text) {
  if (entity.type === "text_link") return safeUrl(entity.url);
  if (entity.type === "url") return safeUrl(/^[a-z][a-z0-9+.-]*:/i.test(text) ? text : `https://${text}`);
  if (entity.type === "email") return `mailto:${text}`;
  if (entity.type === "phone_number") return `tel:${text.replace(/[^\d+]/g, "")}`;
  return null;
}

export function safeUrl(url) {
  return URL.canParse(url) && ["http:", "https:", "tg:", "mailto:", "tel:"].includes(new URL(url).protocol) ? url : null;
}

function tappable(node, deed) {
  node.tabIndex = 0;
  node.setAttribute("role", "button");
  node.addEventListener("click", (event) => { event.stopPropagation(); deed(); });
  node.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    event.stopPropagation();
    deed();
  });
  return node;
}

function block(node) {
  node.block = true;
  return node;
}

function quote(children, text, folds) {
  const node = el("blockquote", {}, el("div", { class: "quote-body" }, children));
  if (!folds || (text.split("\n").length <= FOLD_FROM && text.length < 140)) return node;
  const toggle = el("button", { type: "button", class: "quote-toggle", "aria-label": t("expand"), "aria-expanded": "false" }, icon("down"));
  toggle.addEventListener("click", () => {
    const folded = node.classList.toggle("folded");
    toggle.setAttribute("aria-expanded", String(!folded));
    toggle.setAttribute("aria-label", t(folded ? "expand" : "fold"));
  });
  node.classList.add("folded");
  node.append(toggle);
  return node;
}

function spoiler(children) {
  const node = el("span", { class: "spoiler", "aria-label": t("spoiler") }, children);
  return tappable(node, () => {
    node.classList.add("shown");
    node.removeAttribute("aria-label");
    node.removeAttribute("role");
    node.removeAttribute("tabindex");
  });
}
