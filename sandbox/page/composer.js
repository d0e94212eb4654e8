// Below the history: writing, command suggestions, the bot's reply keyboard, START, the PIN from the SMS.

import { avatar, byId, el, icon } from "./dom.js";
import { summary } from "./bubbles.js";
import { t } from "./words.js";

const MAX_UPLOAD = 20 * 1024 * 1024;
const CODE_FRESH_S = 300;

export class Composer {
  #input = byId("input");
  #send = byId("send");
  #suggest = byId("suggest");
  #menu = byId("menu-button");
  #keyboard = byId("reply-keyboard");
  #toggle = byId("keyboard-toggle");
  #start = byId("start-button");
  #offer = byId("code-offer");
  #context = byId("context-bar");
  #deeds;
  #transcript = null;
  #choice = -1;
  #about = null;
  #keyboardSignature = "";
  #usedCode = null;

  /** `deeds`: {act(what, body), toast(text)} */
  constructor(deeds) {
    this.#deeds = deeds;
    byId("composer").addEventListener("submit", (event) => { event.preventDefault(); this.#submit(); });
    this.#input.addEventListener("input", () => this.#typed());
    this.#input.addEventListener("keydown", (event) => this.#key(event));
    this.#menu.addEventListener("click", () => this.#toggleCommands());
    this.#toggle.addEventListener("click", () => this.#showKeyboard(this.#keyboard.hidden));
    byId("attach").addEventListener("change", (event) => this.#attach(event.target));
    this.#start.addEventListener("click", () => deeds.act(this.#transcript.blocked ? "unblock" : "start"));
    document.addEventListener("pointerdown", (event) => { if (!event.target.closest(".tg-foot")) this.#closeSuggestions(); });
  }

  show(transcript) {
    if (this.#transcript && (this.#transcript.person !== transcript?.person || this.#transcript.chat !== transcript?.chat)) this.#reset();
    this.#transcript = transcript;
    const pressing = !transcript || transcript.blocked || transcript.start_button || !transcript.started;
    byId("composer").hidden = Boolean(pressing);
    this.#start.hidden = !transcript || !pressing;
    this.#start.textContent = t(transcript?.blocked ? "unblock" : "start");
    if (!transcript) return;
    this.#menu.hidden = transcript.menu_button?.type === "default" ? !transcript.commands.length : transcript.menu_button?.type !== "commands" || !transcript.commands.length;
    const placeholder = transcript.force_reply?.placeholder || transcript.keyboard?.placeholder || t("message");
    this.#input.placeholder = placeholder;
    this.#input.setAttribute("aria-label", t("message"));
    this.#replyKeyboard(pressing ? null : transcript.keyboard);
    this.#context.hidden ||= Boolean(pressing);
    if (pressing) this.#closeSuggestions();
  }

  /** Puts text at the person's cursor, ready to be sent. */
  put(text) {
    this.#input.value = text;
    this.#typed();
    this.#input.focus();
  }

  /** A PIN from the newest SMS, offered above the field while it is fresh. */
  offerCode(sms, now) {
    const code = sms?.codes?.[0];
    const usable = code && now - sms.at < CODE_FRESH_S && !byId("composer").hidden && code !== this.#usedCode && !this.#answered(sms);
    this.#offer.hidden = !usable;
    if (!usable) return;
    this.#offer.replaceChildren(icon("sms"), t("codeFromSms"), el("b", {}, code));
    this.#offer.onclick = () => { this.codeTaken(code); this.put(code); };
  }

  // Whatever was written since the SMS came, a PIN that the bot deleted included.
  #answered(sms) {
    const { messages, deleted } = this.#transcript;
    return messages.some((message) => message.mine && message.date > sms.at) || deleted.some(({ text }) => sms.codes.includes(text?.trim()));
  }

  codeTaken(code) {
    this.#usedCode = code;
    this.#offer.hidden = true;
  }

  reply(message) { this.#setAbout({ kind: "reply", message }); }

  edit(message) {
    this.#setAbout({ kind: "edit", message });
    this.put(message.text);
  }

  #setAbout(about) {
    this.#about = about;
    this.#context.hidden = !about;
    if (!about) return;
    const title = about.kind === "edit" ? t("editing") : about.message.from.name;
    this.#context.replaceChildren(icon(about.kind), el("span", { class: "quote" }, el("b", {}, title), el("span", {}, summary(about.message))),
      el("button", { type: "button", class: "round", "aria-label": t("cancel"), onclick: () => this.#cancelAbout() }, icon("close")));
    this.#input.focus();
  }

  #cancelAbout() {
    if (this.#about?.kind === "edit") this.put("");
    this.#setAbout(null);
    this.#input.focus();
  }

  #reset() {
    this.#input.value = "";
    this.#setAbout(null);
    this.#typed();
  }

  async #submit() {
    const text = this.#input.value.trim();
    if (!text) return;
    const about = this.#about;
    const editing = about?.kind === "edit";
    this.codeTaken(text);
    this.#reset();
    const done = await (editing ? this.#deeds.act("edit", { message_id: about.message.message_id, text })
      : this.#deeds.act("send", { text, ...(about ? { reply_to: about.message.message_id } : {}) }));
    if (!done && !this.#input.value) this.put(text);
  }

  #typed() {
    const { value } = this.#input;
    this.#send.disabled = !value.trim();
    this.#input.style.height = "auto";
    this.#input.style.height = value ? `${Math.min(this.#input.scrollHeight, 150)}px` : "";
    const asked = /^\/([a-z0-9_]*)$/i.exec(value);
    if (asked) this.#openSuggestions(asked[1].toLowerCase());
    else this.#closeSuggestions();
  }

  #key(event) {
    const open = !this.#suggest.hidden;
    if (event.key === "Escape" && (open || this.#about)) {
      event.preventDefault();
      if (open) this.#closeSuggestions();
      else this.#cancelAbout();
    } else if (open && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      this.#choose(this.#choice + (event.key === "ArrowDown" ? 1 : -1));
    } else if (open && event.key === "Tab" && this.#suggest.children.length) {
      event.preventDefault();
      this.put(`${this.#suggest.children[Math.max(0, this.#choice)].dataset.command} `);
    } else if (event.key === "ArrowUp" && !this.#input.value) this.#editLast(event);
    else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      if (open && this.#choice >= 0) this.#suggest.children[this.#choice].click();
      else this.#submit();
    }
  }

  #editLast(event) {
    const last = this.#transcript?.messages.findLast((message) => message.mine && message.kind === "text");
    if (!last) return;
    event.preventDefault();
    this.edit(last);
  }

  #toggleCommands() {
    if (this.#suggest.hidden) this.#openSuggestions("");
    else this.#closeSuggestions();
  }

  #openSuggestions(prefix) {
    const found = (this.#transcript?.commands ?? []).filter(({ command }) => command.startsWith(prefix));
    const name = this.#transcript?.bot?.first_name ?? "";
    this.#suggest.replaceChildren(...found.map(({ command, description }, i) => el("li", { role: "option", id: `command-${i}`, "aria-selected": "false", data: { command: `/${command}` },
      onclick: () => this.#sendCommand(`/${command}`) }, avatar(name, this.#transcript.bot?.id ?? 0), el("span", {}, el("b", {}, `/${command}`), el("small", {}, description)))));
    this.#suggest.hidden = !found.length;
    this.#menu.setAttribute("aria-expanded", String(!this.#suggest.hidden));
    this.#choose(prefix && found.length ? 0 : -1);
  }

  #sendCommand(command) {
    this.#reset();
    this.#deeds.act("send", { text: command });
    this.#input.focus();
  }

  #choose(index) {
    const options = Array.from(this.#suggest.children);
    this.#choice = options.length ? (index < -1 ? options.length - 1 : index >= options.length ? 0 : index) : -1;
    options.forEach((option, i) => option.setAttribute("aria-selected", String(i === this.#choice)));
    options[this.#choice]?.scrollIntoView({ block: "nearest" });
    if (this.#choice >= 0) this.#input.setAttribute("aria-activedescendant", `command-${this.#choice}`);
    else this.#input.removeAttribute("aria-activedescendant");
  }

  #closeSuggestions() {
    this.#suggest.hidden = true;
    this.#choice = -1;
    this.#menu.setAttribute("aria-expanded", "false");
    this.#input.removeAttribute("aria-activedescendant");
  }

  #replyKeyboard(keyboard) {
    const signature = JSON.stringify(keyboard);
    if (signature === this.#keyboardSignature) return;
    this.#keyboardSignature = signature;
    this.#toggle.hidden = !keyboard;
    this.#keyboard.replaceChildren(...(keyboard?.buttons ?? []).map((row) => el("div", {}, row.map(({ label }) => el("button", { type: "button", onclick: () => this.#press(label, keyboard) }, label)))));
    this.#showKeyboard(Boolean(keyboard));
  }

  #press(label, keyboard) {
    if (keyboard.one_time) this.#showKeyboard(false);
    this.#deeds.act("press", { label });
  }

  #showKeyboard(shown) {
    this.#keyboard.hidden = !shown;
    this.#toggle.setAttribute("aria-pressed", String(shown));
  }

  async #attach(field) {
    const [chosen] = field.files;
    field.value = "";
    if (!chosen) return;
    if (chosen.size > MAX_UPLOAD) return this.#deeds.toast(t("tooLarge"));
    const content = await base64(chosen);
    const upload = { name: chosen.name, mime_type: chosen.type || "application/octet-stream", content };
    await this.#deeds.act("send", { [/^image\/(png|jpeg)$/.test(chosen.type) ? "photo" : "document"]: upload, ...(this.#input.value.trim() ? { text: this.#input.value.trim() } : {}) });
    return this.#reset();
  }
}

function base64(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => resolve(String(reader.result).split(",", 2)[1] ?? ""));
    reader.addEventListener("error", () => reject(reader.error));
    reader.readAsDataURL(blob);
  });
}
