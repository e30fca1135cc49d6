// A form that the bot opens, or a question of the page's own, in front of everything else.

import { submitForm } from "./api.js";
import { byId, element } from "./dom.js";

const TEXT_INPUT = 4;
const MENU = 3;

// Shows the bot's form; `sent` gets the id of the interaction that carries what was filled in.
export function openForm(id, form, sent) {
  const fields = form.components.flatMap((row) => (row.components ?? [row]).map((item) => fieldOf(row, item)).filter(Boolean));
  ask(form.title, fields, async () => {
    const values = Object.fromEntries(fields.map((field) => [field.customId, field.value()]));
    sent((await submitForm(id, values)).id);
  });
}

export function askName(title, label, send) {
  const field = textField({ label, item: { custom_id: "name", style: 1, max_length: 100 } });
  ask(title, [field], () => send(field.value()));
}

function ask(title, fields, send) {
  const fault = element("p", { role: "alert", class: "fault" });
  const cancel = element("button", { type: "button", class: "button style-2", onclick: () => dialog.close() }, "Cancel");
  const form = element("form", { method: "dialog", novalidate: true }, element("h2", { id: "dialog-title" }, title),
    ...fields.map((field) => field.node), fault,
    element("div", { class: "row" }, cancel, element("button", { type: "submit", class: "button style-1" }, "Submit")));
  const dialog = byId("dialog");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const faulty = fields.find((one) => one.fault());
    fault.textContent = faulty ? `${faulty.label}: ${faulty.fault()}` : "";
    if (faulty) return faulty.input.focus();
    try {
      await send();
      dialog.close();
    } catch (refused) {
      fault.textContent = refused.message;
    }
  });
  dialog.replaceChildren(form);
  dialog.showModal();
  fields[0]?.input.focus();
}

function fieldOf(row, item) {
  const component = item.component ?? item;
  const label = row.label ?? component.label ?? "";
  if (component.type === TEXT_INPUT) return textField({ label, item: component, description: row.description });
  if (component.type === MENU) return menuField({ label, item: component, description: row.description });
  return null;
}

function textField({ label, item, description }) {
  const several = item.style === 2;
  const input = element(several ? "textarea" : "input", {
    id: `field-${item.custom_id}`, name: item.custom_id, placeholder: item.placeholder, maxlength: item.max_length ?? 4000,
    "aria-required": String(item.required !== false), rows: several && 4, autocomplete: "off", autocapitalize: "off", spellcheck: "false",
  });
  input.value = item.value ?? "";
  return field(label, item, input, description, () => input.value);
}

function menuField({ label, item, description }) {
  const options = item.options.map((option) => element("option", { value: option.value, selected: Boolean(option.default) }, option.label));
  const several = (item.max_values ?? 1) > 1;
  const empty = !several && element("option", { value: "" }, item.placeholder ?? "—");
  const input = element("select", { id: `field-${item.custom_id}`, name: item.custom_id, multiple: several }, empty, ...options);
  return field(label, item, input, description, () => [...input.selectedOptions].map((option) => option.value).filter(Boolean));
}

function field(label, item, input, description, value) {
  const star = item.required === false ? [] : [element("span", { class: "required", "aria-hidden": "true" }, " *")];
  const node = element("div", { class: "field" }, element("label", { for: input.id }, label, ...star),
    description && element("small", {}, description), input);
  return { label, customId: item.custom_id, node, input, value, fault: () => faultOf(item, value()) };
}

// What Discord's client says of a value that is too short, or missing; empty when it may be sent.
function faultOf(item, value) {
  const least = item.min_length ?? item.min_values ?? 1;
  if (value.length === 0) return item.required === false ? "" : "This field is required.";
  return value.length < least ? `This must be at least ${least} ${typeof value === "string" ? "characters" : "choices"}.` : "";
}
