// The page's one place where everything meets: what is known, what changed, what is drawn.

import * as sandbox from "./sandbox.js";
import * as settings from "./settings.js";
import { Composer } from "./composer.js";
import { summary, spin, unspin } from "./bubbles.js";
import { avatar, byId, el } from "./dom.js";
import { isTelegramLink } from "./links.js";
import { Mailbox } from "./mail.js";
import { alertBox, banner, lightbox, menu, note, toast } from "./overlays.js";
import { People } from "./people.js";
import { Phone } from "./phone.js";
import { Transcript } from "./transcript.js";
import { safeUrl } from "./entities.js";
import { currentLanguage, t } from "./words.js";

const HELD_S = 25;
const RETRY_MS = 1000;
const REACTIONS = ["👍", "❤️", "🔥", "🎉", "👎"];

const known = { people: [], person: null, chats: [], chat: null, transcript: null, sms: [], mails: [], mailsOf: null, news: new Set() };
// What was there when a person was chosen is not news; later arrivals are, until they are looked at.
const seen = { popup: 0, sms: null, message: 0, mails: new Set(JSON.parse(sessionStorage.getItem("sandbox.mails") ?? "[]")) };
let clockOffset = 0;
const now = () => Date.now() / 1000 + clockOffset;

const history = new Transcript({ link: openLink, command: (text) => act("send", { text }), copy, tap, photo: lightbox, menu: messageMenu, languageOf: () => known.person?.language_code ?? null });
const composer = new Composer({ act, toast });
const phone = new Phone(takeCode);
const mailbox = new Mailbox(openLink, mailRead);
const people = new People(choose, createPerson);

// ---- following the sandbox ----

async function follow() {
  let version = 0;
  for (;;) {
    try {
      const { version: next, changed } = await sandbox.news(version, version ? HELD_S : 0);
      const everything = version === 0;
      version = next;
      await refresh(everything ? null : new Set(changed));
      byId("offline").hidden = true;
    } catch (problem) {
      // Refused: what was looked at is gone (a reset); everything is read anew, as after an outage.
      byId("offline").hidden = problem instanceof sandbox.Refused;
      version = 0;
      await new Promise((resolve) => { setTimeout(resolve, RETRY_MS); });
    }
  }
}

async function refresh(changed) {
  const any = (name) => changed === null || changed.has(name);
  if (any("settings")) clockOffset = (await sandbox.state()).offset;
  if (any("people")) await loadPeople();
  if (!known.person) return drawAll();
  const own = `chat:${known.person.id}:${known.chat}`;
  for (const name of changed ?? []) if (name.startsWith("chat:") && name !== own) known.news.add(Number(name.split(":")[1]));
  known.news.delete(known.person.id);
  await Promise.all([any(own) && loadChat(), any("sms") && loadSms(), any("mails") && loadMails()]);
  return drawPeople();
}

async function loadPeople() {
  known.people = await sandbox.people();
  const wanted = Number(location.hash.slice(1)) || known.person?.id;
  const person = known.people.find((one) => one.id === wanted) ?? known.people[0] ?? null;
  if (person?.id !== known.person?.id) await choose(person);
  else known.person = person;
  drawPeople();
}

async function choose(person) {
  Object.assign(known, { person, transcript: null, sms: [], mails: [], mailsOf: null, chats: [] });
  Object.assign(seen, { popup: null, sms: null, message: null });
  if (person) {
    known.news.delete(person.id);
    window.history.replaceState(null, "", `#${person.id}`);
    known.chats = await sandbox.chats(person.id);
    if (known.person?.id !== person.id) return;
    if (!known.chats.some((one) => one.chat === known.chat)) known.chat = known.chats[0]?.chat ?? null;
    await Promise.all([loadChat(), loadSms(), loadMails()]);
  }
  drawAll();
}

async function loadChat() {
  const { person, chat } = known;
  if (!chat) return;
  const transcript = await sandbox.transcript(person.id, chat);
  const stale = known.person?.id !== person.id || known.chat !== chat || (known.transcript?.chat === chat && known.transcript.version > transcript.version);
  if (stale) return;
  known.transcript = transcript;
  drawChat();
  tellPopups(transcript.popups);
}

async function loadSms() {
  const { person } = known;
  const sms = person.phone ? await sandbox.sms(person.phone) : [];
  if (known.person?.id !== person.id) return;
  const first = seen.sms === null;
  if (first) seen.sms = sms.at(-1)?.version ?? 0;
  const fresh = sms.filter((one) => !known.sms.some((other) => other.id === one.id));
  known.sms = sms;
  drawSms();
  if (!first && fresh.length && !inSight("sms")) banner("sms", t("newSms"), fresh.at(-1).text, () => show("sms"));
}

