// The form for a command's options: required ones first, optional ones on demand, all usable by keyboard.

import { autocomplete } from "../api.js";
import { byId, element } from "../dom.js";
import { descriptionOf, labelOf, langOf, named } from "../locale.js";
import { OptionField } from "./option_field.js";
import { itemOf } from "./suggestions.js";

export class CommandForm {
  constructor(command, suggestions, channel, limits, cancel) {
    this.command = command;
    this.suggestions = suggestions;
    this.channel = channel;
    this.limits = limits;
    this.cancel = cancel;
    this.fields = [];
    this.submitted = false;
    this.node = byId("command");
    this.addButton = element("button", { type: "button", class: "more", "aria-haspopup": "listbox", "aria-controls": "suggestions" });
    this.addButton.addEventListener("focus", () => this.offerOptions());
    this.addButton.addEventListener("click", () => this.offerOptions());
    this.addButton.addEventListener("blur", () => this.suggestions.hide());
    this.node.replaceChildren(this.title(), this.addButton);
    this.node.hidden = false;
    for (const option of command.options ?? []) if (option.required) this.addField(option);
    this.refresh();
  }

  title() {
    this.node.setAttribute("aria-label", `Command ${labelOf(this.command)}`);
    return named("span", this.command, { class: "slash" }, "/");
  }

  // Takes over what the command and its options are called now; what was entered stays.
  rename(command) {
    if (!command || JSON.stringify(command) === JSON.stringify(this.command)) return;
    this.command = command;
    this.hint();
    this.node.firstChild.replaceWith(this.title());
    for (const field of this.fields) field.rename((command.options ?? []).find(({ name }) => name === field.option.name) ?? field.option);
    this.suggestions.hide();
    this.refresh();
  }

  close() {
    this.suggestions.hide();
    this.node.replaceChildren();
    this.node.hidden = true;
    this.hint();
  }

  focus() {
    (this.fields[0]?.input ?? (this.addButton.hidden ? byId("send") : this.addButton)).focus();
  }

  // Fills in [option, text] pairs, and focuses the first field that is still wrong.
  fill(texts) {
    for (const [option, text] of texts) (this.fields.find((field) => field.option.name === option.name) ?? this.addField(option)).setText(text);
    if (texts.length) (this.firstInvalidField() ?? this.fields[0]).input.focus();
  }

  unused() {
    const used = this.fields.map((field) => field.option.name);
    return (this.command.options ?? []).filter(({ name }) => !used.includes(name));
  }

  addField(option) {
    const field = new OptionField(option, this);
    this.fields.push(field);
    this.addButton.before(field.node);
    this.refresh();
    return field;
  }

  removeField(field) {
    const position = this.fields.indexOf(field);
    this.fields.splice(position, 1);
    field.node.remove();
    this.refresh();
    (this.fields[position - 1]?.input ?? this.addButton).focus();
  }

  refresh() {
    const count = this.unused().length;
    this.addButton.hidden = count === 0;
    this.addButton.textContent = this.fields.length ? `+ ${count} more` : `+ ${count} optional`;
  }

  offerOptions() {
    const items = this.unused().map((option) => ({ ...itemOf(option), pick: () => this.addField(option).input.focus() }));
    const noFields = this.fields.length === 0; // Enter sends the command
    const keys = noFields ? "Press Enter to send, or use the arrow keys to add an option" : "Use the arrow keys and Enter to add an option, or press Escape, then Enter to send";
    this.hint({ name: "Optional", description: keys });
    this.suggestions.show(this.addButton, "Options", items, noFields ? -1 : 0);
  }

  hint(option, error = "", bounds = "") {
    const parts = option ? [named("b", option), " ", element("span", { lang: langOf(option, "description") }, descriptionOf(option)), bounds && element("small", {}, bounds)] : [];
    const line = element("p", {}, ...parts, error && element("strong", {}, error));
    if (line.textContent !== byId("hint").textContent) byId("hint").replaceChildren(...line.childNodes); // read aloud only when it changes
  }

  async autocomplete(option, typed) {
    try {
      return await autocomplete(this.channel.id, this.command.name, option.name, typed, this.values(option.name));
    } catch (error) {
      this.hint({ ...option, description: "Couldn't load suggestions", description_localized: null }, error.message);
      return [];
    }
  }

  // The values entered so far, without invalid fields and the one named.
  values(except) {
    const entries = this.fields.filter((field) => field.option.name !== except).map((field) => [field.option.name, field.check().value]);
    return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
  }

  // Shows all errors and returns the first invalid field.
  firstInvalidField() {
    this.submitted = true;
    return this.fields.filter((field) => field.check().error)[0];
  }

  // Handles a key; returns whether it did.
  handleKey(event) {
    const field = this.fields.find((one) => one.input === event.target);
    if (event.key === "Escape") this.cancel();
    else if (event.key === "Backspace" && field && event.target.value === "") this.stepBack(field);
    else return false;
    event.preventDefault();
    return true;
  }

  stepBack(field) {
    if (!field.option.required) this.removeField(field);
    else if (this.fields.every((one) => one.input.value === "")) this.cancel();
  }
}
