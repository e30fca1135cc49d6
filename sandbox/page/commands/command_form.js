// The form for a command's options: required ones first, optional ones on demand, all usable by keyboard.

import { autocomplete } from "../api.js";
import { byId, element } from "../dom.js";
import { OptionField } from "./option_field.js";

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
    this.node.replaceChildren(element("span", { class: "slash" }, `/${command.name}`), this.addButton);
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
    (this.fields[0]?.input ?? (this.addButton.hidden ? byId("send") : this.addButton)).focus();
  }

  // Fills in [option, text] pairs, and focuses the first field that is still wrong.
  fill(texts) {
    for (const [option, text] of texts) (this.fields.find((field) => field.option === option) ?? this.addField(option)).setText(text);
    if (texts.length) (this.firstInvalidField() ?? this.fields[0]).input.focus();
  }

  unused() {
    const used = this.fields.map((field) => field.option);
    return (this.command.options ?? []).filter((option) => !used.includes(option));
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
    const items = this.unused().map((option) => ({
      label: option.name, detail: option.description, pick: () => this.addField(option).input.focus(),
    }));
    const noFields = this.fields.length === 0; // Enter sends the command
    const keys = noFields ? "Press Enter to send, or use the arrow keys to add an option" : "Use the arrow keys and Enter to add an option, or press Escape, then Enter to send";
    this.hint({ name: "Optional", description: keys });
    this.suggestions.show(this.addButton, "Options", items, noFields ? -1 : 0);
  }

  hint(option, error = "", bounds = "") {
    const parts = option ? [element("b", {}, option.name), ` ${option.description ?? ""}`, bounds && element("small", {}, bounds)] : [];
    const line = element("p", {}, ...parts, error && element("strong", {}, error));
    if (line.textContent !== byId("hint").textContent) byId("hint").replaceChildren(...line.childNodes); // read aloud only when it changes
  }

  async autocomplete(name, typed) {
    try {
      return await autocomplete(this.channel.id, this.command.name, name, typed, this.values(name));
    } catch (error) {
      this.hint({ name, description: "Couldn't load suggestions" }, error.message);
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
