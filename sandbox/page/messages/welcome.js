// What a channel begins with: how to write a first text, and an example that a click fills in.

import { element } from "../dom.js";
import { named } from "../locale.js";
import { titleOf } from "../titles.js";

export const EXAMPLE = { command: "generate", options: [["prompt", "ROMEO:"], ["temperature", "0.8"]] };

export function welcome(channel, commands, fillInExample) {
  const byName = (items, name) => items?.find((item) => item.name === name) ?? { name };
  const command = byName(commands, EXAMPLE.command);
  const pairs = EXAMPLE.options.map(([name, value]) => element("span", { class: "pair" }, named("i", byName(command.options, name)), value));
  const example = element("button", { type: "button", class: "example", onclick: fillInExample },
    named("span", command, { class: "slash" }, "/"), ...pairs.flatMap((pair) => [" ", pair]));
  return element("section", { class: "welcome" }, element("h2", {}, `Welcome to ${titleOf(channel)}`),
    element("p", {}, "This is a local stand-in for Discord. It runs on this machine, and so does the bot."),
    element("p", {}, "Type ", named("kbd", command, {}, "/"), " below, enter a prompt and a temperature, and press ",
      element("kbd", {}, "Enter"), ". Or start with this example:"), example);
}
