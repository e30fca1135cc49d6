// The line at the bottom: plain text, or after a slash a command with its options.

import { postMessage, runCommand } from "../api.js";
import { CommandForm } from "./command_form.js";
import { byId } from "../dom.js";
import { Suggestions } from "./suggestions.js";
import { titleOf } from "../titles.js";

const SUBCOMMAND = 1;
const GROUP = 2;

// A command with subcommands is offered as these, by their full names.
function flattened(command) {
  const parts = (command.options ?? []).filter(({ type }) => type === SUBCOMMAND || type === GROUP);
  return parts.length ? parts.flatMap((part) => flattened({ ...part, name: `${command.name} ${part.name}` })) : [command];
}

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
    if (this.form) this.leaveCommand();
    this.entry.setAttribute("aria-label", `Message ${titleOf(channel)}`);
    this.entry.placeholder = `Message ${titleOf(channel)}, or type /`;
    byId("composer").setAttribute("aria-busy", "true"); // until this channel's commands are known
  }

  know(commands) {
    this.commands = commands.flatMap(flattened);
    byId("composer").setAttribute("aria-busy", "false");
    if (!this.form && this.entry.value.startsWith("/")) this.typed(); // written before the bot was there
  }

  typed() {
    this.fitEntry();
    const text = this.entry.value;
    const exact = this.commands.find((command) => text.startsWith(`/${command.name} `));
    if (exact) this.startCommand(exact, text.slice(exact.name.length + 2));
    else if (text.startsWith("/")) this.offerCommands(text.slice(1).toLowerCase());
    else this.suggestions.hide();
  }

  offerCommands(typed) {
    const fitting = this.commands.filter((command) => command.name.startsWith(typed));
    const items = fitting.map((command) => ({
      label: `/${command.name}`, detail: command.description, hint: "Tempera", pick: () => this.startCommand(command),
    }));
    this.suggestions.show(this.entry, "Commands", items);
  }

  startCommand(command, first = "") {
    this.form?.close();
    this.entry.value = "";
    this.entry.hidden = true;
    this.form = new CommandForm(command, this.suggestions, this.channel, () => this.leaveCommand());
    this.form.focus();
    if (first) this.form.fields[0]?.set(first);
    return this.form;
  }

  leaveCommand() {
    const had = this.form;
    this.form?.close();
    this.form = undefined;
    this.suggestions.hide();
    this.entry.hidden = false;
    this.entry.value = "";
    this.entry.style.height = "auto";
    if (had) this.entry.focus();
  }

  key(event) {
    if (event.isComposing) return; // an input method is choosing characters
    if (event.key === "Tab" && !event.shiftKey && this.suggestions.open && event.target !== this.form?.more) {
      const names = event.target === this.entry;
      if (this.suggestions.active >= 0) this.suggestions.pick();
      if (names) event.preventDefault();
      return;
    }
    if (this.suggestions.takeKey(event) || this.form?.takeKey(event)) return;
    if (event.key === "Enter" && !event.shiftKey && event.target !== byId("send")) {
      event.preventDefault();
      this.submit();
    }
  }

  async submit() {
    if (this.form) return this.submitCommand(this.form);
    const text = this.entry.value.trim();
    if (!text || !this.channel) return;
    if (text.startsWith("/") && !this.commands.length) return this.timeline.notify("notice", "No bot has registered a command yet.", "failed");
    this.leaveCommand();
    await postMessage(this.channel.id, text).catch((error) => this.giveBack(text, error));
  }

  // What was not sent stands in the line again, before what has been typed since.
  giveBack(text, error) {
    this.entry.value = [text, this.entry.value].filter(Boolean).join("\n");
    this.fitEntry();
    this.timeline.notify("notice", `Your message was not sent: ${error.message}`, "failed");
  }

  fitEntry() {
    this.entry.style.height = "auto";
    this.entry.style.height = `${this.entry.scrollHeight}px`;
  }

  async submitCommand(form) {
    if (this.sending === form) return;
    const faulty = form.firstFault();
    if (faulty) return faulty.input.focus();
    const values = form.values();
    this.sending = form;
    try {
      const { id } = await runCommand(this.channel.id, form.command.name, values);
      this.leaveCommand();
      if (!this.timeline.answered(id)) this.timeline.notify(`pending-${id}`, "Sending command…");
    } catch (refused) {
      this.showRefusal(form, refused);
    } finally {
      this.sending = undefined;
    }
  }

  showRefusal(form, refused) {
    const field = form.fields.find((one) => one.option.name === refused.option);
    if (!field) return this.timeline.notify("notice", refused.kind === "BotOffline" ? "The bot is offline." : refused.message, "failed");
    field.input.focus();
    field.check(refused.message);
  }
}
