// The mailbox: the list, and one opened mail. Links go through the page, so t.me opens the chat.

import { avatar, byId, el, icon, reconcile } from "./dom.js";
import { file } from "./bubbles.js";
import { pieces } from "./links.js";
import { mailFrame } from "./mail-html.js";
import { currentLanguage, fullTime, shortTime, t } from "./words.js";

export class Mailbox {
  #list = byId("mail-list");
  #reader = byId("mail-reader");
  #panel = byId("panel-mail");
  #openLink;
  #read;
  #mails = [];
  #open = null;
  #drawn = "";
  #unread = () => false;
  #now = 0;

  /** `read(mail)` is called when a mail is opened; `openLink(url)` when a link in it is tapped. */
  constructor(openLink, read) {
    this.#openLink = openLink;
    this.#read = read;
  }

  show(person, mails, unread, now) {
    this.#mails = mails;
    this.#unread = unread;
    this.#now = now;
    byId("mail-address").textContent = person ? person.mail || t("noMail") : "";
    if (!mails.some((mail) => mail.id === this.#open)) this.#open = null;
    this.#rows();
    this.#draw();
  }

  #rows() {
    const now = this.#now;
    const unread = this.#unread;
    const items = this.#mails.toReversed().map((mail) => ({ key: `mail-${mail.id}`, mail, unread: unread(mail),
      signature: JSON.stringify([mail.id, unread(mail), mail.id === this.#open, shortTime(mail.at, now), currentLanguage()]) }));
    if (!items.length) items.push({ key: "none", signature: t("noMails") });
    reconcile(this.#list, items, (item) => this.#row(el("li"), item), (node, item) => this.#row(node, item));
  }

  #row(node, { mail, unread }) {
    node.className = mail ? "" : "mail-empty";
    if (!mail) {
      node.replaceChildren(icon("mail"), t("noMails"));
      return node;
    }
    const sender = senderName(mail.from);
    const focused = node.contains(document.activeElement);
    node.replaceChildren(el("button", { type: "button", class: "mail-row", "aria-current": mail.id === this.#open ? "true" : null, data: { unread }, onclick: () => this.#choose(mail) },
      avatar(sender, sender), el("span", { class: "from" }, el("b", {}, sender), el("time", {}, shortTime(mail.at, this.#now))),
      el("span", { class: "subject" }, unread && el("span", { class: "unseen" }, `${t("unread")}: `), mail.subject || "–"), el("span", { class: "snippet" }, snippet(mail))));
    if (focused) node.firstElementChild.focus({ preventScroll: true });
    return node;
  }

  #choose(mail) {
    this.#open = mail.id;
    this.#read(mail);
    this.#rows();
    this.#draw();
    this.#reader.scrollTop = 0;
    this.#reader.focus({ preventScroll: true });
  }

  #draw() {
    const mail = this.#mails.find((one) => one.id === this.#open);
    const signature = JSON.stringify([mail?.id, currentLanguage()]);
    if (signature === this.#drawn) return;
    this.#drawn = signature;
    this.#panel.toggleAttribute("data-open", Boolean(mail));
    if (!mail) return this.#reader.replaceChildren();
    const back = el("button", { type: "button", class: "reader-back", onclick: () => this.#leave() }, icon("back"), t("back"));
    const facts = [["from", mail.from], ["to", mail.to.join(", ")], ["date", fullTime(mail.at)]].map(([key, value]) => [el("dt", {}, t(key)), el("dd", {}, value)]);
    return this.#reader.replaceChildren(el("header", { class: "reader-head" }, back, el("h3", {}, mail.subject || "–"), el("dl", {}, facts)),
      mail.html ? mailFrame(mail.html, t("mailFrame"), this.#openLink) : plainMail(mail.text, this.#openLink),
      ...(mail.attachments?.length ? [el("div", { class: "attachments", role: "group", "aria-label": t("attachments") }, mail.attachments.map(file))] : []));
  }

  #leave() {
    const id = this.#open;
    this.#open = null;
    this.#rows();
    this.#draw();
    this.#list.querySelector(`[data-key="mail-${CSS.escape(String(id))}"] button`)?.focus();
  }
}

const senderName = (from) => from.replace(/\s*<.*$/, "").replace(/^"|"$/g, "") || from;
const snippet = (mail) => mail.text.replace(/\s+/g, " ").trim().slice(0, 140);

function plainMail(text, openLink) {
  return el("div", { class: "reader-text" }, pieces(text).map(([piece, url]) => (url ? el("a", { href: url, rel: "noopener", onclick: (event) => { event.preventDefault(); openLink(url); } }, piece) : piece)));
}
