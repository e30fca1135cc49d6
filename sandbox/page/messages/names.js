// What tells one message, and the controls in it, from all others for those who hear the page.

import { element } from "../dom.js";
import { render } from "./markdown.js";
import { timestamp } from "./time.js";

const EXCERPT_CHARACTERS = 60;
let controls = 0;

export function plainText(message, context) {
  const text = element("span", {}, ...render(message.content, { ...context, message }));
  for (const spoiler of text.querySelectorAll(".spoiler")) spoiler.replaceWith("[spoiler]");
  return text.textContent.trim();
}

export const excerptOf = (message, context) => plainText(message, context).slice(0, EXCERPT_CHARACTERS);

export function nameOf(message, context) {
  const sent = timestamp(Date.parse(message.timestamp) / 1000, "T");
  return [`${message.author.global_name}, ${sent}`, excerptOf(message, context)].filter(Boolean).join(": ");
}

// Names a control by its own words and by its message.
export function nameControl(control, message) {
  control.id ||= `control-${++controls}`;
  control.setAttribute("aria-labelledby", `${control.id} message-${message.id}`);
}
