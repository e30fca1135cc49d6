// The input at the bottom: a message, or after a slash a command with its options.

import { postMessage, invokeCommand } from "../api.js";
import { CommandForm } from "./command_form.js";
import { commandOf, optionTexts } from "./command_line.js";
import { byId } from "../dom.js";
import { labelOf } from "../locale.js";
import { itemOf, Suggestions } from "./suggestions.js";
import { titleOf } from "../titles.js";

const FIRST = "generate"; // what most people come for

export class Composer {
  constructor(timeline) {
    this.timeline = timeline;
    this.commands = [];
    this.suggestions = new Suggestions();
    this.entry = byId("entry");
    this.entry.addEventListener("input", () => this.typed());
    this.entry.addEventListener("blur", () => this.suggestions.hide());
    byId("composer").addEventListener("keydown", (event) => this.key(event));
    byId("composer").addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
  }

  open(channel) {
    this.channel = channel;
    if (this.form) this.closeCommand();
    this.entry.setAttribute("aria-label", `Message ${titleOf(channel)}`);
    this.entry.placeholder = `Message ${titleOf(channel)}, or type /`;
    byId("composer").setAttribute("aria-busy", "true"); // until this channel's commands have loaded
  }

  setCommands(commands) {
    this.commands = commands;
    byId("composer").setAttribute("aria-busy", "false");
    this.form?.rename(commands.find(({ name }) => name === this.form.command.name));
    if (!this.form && this.entry.value.startsWith("/")) this.typed(); // typed before the bot connected
  }

  typed() {
    this.fitEntry();
    const text = this.entry.value;
    const begun = commandOf(this.commands, text);
    if (begun) this.startCommand(begun.command, begun.rest);
    else if (text.startsWith("/")) this.offerCommands(text.slice(1).toLowerCase());
    else this.suggestions.hide();
  }

  offerCommands(typed) {
    const some = (command, test) => [labelOf(command), command.name].some(test);
    const rank = (command) => (some(command, (name) => name.startsWith(typed)) ? 0 : 2) + (command.name === FIRST ? 0 : 1);
    const matching = this.commands.filter((command) => some(command, (name) => name.includes(typed))).sort((one, other) => rank(one) - rank(other));
    const items = matching.map((command) => ({ ...itemOf(command, "/"), hint: "Tempera", pick: () => this.startCommand(command) }));
    this.suggestions.show(this.entry, "Commands", items);
  }

  startCommand(command, line = "") {
    this.form?.close();
    this.entry.value = "";
    this.entry.hidden = true;
    this.form = new CommandForm(command, this.suggestions, this.channel, this.timeline.context.limits, () => this.closeCommand());
    this.form.focus();
    this.form.fill(optionTexts(command.options ?? [], line));
  }

  closeCommand() {
    const form = this.form;
    this.form?.close();
    this.form = undefined;
    this.suggestions.hide();
    this.entry.hidden = false;
    this.entry.value = "";
    this.entry.style.height = "auto";
    if (form) this.entry.focus();
  }

  key(event) {
    if (event.isComposing) return; // an input method is composing characters
    if (event.key === "Tab" && !event.shiftKey && this.suggestions.open && event.target !== this.form?.addButton) {
      const choosingCommand = event.target === this.entry;
      if (this.suggestions.active >= 0) this.suggestions.pick();
      if (choosingCommand) event.preventDefault();
      return;
    }
    if (this.suggestions.handleKey(event) || this.form?.handleKey(event)) return;
    if (event.key === "Enter" && !event.shiftKey && event.target !== byId("send")) {
      event.preventDefault();
      this.submit();
    }
  }

  async submit() {
    if (this.form) return this.submitCommand(this.form);
    const text = this.entry.value.trim();
    if (!text || !this.channel) return;
    if (text.startsWith("/") && !this.commands.length) return this.timeline.notify("notice", "No commands are registered yet. Is the bot running?", "failed");
    this.closeCommand();
    await postMessage(this.channel.id, text).catch((error) => this.restore(text, error));
  }

  // Puts an unsent message back, before anything typed in the meantime.
  restore(text, error) {
    this.entry.value = [text, this.entry.value].filter(Boolean).join("\n");
    this.fitEntry();
    this.timeline.notify("notice", `Your message wasn't sent: ${error.message}`, "failed");
  }

  fitEntry() {
    this.entry.style.height = "auto";
    this.entry.style.height = `${this.entry.scrollHeight}px`;
  }

  async submitCommand(form) {
    if (this.sending === form) return;
    const invalid = form.firstInvalidField();
    if (invalid) return invalid.input.focus();
    const values = form.values();
    this.sending = form;
    try {
      const { id } = await invokeCommand(this.channel.id, form.command.name, values);
      this.closeCommand();
      if (!this.timeline.hasResponse(id)) this.timeline.notify(`pending-${id}`, "Sending command…");
    } catch (error) {
      this.showError(form, error);
    } finally {
      this.sending = undefined;
    }
  }

  showError(form, error) {
    const field = form.fields.find((one) => one.option.name === error.option);
    if (!field) return this.timeline.notify("notice", error.message, "failed");
    field.input.focus();
    field.check(error.message);
  }
}
