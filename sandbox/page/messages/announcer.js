// Reads new messages to screen readers: a text once it has stopped growing, and never twice.

import { byId, element } from "../dom.js";
import { plainText } from "./names.js";

const SETTLED_MS = 2500; // texts grow about once a second
const KEPT_MS = 10_000; // then only the message itself is left to be found

export class Announcer {
  constructor() {
    this.said = new Map(); // by message id
    this.timers = new Map();
  }

  say(text) {
    const line = byId("announcements").appendChild(element("p", {}, text));
    setTimeout(() => line.remove(), KEPT_MS);
  }

  // Reads what is new in a message, once it hasn't changed for a while.
  saySoon(message, context) {
    clearTimeout(this.timers.get(message.id));
    this.timers.set(message.id, setTimeout(() => this.sayNew(message, context), SETTLED_MS));
  }

  sayNew(message, context) {
    const view = byId(`message-${message.id}`);
    if (!view) return;
    const parts = [...view.querySelectorAll(".extras .content, .chip a")].map((node) => node.textContent);
    const text = [plainText(message, context), ...parts].filter(Boolean).join("\n");
    const fresh = text.slice(sharedLength(text, this.said.get(message.id) ?? "")).trim();
    this.said.set(message.id, text);
    if (fresh) this.say(`${message.author.global_name}: ${fresh}`);
  }
}

function sharedLength(one, other) {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length += 1;
  return length;
}
