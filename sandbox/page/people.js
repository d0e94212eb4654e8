// Who is holding the phone: the row of people above the stage, and the same as a menu on a narrow screen.

import { avatar, byId, el, icon } from "./dom.js";
import { menu, personDialog } from "./overlays.js";
import { t } from "./words.js";

export const fullName = (person) => [person.first_name, person.last_name].filter(Boolean).join(" ");

export class People {
  #choose;
  #create;
  #state = { people: [], person: null, news: new Set() };

  /** `choose(person)` switches; `create(facts)` makes a new one. */
  constructor(choose, create) {
    this.#choose = choose;
    this.#create = create;
    for (const button of document.querySelectorAll("[data-person-menu]")) button.addEventListener("click", () => this.menu(button.getBoundingClientRect()));
  }

  show(people, person, news) {
    this.#state = { people, person, news };
    const chips = people.map((one) => el("button", { type: "button", class: "person-chip", title: fullName(one), "aria-label": news.has(one.id) ? `${fullName(one)}, ${t("unread")}` : fullName(one), "aria-pressed": String(one.id === person?.id), onclick: () => this.#choose(one) },
      avatar(fullName(one), one.id), el("span", {}, fullName(one)), news.has(one.id) && el("span", { class: "dot" })));
    chips.push(el("button", { type: "button", class: "round", id: "new-person", "aria-label": t("newPerson"), title: t("newPerson"), onclick: () => this.ask() }, icon("plus")));
    const bar = byId("people");
    const focused = Array.from(bar.children).indexOf(document.activeElement);
    bar.replaceChildren(...chips);
    bar.children[focused]?.focus();
    for (const button of document.querySelectorAll("[data-person-menu]")) button.replaceChildren(person ? avatar(fullName(person), person.id) : icon("contact"));
  }

  menu(at) {
    const { people, person, news } = this.#state;
    menu(at, [
      ...people.map((one) => ({ node: avatar(fullName(one), one.id), label: fullName(one), note: news.has(one.id) ? t("unread") : one.phone, checked: one.id === person?.id, run: () => this.#choose(one) })),
      "-",
      { icon: "plus", label: t("newPerson"), run: () => this.ask() },
    ], t("people"));
  }

  ask() {
    personDialog(this.#create);
  }
}
