// A chosen command being filled in: required options first, others on demand, all by keyboard.

import { complete } from "../api.js";
import { byId, element } from "../dom.js";
import { OptionField } from "./option_field.js";

export class CommandForm {
  constructor(command, suggestions, channel, leave) {
    this.command = command;
    this.suggestions = suggestions;
    this.channel = channel;
    this.leave = leave;
    this.fields = [];
    this.tried = false;
    this.node = byId("command");
    this.more = element("button", { type: "button", class: "more", "aria-haspopup": "listbox", "aria-controls": "suggestions" });
    this.more.addEventListener("focus", () => this.offerOptions());
    this.more.addEventListener("click", () => this.offerOptions());
    this.more.addEventListener("blur", () => this.suggestions.hide());
    this.node.replaceChildren(element("span", { class: "slash" }, `/${command.name}`), this.more);
    this.node.setAttribute("aria-label", `Command ${command.name}`);
    this.node.hidden = false;
    for (const option of command.options ?? []) if (option.required) this.addField(option);
    this.refresh();
  }

  close() {
    this.suggestions.hide();
    this.node.replaceChildren();
    this.node.hidden = true;
    this.hint();
  }

  focus() {
    (this.fields[0]?.input ?? (this.more.hidden ? byId("send") : this.more)).focus();
  }

  unused() {
    const used = this.fields.map((field) => field.option);
    return (this.command.options ?? []).filter((option) => !used.includes(option));
  }

  addField(option) {
    const field = new OptionField(option, this);
    this.fields.push(field);
    this.more.before(field.node);
    this.refresh();
    return field;
  }

  removeField(field) {
    const at = this.fields.indexOf(field);
    this.fields.splice(at, 1);
    field.node.remove();
    this.refresh();
    (this.fields[at - 1]?.input ?? this.more).focus();
  }

  refresh() {
    const left = this.unused().length;
    this.more.hidden = left === 0;
    this.more.textContent = this.fields.length ? `+ ${left} more` : `+ ${left} optional`;
  }

  offerOptions() {
    const items = this.unused().map((option) => ({
      label: option.name, detail: option.description, pick: () => this.addField(option).input.focus(),
    }));
    const needsNothing = this.fields.length === 0; // then Enter sends at once
    const keys = needsNothing ? "Press Enter to send, or choose with the arrow keys" : "Choose with the arrow keys and Enter, or press Escape and Enter to send";
    this.hint({ name: "optional", description: keys });
    this.suggestions.show(this.more, "Options", items, needsNothing ? -1 : 0);
  }

  hint(option, fault = "", bounds = "") {
    const words = option ? [element("b", {}, option.name), ` ${option.description ?? ""}`, bounds && element("small", {}, bounds)] : [];
    byId("hint").replaceChildren(...words, ...(fault ? [element("strong", {}, fault)] : []));
  }

  async complete(name, typed) {
    try {
      return await complete(this.channel.id, this.command.name, name, typed, this.values(name));
    } catch (refused) {
      this.hint({ name, description: "Completions failed to load" }, refused.message);
      return [];
    }
  }

  // The values so far; faulty fields and the one named are left out.
  values(except) {
    const entries = this.fields.filter((field) => field.option.name !== except).map((field) => [field.option.name, field.check().value]);
    return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
  }

  // Returns the first field at fault, after showing every fault.
  firstFault() {
    this.tried = true;
    return this.fields.filter((field) => field.check().fault)[0];
  }

  // Returns whether the key was for this form.
  takeKey(event) {
    const field = this.fields.find((one) => one.input === event.target);
    if (event.key === "Escape") this.leave();
    else if (event.key === "Backspace" && field && event.target.value === "") this.stepBack(field);
    else return false;
    event.preventDefault();
    return true;
  }

  stepBack(field) {
    if (!field.option.required) this.removeField(field);
    else if (this.fields.every((one) => one.input.value === "")) this.leave();
  }
}
