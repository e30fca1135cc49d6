// Buttons, menus and layouts on a message; a click is answered by the bot, through an event.

import { click } from "../api.js";
import { element } from "../dom.js";
import { render } from "./markdown.js";

const VIEWS = {
  1: (item, place) => element("div", { class: "row", role: "group" }, ...inner(item, place)),
  2: buttonView,
  3: menuView,
  9: (item, place) => element("div", { class: "section" }, element("div", {}, ...inner(item, place)), view(item.accessory, place)),
  10: (item, place) => element("div", { class: "content" }, ...render(item.content, { ...place.context, message: place.message })),
  14: (item) => element("hr", { class: item.divider === false ? "space" : "" }),
  17: containerView,
};
const waiting = new Map(); // clicked buttons by interaction
const taken = new Set(); // interactions whose answer came before the click returned

const inner = (item, place) => item.components.map((one) => view(one, place));
const view = (item, place) => VIEWS[item.type]?.(item, place) ?? element("p", { class: "unknown" }, "This can't be shown here.");

// `place` is { message, context, failed }; `failed` takes the words for a click that was not possible.
export const componentViews = (place) => place.message.components.map((item) => view(item, place));

// A click has been answered or has failed: its button may be pressed again.
export function settle(interactionId) {
  taken.add(interactionId);
  waiting.get(interactionId)?.removeAttribute("aria-busy");
  waiting.delete(interactionId);
}

function buttonView(item, place) {
  const face = [item.emoji?.name, item.label].filter(Boolean).join(" ");
  if (item.url) return element("a", { class: "button link", href: item.url, target: "_blank", rel: "noopener noreferrer" }, `${face} ↗`);
  return element("button", {
    type: "button", class: `button style-${item.style}`, "data-custom-id": item.custom_id, disabled: Boolean(item.disabled),
    onclick: (event) => send(event.currentTarget, item, place),
  }, face);
}

function menuView(item, place) {
  const options = item.options.map((option) => element("option", { value: option.value, selected: Boolean(option.default) }, option.label));
  const several = (item.max_values ?? 1) > 1;
  const title = item.placeholder ?? "Make a selection";
  const menu = element("select", { "aria-label": title, "data-custom-id": item.custom_id, multiple: several, disabled: Boolean(item.disabled) },
    !several && element("option", { value: "", selected: true, disabled: true }, title), ...options);
  const choose = () => send(menu, item, place, [...menu.selectedOptions].map((option) => option.value));
  if (!several) menu.addEventListener("change", choose);
  return element("span", { class: "menu" }, menu, several && element("button", { type: "button", class: "button style-2", onclick: choose }, "Choose"));
}

function containerView(item, place) {
  const box = element("div", { class: "container" }, ...inner(item, place));
  if (item.accent_color != null) box.style.setProperty("--accent", `#${item.accent_color.toString(16).padStart(6, "0")}`);
  return box;
}

async function send(control, item, place, values) {
  control.setAttribute("aria-busy", "true");
  try {
    const { id } = await click(place.message.id, item.custom_id, values);
    if (taken.has(id)) control.removeAttribute("aria-busy");
    else waiting.set(id, control);
  } catch (refused) {
    control.removeAttribute("aria-busy");
    place.failed(refused.kind === "BotOffline" ? "The bot is offline." : refused.message);
  }
}
