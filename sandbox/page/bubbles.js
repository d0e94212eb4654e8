// One message as Telegram draws it. Each part has a signature; an update replaces only the parts that changed.

import { el, icon } from "./dom.js";
import { richText, safeUrl } from "./entities.js";
import { size, t, time } from "./words.js";

const EMOJI_ONLY = /^(?:\p{Extended_Pictographic}[\u{FE0F}\u{200D}\u{1F3FB}-\u{1F3FF}]*){1,3}$/u;
const KIND_ICONS = { url: "external", copy: "copy", web_app: "window" };

export function makeBubble(item, deeds) {
  const node = el("li", { class: "msg", tabindex: "-1" });
  node.parts = new Map();
  changeBubble(node, item, deeds);
  return node;
}

export function changeBubble(node, item, deeds) {
  const { message, first, last } = item;
  flag(node, "mine", message.mine);
  flag(node, "first", first);
  flag(node, "last", last);
  node.dataset.id = message.message_id;
  node.message = message;
  node.stack ??= node.appendChild(el("div", { class: "stack" }));
  node.bubble ??= node.stack.appendChild(el("div", { class: "bubble" }));
  flag(node.stack, "keys", message.buttons.length > 0);
  node.bubble.classList.toggle("big-emoji", message.kind === "text" && EMOJI_ONLY.test(message.text));
  part(node, node.bubble, "quote", message.reply_to, (reply) => reply && quote(reply, item.repliedTo, deeds));
  part(node, node.bubble, "media", [message.photo, message.document, message.contact], () => media(message, deeds));
  part(node, node.bubble, "text", [message.text, message.entities, message.edited, message.received, item.language], () => text(message, deeds));
  part(node, node.bubble, "reactions", message.reactions, (list) => list.length && el("div", { class: "reactions" }, list.map((one) => el("span", {}, one.emoji))));
  part(node, node.stack, "keys", [message.buttons, item.language], () => message.buttons.length && keys(message, deeds));
}

function flag(node, name, on) {
  if (on) node.dataset[name] = "";
  else delete node.dataset[name];
}

const ORDER = ["quote", "media", "text", "reactions", "keys"];

function part(node, parent, name, facts, build) {
  const signature = JSON.stringify(facts);
  const old = node.parts.get(name);
  if (old?.signature === signature) return;
  const fresh = build(facts) || null;
  const focused = old?.node?.contains(document.activeElement) ? indexOfFocus(old.node) : null;
  if (old?.node && fresh) old.node.replaceWith(fresh);
  else if (old?.node) old.node.remove();
  else if (fresh) parent.insertBefore(fresh, nextPart(node, parent, name));
  node.parts.set(name, { signature, node: fresh });
  if (focused !== null) (fresh?.querySelectorAll("button, a, [tabindex]")[focused] ?? node).focus({ preventScroll: true });
}

function nextPart(node, parent, name) {
  const later = ORDER.slice(ORDER.indexOf(name) + 1).map((other) => node.parts.get(other)?.node);
  return later.find((other) => other?.parentNode === parent) ?? null;
}

const indexOfFocus = (root) => Array.from(root.querySelectorAll("button, a, [tabindex]")).indexOf(document.activeElement);

function text(message, deeds) {
  const children = richText(shownText(message), message.entities ?? [], deeds);
  return el("div", { class: "text" }, children, meta(message));
}

// Telegram shows the START button's message without the link's parameter.
const shownText = ({ text: said, mine }) => (mine && /^\/start [\w-]{1,64}$/.test(said) ? "/start" : said ?? "");

function meta(message) {
  const stamp = el("time", { datetime: new Date(message.date * 1000).toISOString() }, time(message.date));
  const ticks = message.mine && icon(message.received === false ? "check" : "checks");
  const told = message.mine && el("span", { class: "unseen" }, t(message.received === false ? "sent" : "received"));
  return el("span", { class: "meta" }, message.pinned && icon("pin", "small"), message.edited && el("span", {}, t("edited")), stamp, ticks, told);
}

function quote(reply, replied, deeds) {
  const id = typeof reply === "object" ? reply.message_id : reply;
  return el("button", { type: "button", class: "quote", onclick: () => deeds.show(id) }, el("b", {}, replied?.from.name ?? t("message")), el("span", {}, summary(replied)));
}

/** One line for a message: quotes, the pinned bar, service messages. */
export function summary(message) {
  if (!message) return "…";
  return (message.text || message.document?.name || (message.photo ? t("photo") : message.contact ? t("contact") : "")).replace(/\s+/g, " ");
}

function media(message, deeds) {
  if (message.photo) return photo(message, deeds);
  if (message.document) return file(message.document);
  if (message.contact) return el("div", { class: "file" }, el("span", { class: "file-mark" }, icon("contact")), el("span", {}, el("b", {}, message.contact.first_name ?? t("contact")), el("small", {}, message.contact.phone_number ?? "")));
  return null;
}

function photo(message, deeds) {
  const { url, width, height } = message.photo;
  const image = el("img", { src: url, alt: message.text || t("photo"), width, height, decoding: "async" });
  return el("button", { type: "button", class: "photo", "aria-label": t("photo"), onclick: () => deeds.photo(url, image.alt) }, image);
}

/** A file that opens in a new tab. */
export function file({ url, name, size: bytes }) {
  const type = (name.includes(".") ? name.split(".").pop() : "").toLowerCase().slice(0, 4);
  return el("a", { class: "file", href: url, target: "_blank", rel: "noopener", "aria-label": `${t("file")}: ${name}, ${size(bytes)}` },
    el("span", { class: "file-mark", "aria-hidden": "true", data: { type } }, type.toUpperCase()),
    el("span", {}, el("b", {}, name), el("small", {}, size(bytes))));
}

function keys(message, deeds) {
  return el("div", { class: "keys" }, message.buttons.map((row, y) => el("div", {}, row.map((button, x) => key(message, button, y, x, deeds)))));
}

function key(message, button, row, column, deeds) {
  const node = el("button", { type: "button", class: "key", lang: deeds.languageOf(), title: button.kind === "url" ? safeUrl(button.url) : null,
    "aria-busy": button.spinning ? "true" : null, data: { kind: button.kind, style: button.style } },
  el("span", {}, button.label), KIND_ICONS[button.kind] && !button.spinning && icon(KIND_ICONS[button.kind]));
  if (button.spinning) spin(node);
  node.addEventListener("click", () => {
    if (node.getAttribute("aria-busy") !== "true") deeds.tap(message, button, { row, column }, node);
  });
  return node;
}

/** The waiting ring on a tapped button, until the bot has answered. */
export function spin(node) {
  node.setAttribute("aria-busy", "true");
  if (!node.querySelector(".spinner")) node.append(el("span", { class: "spinner" }));
}

export function unspin(node) {
  node.removeAttribute("aria-busy");
  node.querySelector(".spinner")?.remove();
}
