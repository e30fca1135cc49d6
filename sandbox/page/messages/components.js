// A message's components. A click is sent to the bot; its response arrives as an event.

import { click } from "../api.js";
import { element } from "../dom.js";
import { render } from "./markdown.js";

const VIEWS = {
  1: (item, scope) => element("div", { class: "row", role: "group" }, ...inner(item, scope)),
  2: buttonView,
  3: menuView,
  9: (item, scope) => element("div", { class: "section" }, element("div", {}, ...inner(item, scope)), view(item.accessory, scope)),
  10: (item, scope) => element("div", { class: "content" }, ...render(item.content, { ...scope.context, message: scope.message })),
  14: (item) => element("hr", { class: item.divider === false ? "space" : "" }),
  17: containerView,
};
const pending = new Map(); // clicked components by interaction id
const finished = new Set(); // interactions that finished before their click request returned

const inner = (item, scope) => item.components.map((one) => view(one, scope));
const view = (item, scope) => VIEWS[item.type]?.(item, scope) ?? element("p", { class: "unknown" }, "The sandbox can't show this component.");

// `scope` is { message, context, failed }; `failed` is called with an error message if a click fails.
export const componentViews = (scope) => scope.message.components.map((item) => view(item, scope));

// Marks a click as acknowledged or failed: the component can be used again.
export function finishClick(interactionId) {
  finished.add(interactionId);
  pending.get(interactionId)?.removeAttribute("aria-busy");
  pending.delete(interactionId);
}

function buttonView(item, scope) {
  const label = [item.emoji?.name, item.label].filter(Boolean).join(" ");
  if (item.url) return element("a", { class: "button link", href: item.url, target: "_blank", rel: "noopener noreferrer" }, `${label} ↗`);
  return element("button", {
    type: "button", class: `button style-${item.style}`, "data-custom-id": item.custom_id, disabled: Boolean(item.disabled),
    onclick: (event) => send(event.currentTarget, item, scope),
  }, label);
}

function menuView(item, scope) {
  const options = item.options.map((option) => element("option", { value: option.value, selected: Boolean(option.default) }, option.label));
  const multiple = (item.max_values ?? 1) > 1;
  const title = item.placeholder ?? "Make a selection";
  const menu = element("select", { "aria-label": title, "data-custom-id": item.custom_id, multiple, disabled: Boolean(item.disabled) },
    !multiple && element("option", { value: "", selected: true, disabled: true }, title), ...options);
  const select = () => send(menu, item, scope, [...menu.selectedOptions].map((option) => option.value));
  if (!multiple) menu.addEventListener("change", select);
  return element("span", { class: "menu" }, menu, multiple && element("button", { type: "button", class: "button style-2", onclick: select }, "Select"));
}

function containerView(item, scope) {
  const box = element("div", { class: "container" }, ...inner(item, scope));
  if (item.accent_color != null) box.style.setProperty("--accent", `#${item.accent_color.toString(16).padStart(6, "0")}`);
  return box;
}

async function send(control, item, scope, values) {
  control.setAttribute("aria-busy", "true");
  try {
    const { id } = await click(scope.message.id, item.custom_id, values);
    if (finished.has(id)) control.removeAttribute("aria-busy");
    else pending.set(id, control);
  } catch (error) {
    control.removeAttribute("aria-busy");
    scope.failed(error.message);
  }
}