async function loadMails() {
  const { person } = known;
  const mails = person.mail ? await sandbox.mails(person.mail) : [];
  if (known.person?.id !== person.id) return;
  const first = known.mailsOf !== person.id;
  const fresh = mails.filter((one) => !known.mails.some((other) => other.id === one.id));
  Object.assign(known, { mails, mailsOf: person.id });
  drawMail();
  if (!first && fresh.length && !inSight("mail")) banner("mail", t("newMail"), fresh.at(-1).subject, () => show("mail"));
}

// ---- doing ----

/** What the person does in the open chat; a refusal is told. True when it was done. */
async function act(what, body = {}) {
  const { person, chat } = known;
  try {
    await sandbox.act(person.id, chat, what, body);
    await loadChat();
    return true;
  } catch (problem) {
    toast(problem.message);
    return false;
  }
}

async function tap(message, button, { row, column }, node) {
  if (button.kind === "url") return openLink(button.url);
  if (button.kind === "copy") return copy(button.copy ?? button.label);
  if (button.kind !== "callback") return toast(t("unsupported"));
  spin(node);
  await act("tap", { message_id: message.message_id, row, column });
  // An answer that was quicker than the transcript leaves no trace of the waiting there.
  if (!spinning(message.message_id, row, column)) unspin(node);
  return undefined;
}

const spinning = (id, row, column) => Boolean(known.transcript?.messages.find((one) => one.message_id === id)?.buttons[row]?.[column]?.spinning);

function tellPopups(popups) {
  const first = seen.popup === null;
  const last = seen.popup ?? 0;
  seen.popup = Math.max(last, ...popups.map((popup) => popup.version));
  if (first) return;
  for (const popup of popups.filter((one) => one.version > last)) {
    if (popup.show_alert && popup.text) alertBox(known.transcript.title, popup.text);
    else if (popup.text) toast(popup.text);
    if (popup.url) openLink(popup.url);
  }
}

async function openLink(url) {
  if (!safeUrl(url)) return;
  if (!isTelegramLink(url)) {
    window.open(url, "_blank", "noopener,noreferrer");
    return;
  }
  try {
    const { chat } = await sandbox.open(known.person.id, url);
    if (chat !== known.chat) known.transcript = null;
    known.chat = chat;
    show("chat");
    await loadChat();
    byId("start-button").focus();
  } catch (problem) {
    toast(problem.message);
  }
}

// The clipboard may ask or be missing; the page does not wait for it.
const toClipboard = (text) => navigator.clipboard?.writeText(text).catch(() => {});

function copy(text) {
  toClipboard(text);
  note(t("copied"));
}

function takeCode(code) {
  toClipboard(code);
  composer.codeTaken(code);
  show("chat");
  composer.put(code);
  note(t("codeTaken"));
}

async function createPerson(facts) {
  const person = await sandbox.createPerson(facts);
  known.people = await sandbox.people();
  await choose(known.people.find((one) => one.id === person.id));
}

function mailRead(mail) {
  seen.mails.add(mail.id);
  sessionStorage.setItem("sandbox.mails", JSON.stringify([...seen.mails]));
  drawBadges();
}

// ---- menus ----

function chatMenu(button) {
  const { transcript } = known;
  const narrow = matchMedia("(max-width: 759.9px)").matches;
  const others = known.chats.length > 1 ? [...known.chats.map((one) => ({ icon: "chat", label: one.title, checked: one.chat === known.chat, run: () => switchChat(one.chat) })), "-"] : [];
  const doing = transcript ? [
    { icon: "block", label: t(transcript.blocked ? "unblock" : "block"), danger: !transcript.blocked, run: () => act(transcript.blocked ? "unblock" : "block") },
    { icon: "trash", label: t("clear"), danger: true, run: () => act("clear") },
  ] : [];
  menu(button.getBoundingClientRect(), [...others, ...doing, ...(narrow ? ["-", ...settings.entries(speak)] : [])], t("chatMenu"));
}

function switchChat(chat) {
  Object.assign(known, { chat, transcript: null });
  Object.assign(seen, { popup: null, message: null });
  return loadChat();
}

function messageMenu(message, at) {
  const id = message.message_id;
  const emojis = el("div", { class: "emojis" }, REACTIONS.map((emoji) => el("button", { type: "button", role: "menuitem", "aria-label": t("reactWith", { emoji }), onclick: () => act("react", { message_id: id, emoji }) }, emoji)));
  menu(at, [
    emojis,
    { icon: "reply", label: t("reply"), run: () => composer.reply(message) },
    ...(message.text && !message.protected ? [{ icon: "copy", label: t("copy"), run: () => copy(message.text) }] : []),
    ...(message.mine && message.kind === "text" ? [{ icon: "edit", label: t("edit"), run: () => composer.edit(message) }] : []),
    { icon: "trash", label: t("remove"), danger: true, run: () => act("delete", { message_id: id }) },
  ], t("message"));
}

// ---- drawing ----

