// What apps offer for a message: shown beside its author while the pointer or the focus is on it.

import { invokeOnMessage } from "../api.js";
import { element } from "../dom.js";
import { named } from "../locale.js";

export function messageMenu(message, { messageCommands }, failed) {
  const choose = (name) => invokeOnMessage(message.id, name).catch((error) => failed(error.message));
  return element("span", { class: "apps" }, messageCommands.map((command) =>
    named("button", command, { type: "button", class: "quiet", onclick: () => choose(command.name) })));
}
