// One option of a command: its label, its input, and a slider if it is a number with both bounds.

import { element } from "../dom.js";
import { labelOf, named } from "../locale.js";
import { boundsOf, choicesOf, isNumeric, NUMBER, preselected, STRING, valueOf } from "./option_rules.js";
import { itemOf } from "./suggestions.js";

const SLIDER_STEPS = 40;
const AUTOCOMPLETE_DELAY_MS = 120;

export class OptionField {
  constructor(option, form) {
    this.option = option;
    this.form = form;
    const listed = option.autocomplete || choicesOf(option).length > 0;
    this.input = element("input", {
      id: `option-${option.name}`, name: option.name, type: "text", inputmode: isNumeric(option) ? "decimal" : "text",
      "aria-describedby": "hint", "aria-required": String(Boolean(option.required)), autocapitalize: "off", spellcheck: "false",
      ...(listed ? { role: "combobox", "aria-autocomplete": "list", "aria-controls": "suggestions", "aria-expanded": "false" } : {}),
    });
    this.label = element("label");
    this.slider = this.makeSlider();
    this.remove = this.makeRemove();
    this.node = element("div", { class: `option ${option.type === STRING ? "wide" : ""}` }, this.label, this.input, this.slider, this.remove);
    this.rename(option);
    this.input.addEventListener("focus", () => this.focused());
    this.input.addEventListener("input", () => this.typed());
    this.input.addEventListener("keydown", (event) => this.step(event));
    this.input.addEventListener("blur", () => this.form.suggestions.hide());
  }

  // Shows what the option is called now, and the choice that was made by its new name.
  rename(option) {
    const { value } = valueOf(this.option, this.input.value, this.picked, this.form.limits);
    const chosen = choicesOf(option).find((choice) => choice.value === value);
    const label = named("label", option, { for: this.input.id });
    this.label.replaceWith(label);
    Object.assign(this, { option, label });
    this.slider?.setAttribute("aria-label", `${labelOf(option)} slider`);
    this.remove?.setAttribute("aria-label", `Remove ${labelOf(option)}`);
    if (chosen) this.setText(labelOf(chosen), chosen);
    else this.check();
  }

  makeSlider() {
    const { type, min_value: min, max_value: max } = this.option;
    if (type !== NUMBER || min == null || max == null) return null;
    const slider = element("input", { type: "range", min, max, step: (max - min) / SLIDER_STEPS, tabindex: "-1" });
    slider.addEventListener("input", () => this.setText(String(Number(Number(slider.value).toFixed(4)))));
    return slider;
  }

  // The arrow keys increase and decrease a number.
  step(event) {
    const up = event.key === "ArrowUp";
    if (!this.slider || this.form.suggestions.open || (!up && event.key !== "ArrowDown")) return;
    event.preventDefault();
    if (up) this.slider.stepUp();
    else this.slider.stepDown();
    this.slider.dispatchEvent(new Event("input"));
  }

  makeRemove() {
    if (this.option.required) return null;
    const remove = () => this.form.removeField(this);
    return element("button", { type: "button", class: "remove", tabindex: "-1", onclick: remove }, "×");
  }

  setText(text, picked) {
    this.picked = picked;
    this.input.value = text;
    if (this.slider && text !== "") this.slider.value = picked?.value ?? text;
    this.check();
  }

  // Returns { value } or { error }, and shows the error.
  check(error) {
    const outcome = error ? { error } : valueOf(this.option, this.input.value, this.picked, this.form.limits);
    const shown = outcome.error && (error || this.input.value !== "" || this.form.submitted);
    this.node.classList.toggle("invalid", Boolean(shown));
    this.input.setAttribute("aria-invalid", String(Boolean(shown)));
    if (document.activeElement === this.input || error) this.form.hint(this.option, shown ? outcome.error : "", boundsOf(this.option));
    return outcome;
  }

  focused() {
    this.check();
    this.suggest();
  }

  typed() {
    this.picked = undefined;
    if (this.slider && this.input.value !== "") this.slider.value = this.input.value.replace(",", ".");
    this.check();
    this.suggest();
  }

  suggest() {
    const typed = this.input.value.toLowerCase();
    const choices = choicesOf(this.option);
    if (choices.length) {
      const names = (choice) => [labelOf(choice), choice.name].map((name) => name.toLowerCase());
      const exact = choices.some((choice) => names(choice).includes(typed));
      this.offer(exact ? choices : choices.filter((choice) => names(choice).some((name) => name.includes(typed))));
    }
    if (this.option.autocomplete) this.autocompleteSoon();
  }

  autocompleteSoon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(async () => {
      const typed = this.input.value;
      const choices = await this.form.autocomplete(this.option, typed);
      const nothingElse = choices.length === 1 && String(choices[0].value) === typed;
      if (document.activeElement === this.input && this.input.value === typed && !this.picked) this.offer(nothingElse ? [] : choices);
    }, this.input.value ? AUTOCOMPLETE_DELAY_MS : 0);
  }

  offer(choices) {
    const pick = (choice) => () => this.setText(labelOf(choice), choice);
    const items = choices.map((choice) => ({ ...itemOf(choice), pick: pick(choice) }));
    this.form.suggestions.show(this.input, named("span", this.option), items, preselected(this.option, choices, this.input.value));
  }
}