function drawAll() {
  drawPeople();
  drawChat();
  drawSms();
  drawMail();
}

const drawPeople = () => people.show(known.people, known.person, known.news);

function drawChat() {
  const { transcript, person } = known;
  composer.show(transcript);
  if (!transcript) {
    byId("chat-title").textContent = person ? t("noChat") : "Telegram";
    byId("chat-status").textContent = "";
    byId("pin-bar").hidden = true;
    history.empty(person ? "" : t("noPeople"));
    return drawBadges();
  }
  byId("chat-title").textContent = transcript.title;
  const face = avatar(transcript.title, transcript.bot?.id ?? transcript.chat_id);
  face.id = "bot-avatar";
  byId("bot-avatar").replaceWith(face);
  history.show(transcript, now());
  drawStatus();
  drawPin();
  if (seen.message === null || inSight("chat")) seen.message = transcript.messages.at(-1)?.message_id ?? 0;
  composer.offerCode(known.sms.at(-1), now());
  return drawBadges();
}

let statusTimer = 0;
function drawStatus() {
  const { action } = known.transcript ?? {};
  const left = action ? action.until - now() : 0;
  const node = byId("chat-status");
  const busy = left > 0;
  const wanted = busy ? `${t(["typing", "upload_document", "upload_photo"].includes(action.name) ? action.name : "busy")} …` : t("bot");
  clearTimeout(statusTimer);
  if (busy) statusTimer = setTimeout(drawStatus, left * 1000 + 30);
  if (node.dataset.shown === wanted) return;
  node.dataset.shown = wanted;
  node.toggleAttribute("data-busy", busy);
  node.replaceChildren(...(busy ? [el("span", { class: "dots", "aria-hidden": "true" }, el("i"), el("i"), el("i"))] : []), wanted);
}

function drawPin() {
  const { transcript } = known;
  const message = transcript.messages.find((one) => one.message_id === transcript.pinned.at(-1));
  const bar = byId("pin-bar");
  bar.hidden = !message;
  if (!message) return;
  bar.replaceChildren(el("span", {}, el("b", {}, t("pinned")), el("span", {}, summary(message))));
  bar.onclick = () => history.reveal(message.message_id);
}

function drawSms() {
  phone.show(known.person, known.sms, now());
  if (inSight("sms")) seen.sms = known.sms.at(-1)?.version ?? 0;
  composer.offerCode(known.transcript && known.sms.at(-1), now());
  drawBadges();
}

function drawMail() {
  mailbox.show(known.person, known.mails, (mail) => !seen.mails.has(mail.id), now());
  drawBadges();
}

function drawBadges() {
  badge("chat", known.transcript?.messages.filter((message) => !message.mine && message.message_id > seen.message).length ?? 0);
  badge("sms", known.sms.filter((sms) => sms.version > (seen.sms ?? 0)).length);
  badge("mail", known.mails.filter((mail) => !seen.mails.has(mail.id)).length);
}

function badge(name, count) {
  for (const node of document.querySelectorAll(`[data-badge="${name}"]`)) {
    node.hidden = count === 0;
    node.textContent = count > 99 ? "99+" : String(count);
  }
}

const inSight = (name) => byId(`panel-${name}`).checkVisibility();

/** Brings a panel in sight: a tab on a phone, the side column on a middling screen. */
function show(name) {
  document.body.dataset.tab = name;
  if (name !== "chat") document.body.dataset.side = name;
  for (const button of document.querySelectorAll("[data-tab-to]")) {
    if (button.dataset.tabTo === name) button.setAttribute("aria-current", "page");
    else button.removeAttribute("aria-current");
  }
  for (const button of document.querySelectorAll("[data-side-to]")) button.setAttribute("aria-pressed", String(button.dataset.sideTo === document.body.dataset.side));
  byId("banner").hidden = true;
  if (name === "sms") drawSms();
  if (name === "chat" && known.transcript) drawChat();
  if (name === "mail") drawMail();
}

// ---- starting ----

for (const button of document.querySelectorAll("[data-tab-to]")) button.addEventListener("click", () => show(button.dataset.tabTo));
for (const button of document.querySelectorAll("[data-side-to]")) button.addEventListener("click", () => show(button.dataset.sideTo));
byId("chat-menu").addEventListener("click", (event) => chatMenu(event.currentTarget));
byId("log").addEventListener("contextmenu", (event) => {
  const node = event.target.closest(".msg");
  if (!node?.message || event.target.closest("a[href]")) return;
  event.preventDefault();
  messageMenu(node.message, new DOMRect(event.clientX, event.clientY, 0, 0));
});
window.addEventListener("hashchange", () => loadPeople());
const speak = settings.start(drawAll);
show("chat");
const tick = () => {
  phone.tick(now());
  setTimeout(tick, 1000 * (60 - (now() % 60)) + 20);
};
tick();
document.documentElement.lang = currentLanguage();
follow();
