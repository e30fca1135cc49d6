// Dialogs: a modal that the bot opened, or a question of the page's own.

import { submitModal } from "./api.js";
import { byId, element } from "./dom.js";

const TEXT_INPUT = 4;
const MENU = 3;

// Shows the bot's modal; submits it for the interaction that opened it.
export function openModal(id, modal, limits) {
  const fields = modal.components.flatMap((row) => (row.components ?? [row]).map((item) => fieldOf(row, item, limits)).filter(Boolean));
  ask(modal.title, fields, () => {
    const values = Object.fromEntries(fields.map((field) => [field.customId, field.value()]));
    return submitModal(id, values);
  });
}

export function askName(title, maxLength, send) {
  const field = textField({ label: "Name", item: { custom_id: "name", style: 1, max_length: maxLength } });
  ask(title, [field], () => send(field.value()));
}

function ask(title, fields, send) {
  const error = element("p", { role: "alert", class: "error" });
  const cancel = element("button", { type: "button", class: "button style-2", onclick: () => dialog.close() }, "Cancel");
  const form = element("form", { method: "dialog", novalidate: true }, element("h2", { id: "dialog-title" }, title),
    ...fields.map((field) => field.node), error,
    element("div", { class: "row" }, cancel, element("button", { type: "submit", class: "button style-1" }, "Submit")));
  const dialog = byId("dialog");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const invalid = fields.find((one) => one.error());
    error.textContent = invalid ? `${invalid.label}: ${invalid.error()}` : "";
    if (invalid) return invalid.input.focus();
    try {
      await send();
      dialog.close();
    } catch (failure) {
      error.textContent = failure.message;
    }
  });
  dialog.replaceChildren(form);
  dialog.showModal();
  fields[0]?.input.focus();
}

function fieldOf(row, item, limits) {
  const component = item.component ?? item;
  const label = row.label ?? component.label ?? "";
  if (component.type === TEXT_INPUT) return textField({ label, item: { ...component, max_length: component.max_length ?? limits.text_input }, description: row.description });
  if (component.type === MENU) return menuField({ label, item: component, description: row.description });
  return null;
}

function textField({ label, item, description }) {
  const multiple = item.style === 2;
  const input = element(multiple ? "textarea" : "input", {
    id: `field-${item.custom_id}`, name: item.custom_id, placeholder: item.placeholder, maxlength: item.max_length,
    "aria-required": String(item.required !== false), rows: multiple && 4, autocomplete: "off", autocapitalize: "off", spellcheck: "false",
  });
  input.value = item.value ?? "";
  return field(label, item, input, description, () => input.value);
}

function menuField({ label, item, description }) {
  const options = item.options.map((option) => element("option", { value: option.value, selected: Boolean(option.default) }, option.label));
  const multiple = (item.max_values ?? 1) > 1;
  const empty = !multiple && element("option", { value: "" }, item.placeholder ?? "—");
  const input = element("select", { id: `field-${item.custom_id}`, name: item.custom_id, multiple }, empty, ...options);
  return field(label, item, input, description, () => [...input.selectedOptions].map((option) => option.value).filter(Boolean));
}

function field(label, item, input, description, value) {
  const star = item.required === false ? [] : [element("span", { class: "required", "aria-hidden": "true" }, " *")];
  const node = element("div", { class: "field" }, element("label", { for: input.id }, label, ...star),
    description && element("small", {}, description), input);
  return { label, customId: item.custom_id, node, input, value, error: () => errorOf(item, value()) };
}

// Discord's error for a value that is too short or missing, or an empty string if it is valid.
function errorOf(item, value) {
  const minimum = item.min_length ?? item.min_values ?? 1;
  if (value.length === 0) return item.required === false ? "" : "This field is required.";
  return value.length < minimum ? `This must be at least ${minimum} ${typeof value === "string" ? "characters" : "choices"}.` : "";
}
