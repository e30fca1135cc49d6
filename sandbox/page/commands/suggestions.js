// The list above the composer: commands, options or autocomplete choices.

import { byId, element } from "../dom.js";
import { descriptionOf, labelOf, langOf } from "../locale.js";

// What the list shows of a command, an option or a choice.
export const itemOf = (one, before = "") =>
  ({ label: before + labelOf(one), lang: langOf(one), detail: descriptionOf(one), detailLang: langOf(one, "description") });

export class Suggestions {
  constructor() {
    this.list = byId("suggestions");
    this.items = [];
    this.active = -1;
  }

  get open() {
    return !this.list.hidden;
  }

  // An item is { label, lang, detail, detailLang, hint, pick }; `owner` is the field that the list belongs to.
  show(owner, title, items, active = 0) {
    if (this.owner && this.owner !== owner) this.hide();
    this.owner = owner;
    this.items = items;
    this.list.hidden = items.length === 0;
    this.list.replaceChildren(element("p", { class: "title", role: "presentation" }, title), ...items.map((item, i) => this.row(item, i)));
    this.tellOwner();
    this.activate(Math.min(active, items.length - 1));
  }

  // A text area can't be a combobox, and only comboboxes and buttons expand; for it, the active row says that there is a list.
  tellOwner() {
    if (this.owner?.tagName !== "TEXTAREA") this.owner?.setAttribute("aria-expanded", String(this.open));
  }

  row(item, index) {
    const keepFocus = (event) => event.preventDefault();
    return element("div", { id: `suggestion-${index}`, role: "option", class: item.detail ? "row" : "row plain", onmousedown: keepFocus, onclick: () => this.pick(index) },
      element("b", { lang: item.lang }, item.label), element("span", { lang: item.detailLang }, item.detail ?? ""), element("small", {}, item.hint ?? ""));
  }

  activate(index) {
    this.active = index;
    const rows = [...this.list.querySelectorAll(".row")];
    rows.forEach((row, i) => row.setAttribute("aria-selected", String(i === index)));
    rows[index]?.scrollIntoView({ block: "nearest" });
    if (index >= 0) this.owner.setAttribute("aria-activedescendant", `suggestion-${index}`);
    else this.owner.removeAttribute("aria-activedescendant");
  }

  move(step) {
    const count = this.items.length;
    this.activate((this.active + step + (this.active < 0 && step < 0 ? count + 1 : count)) % count);
  }

  pick(index = this.active) {
    const item = this.items[index];
    this.hide();
    item?.pick();
  }

  hide() {
    this.owner?.removeAttribute("aria-activedescendant");
    this.list.hidden = true;
    this.tellOwner();
    this.items = [];
    this.active = -1;
  }

  // Handles a key; returns whether it did.
  handleKey(event) {
    if (!this.open) return false;
    if (event.key === "ArrowDown") this.move(1);
    else if (event.key === "ArrowUp") this.move(-1);
    else if (event.key === "Escape") this.hide();
    else if (event.key === "Enter" && this.active >= 0) this.pick();
    else return false;
    event.preventDefault();
    return true;
  }
}
