// The line above a reply: the beginning of the original message, which a click shows.

import { byId, element } from "../dom.js";
import { render } from "./markdown.js";

const EXCERPT_CHARACTERS = 80;
const MISSING = "The original message isn't available";

export function replyLine({ message_id: id }, context) {
  const original = context.messages.get(id);
  const show = () => byId(`message-${id}`)?.scrollIntoView({ block: "center" });
  const excerpt = () => element("button", { type: "button", class: "quiet", "data-original": id, onclick: show }, excerptOf(original, context));
  return element("p", { class: "used" }, original ? excerpt() : MISSING);
}

export function forgetOriginal(id) {
  for (const excerpt of document.querySelectorAll(`[data-original="${id}"]`)) excerpt.replaceWith(MISSING);
}

export function excerptOf(message, context) {
  const text = element("span", {}, ...render(message.content, { ...context, message })).textContent.trim();
  return text.slice(0, EXCERPT_CHARACTERS) || "Original message";
}
