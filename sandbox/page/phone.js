// The phone that gets the SMS: a lock screen with its messages; a tapped PIN goes into the chat.

import { byId, el, icon, reconcile } from "./dom.js";
import { currentLanguage, fullTime, longDate, shortTime, t, time } from "./words.js";

export class Phone {
  #list = byId("sms-list");
  #takeCode;

  constructor(takeCode) {
    this.#takeCode = takeCode;
  }

  show(person, messages, now) {
    byId("sms-number").textContent = person ? person.phone || t("noPhone") : "";
    const items = messages.toReversed().map((sms) => ({ key: `sms-${sms.id}`, sms, signature: JSON.stringify([sms, shortTime(sms.at, now), currentLanguage()]) }));
    if (!items.length) items.push({ key: "none", signature: t("noSms") });
    reconcile(this.#list, items, (item) => fill(el("li"), item, now, this.#takeCode), (node, item) => fill(node, item, now, this.#takeCode));
  }

  tick(now) {
    for (const node of document.querySelectorAll("[data-clock]")) node.textContent = time(now);
    for (const node of document.querySelectorAll("[data-date]")) node.textContent = longDate(now);
  }
}

function fill(node, { sms }, now, takeCode) {
  node.className = sms ? "sms" : "sms-empty";
  if (!sms) {
    node.replaceChildren(t("noSms"));
    return node;
  }
  node.replaceChildren(el("span", { class: "sms-app" }, icon("chat")),
    el("header", {}, el("b", {}, sms.from ?? "e:service"), el("time", { title: fullTime(sms.at) }, shortTime(sms.at, now))),
    el("p", {}, withCodes(sms, takeCode)));
  return node;
}

function withCodes(sms, takeCode) {
  const out = [];
  let rest = sms.text;
  for (const code of sms.codes ?? []) {
    const at = rest.indexOf(code);
    if (at < 0) continue;
    out.push(rest.slice(0, at), el("button", { type: "button", class: "code", "aria-label": `${code}, ${t("takeCode")}`, title: t("takeCode"), onclick: () => takeCode(code) }, code));
    rest = rest.slice(at + code.length);
  }
  return [...out, rest];
}
