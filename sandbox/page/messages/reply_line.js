// The line above a reply: the beginning of the original message, which a click shows.

import { byId, element } from "../dom.js";
import { excerptOf } from "./names.js";

const MISSING = "The original message isn't available";

export function replyLine({ message_id: id }, context) {
  const original = context.messages.get(id);
  const show = () => byId(`message-${id}`)?.scrollIntoView({ block: "center" });
  const excerpt = () => element("button", { type: "button", class: "quiet", "data-original": id, onclick: show }, excerptOf(original, context) || "Original message");
  return element("p", { class: "used" }, original ? excerpt() : MISSING);
}

export function forgetOriginal(id) {
  for (const excerpt of document.querySelectorAll(`[data-original="${id}"]`)) excerpt.replaceWith(MISSING);
}
