// The history: days, bubbles and service lines in order; stays where the person reads, follows at the end.

import { byId, el, reconcile } from "./dom.js";
import { changeBubble, makeBubble, summary } from "./bubbles.js";
import { currentLanguage, dayKey, dayName, t } from "./words.js";

const NEAR_END = 90;
const SAME_BREATH = 600;
const DAY_STAYS_MS = 1200;

export class Transcript {
  #log = byId("log");
  #scroller = byId("scroller");
  #toEnd = byId("to-end");
  #count = byId("to-end-count");
  #deeds;
  #shown = null;
  #newest = 0;
  #unseen = 0;
  #following = true;
  #lastTop = 0;
  #still = 0;

  constructor(deeds) {
    this.#deeds = { ...deeds, show: (id) => this.reveal(id) };
    this.#scroller.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    new ResizeObserver(() => this.#following && this.#toBottom(false)).observe(this.#scroller);
    this.#toEnd.addEventListener("click", () => this.#toBottom(true));
    this.#scroller.addEventListener("keydown", (event) => this.#walk(event));
    this.#log.addEventListener("load", () => this.#following && this.#toBottom(false), { capture: true });
  }

  show(transcript, now) {
    const name = `${transcript.person}/${transcript.chat}`;
    const other = name !== this.#shown;
    if (other) this.#log.replaceChildren();
    this.#shown = name;
    this.#intro(transcript);
    const added = [];
    reconcile(this.#log, days(transcript, now), (day) => this.#day(el("li", {}, el("h2", { class: "day" }, el("span")), el("ol")), day, added), (node, day) => this.#day(node, day, added));
    this.#follow(transcript.messages, added, other);
  }

  empty(text) {
    this.#shown = null;
    this.#newest = 0;
    this.#log.replaceChildren();
    byId("intro")?.remove();
    if (text) this.#scroller.append(el("p", { class: "intro", id: "intro" }, text));
  }

  reveal(id) {
    const node = this.#log.querySelector(`[data-id="${Number(id)}"]`);
    node?.scrollIntoView({ block: "center", behavior: "smooth" });
    node?.focus({ preventScroll: true });
  }

  #intro(transcript) {
    byId("intro")?.remove();
    if (transcript.messages.length) return;
    const text = transcript.bot?.description || t("noMessages");
    this.#scroller.append(el("div", { class: "intro", id: "intro" }, transcript.bot?.description && el("b", {}, t("whatCan")), text));
  }

  #day(node, day, added) {
    const [title, list] = node.children;
    title.firstElementChild.textContent = day.name;
    added.push(...reconcile(list, day.items, (item) => this.#make(item), (message, item) => this.#change(message, item)));
    return node;
  }

  #make(item) {
    if (item.label === null) return makeBubble(item, this.#deeds);
    const node = el("li", { class: "service" }, el("span", {}, item.label));
    node.dataset.id = item.message.message_id;
    return node;
  }

  #change(node, item) {
    if (node.stack) changeBubble(node, item, this.#deeds);
    else node.firstElementChild.textContent = item.label;
  }

  #follow(messages, added, other) {
    const fresh = other ? [] : messages.filter((message) => message.message_id > this.#newest);
    const ids = new Set(fresh.map((message) => String(message.message_id)));
    for (const node of added) if (ids.has(node.dataset.id)) node.dataset.new = "";
    this.#newest = Math.max(0, ...messages.map((message) => message.message_id));
    if (other || this.#following || fresh.some((message) => message.mine)) this.#toBottom(fresh.length > 0 && fresh.length < 4);
    else this.#mark(this.#unseen + fresh.length);
  }

  #toBottom(smooth) {
    this.#following = true;
    this.#scroller.scrollTo({ top: this.#scroller.scrollHeight, behavior: smooth ? "smooth" : "instant" });
    this.#mark(0);
    this.#toEnd.hidden = true;
  }

  #scrolled() {
    this.#scroller.dataset.scrolling = "";
    clearTimeout(this.#still);
    this.#still = setTimeout(() => { delete this.#scroller.dataset.scrolling; }, DAY_STAYS_MS);
    const left = this.#scroller.scrollHeight - this.#scroller.scrollTop - this.#scroller.clientHeight;
    const up = this.#scroller.scrollTop < this.#lastTop;
    this.#lastTop = this.#scroller.scrollTop;
    // A smooth scroll on its way down is not the person leaving the end.
    if (left < NEAR_END) this.#following = true;
    else if (up) this.#following = false;
    if (left < NEAR_END) this.#mark(0);
    this.#toEnd.hidden = left < NEAR_END || this.#following;
  }

  #mark(count) {
    this.#unseen = count;
    this.#count.hidden = count === 0;
    this.#count.textContent = String(count);
  }

  #walk(event) {
    const current = document.activeElement.closest?.(".msg");
    if (event.key === "ContextMenu" || (event.key === "Enter" && document.activeElement === current && current)) {
      event.preventDefault();
      return current && this.#deeds.menu(current.message, current.bubble.getBoundingClientRect());
    }
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!step || (document.activeElement !== this.#scroller && document.activeElement !== current)) return undefined;
    const all = Array.from(this.#log.querySelectorAll(".msg"));
    const next = current ? all[all.indexOf(current) + step] : step < 0 ? all.at(-1) : null;
    if (!next) return undefined;
    event.preventDefault();
    next.focus();
    return undefined;
  }
}

/** The messages by day; neighbours of one sender form a group. */
function days(transcript, now) {
  const { messages } = transcript;
  const ids = new Map(messages.map((message) => [message.message_id, message]));
  const out = [];
  messages.forEach((message, i) => {
    const key = `day-${dayKey(message.date)}`;
    if (out.at(-1)?.key !== key) out.push({ key, name: dayName(message.date, now), items: [] });
    const repliedTo = ids.get(message.reply_to?.message_id ?? message.reply_to);
    const facts = { first: !together(messages[i - 1], message), last: !together(message, messages[i + 1]), language: currentLanguage() };
    const label = message.kind === "pinned" ? t("pinnedBy", { name: message.from.name, text: message.text }) : null;
    out.at(-1).items.push({ key: `message-${message.message_id}`, message, ...facts, repliedTo, label, signature: JSON.stringify([message, facts, summary(repliedTo), label]) });
  });
  for (const day of out) day.signature = day.name + day.items.map((item) => item.signature).join();
  return out;
}

function together(a, b) {
  return Boolean(a && b) && a.kind !== "pinned" && b.kind !== "pinned" && a.from.id === b.from.id && b.date - a.date < SAME_BREATH && dayKey(a.date) === dayKey(b.date);
}
