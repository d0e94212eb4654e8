// What floats above the page: toasts, alerts, menus, the photo viewer, the banner, dialogs.

import { byId, el, icon } from "./dom.js";
import { t } from "./words.js";

const TOAST_MS = 3500;
const NOTE_MS = 1600;
const BANNER_MS = 5000;

export function toast(text, lasting = TOAST_MS + text.length * 25) {
  const node = el("div", { class: "toast" }, text);
  byId("toasts").replaceChildren(node);
  setTimeout(() => node.remove(), lasting);
}

/** The page's own word on what it did: shorter than the bot's. */
export const note = (text) => toast(text, NOTE_MS);

function sheet(...children) {
  const dialog = el("dialog", { class: "sheet" }, ...children);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/** answerCallbackQuery with show_alert. */
export function alertBox(title, text) {
  const dialog = sheet(el("h2", { id: "alert-title" }, title), el("p", { class: "alert-text", id: "alert-text" }, text),
    el("div", { class: "row" }, el("button", { type: "button", autofocus: true, onclick: () => dialog.close() }, t("ok"))));
  dialog.setAttribute("role", "alertdialog");
  dialog.setAttribute("aria-labelledby", "alert-title");
  dialog.setAttribute("aria-describedby", "alert-text");
}

export function lightbox(url, alt) {
  const dialog = el("dialog", { class: "lightbox", "aria-label": alt }, el("img", { src: url, alt }),
    el("button", { type: "button", class: "round", "aria-label": t("close"), onclick: () => dialog.close() }, icon("close")));
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

/** A menu at `at` (a rectangle). Entries: {label, note, icon | node, danger, checked, run} or "-" or a ready node. */
export function menu(at, entries, label) {
  const back = document.activeElement;
  const node = el("div", { class: "popover", role: "menu", "aria-label": label, popover: "auto" }, entries.map((entry) => menuEntry(entry, () => node.hidePopover())));
  document.body.append(node);
  node.addEventListener("toggle", (event) => {
    if (event.newState !== "closed") return;
    node.remove();
    if (document.activeElement === document.body) back?.focus?.({ preventScroll: true });
  });
  node.addEventListener("keydown", walk);
  node.showPopover();
  const { width, height } = node.getBoundingClientRect();
  node.style.left = `${Math.max(8, Math.min(at.right - width, innerWidth - width - 8))}px`;
  node.style.top = `${at.bottom + height + 8 <= innerHeight ? at.bottom + 4 : Math.max(8, at.top - height - 4)}px`;
  node.querySelector("button")?.focus({ preventScroll: true });
  return node;
}

function menuEntry(entry, close) {
  if (entry === "-") return el("hr");
  if (entry instanceof Node) {
    entry.addEventListener("click", close);
    return entry;
  }
  const checkable = entry.checked !== undefined;
  return el("button", { type: "button", role: checkable ? "menuitemradio" : "menuitem", "aria-checked": checkable ? String(entry.checked) : null, class: entry.danger ? "danger" : null,
    onclick: () => { close(); entry.run(); } },
  entry.node ?? (entry.icon && icon(entry.icon)), el("span", { class: "label" }, entry.label, entry.note && el("small", {}, entry.note)), entry.checked && icon("tick"));
}

function walk(event) {
  const step = { ArrowDown: 1, ArrowUp: -1, ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const buttons = Array.from(event.currentTarget.querySelectorAll("button"));
  buttons.at((buttons.indexOf(document.activeElement) + step) % buttons.length).focus();
}

let bannerTimer = 0;
/** "New SMS" while its panel is not in sight. */
export function banner(iconName, title, text, run) {
  const box = byId("banner");
  const hide = () => { box.hidden = true; };
  box.replaceChildren(el("button", { type: "button", onclick: () => { hide(); run(); } }, icon(iconName), el("span", { class: "label" }, el("b", {}, title), el("span", {}, text))));
  box.hidden = false;
  clearTimeout(bannerTimer);
  bannerTimer = setTimeout(hide, BANNER_MS);
}

/** The dialog for a new person. `create(facts)` may refuse; its sentence is shown. */
export function personDialog(create) {
  const field = (name, label, facts = {}) => el("label", {}, label, el("input", { name, autocomplete: "off", ...facts }));
  const language = el("label", {}, t("personLanguage"), el("select", { name: "language_code" },
    [["de", t("german")], ["en", t("english")], ["", t("none")]].map(([value, label]) => el("option", { value }, label))));
  const problem = el("p", { class: "problem", role: "alert", hidden: true });
  const form = el("form", { method: "dialog" }, el("h2", { id: "person-title" }, t("newPerson")),
    el("div", { class: "pair" }, field("first_name", t("firstName"), { required: true, maxlength: 64 }), field("last_name", t("lastName"), { maxlength: 64 })),
    field("phone", t("phone"), { type: "tel", placeholder: "+49 151 2345678" }), field("mail", t("mail"), { type: "email", placeholder: "name@firma.example" }), language, problem,
    el("div", { class: "row" }, el("button", { type: "button", onclick: () => dialog.close() }, t("cancel")), el("button", { type: "submit", class: "solid" }, t("create"))));
  const dialog = sheet(form);
  dialog.setAttribute("aria-labelledby", "person-title");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const facts = Object.fromEntries(Array.from(new FormData(form), ([name, value]) => [name, String(value).trim() || null]));
    try {
      await create(facts);
      dialog.close();
    } catch (refusal) {
      problem.textContent = refusal.message;
      problem.hidden = false;
    }
  });
}
