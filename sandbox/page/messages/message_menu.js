// What apps offer for a message: shown beside its author while the pointer or the focus is on it.

import { invokeOnMessage } from "../api.js";
import { element } from "../dom.js";

export function messageMenu(message, { messageCommands }, failed) {
  const choose = (name) => invokeOnMessage(message.id, name).catch((error) => failed(error.message));
  return element("span", { class: "apps" }, messageCommands.map(({ name }) =>
    element("button", { type: "button", class: "quiet", onclick: () => choose(name) }, name)));
}
