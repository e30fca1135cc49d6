// One option of a command being written: its name, its input, a slider for numbers with both bounds.

import { element } from "../dom.js";
import { boundsOf, choicesOf, isNumeric, NUMBER, valueOf } from "./option_rules.js";

const SLIDER_STEPS = 40;
const COMPLETION_DELAY_MS = 120;

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
    const label = element("label", { for: this.input.id }, option.name);
    this.slider = this.makeSlider();
    this.node = element("div", { class: `option ${option.type === 3 ? "wide" : ""}` }, label, this.input, this.slider, this.makeRemove());
    this.input.addEventListener("focus", () => this.focused());
    this.input.addEventListener("input", () => this.typed());
    this.input.addEventListener("keydown", (event) => this.step(event));
    this.input.addEventListener("blur", () => this.form.suggestions.hide());
  }

  makeSlider() {
    const { type, min_value: min, max_value: max, name } = this.option;
    if (type !== NUMBER || min == null || max == null) return null;
    const slider = element("input", { type: "range", min, max, step: (max - min) / SLIDER_STEPS, tabindex: "-1", "aria-label": `${name} slider` });
    slider.addEventListener("input", () => this.set(String(Number(Number(slider.value).toFixed(4)))));
    return slider;
  }

  // The arrow keys turn a number up and down.
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
    return element("button", { type: "button", class: "remove", tabindex: "-1", "aria-label": `Remove ${this.option.name}`, onclick: remove }, "×");
  }

  set(text, picked) {
    this.picked = picked;
    this.input.value = text;
    if (this.slider && text !== "") this.slider.value = text;
    this.check();
  }

  // Returns { value } or { fault }, and shows a fault.
  check(fault) {
    const outcome = fault ? { fault } : valueOf(this.option, this.input.value, this.picked);
    const shown = outcome.fault && (fault || this.input.value !== "" || this.form.tried);
    this.node.classList.toggle("invalid", Boolean(shown));
    this.input.setAttribute("aria-invalid", String(Boolean(shown)));
    if (document.activeElement === this.input || fault) this.form.hint(this.option, shown ? outcome.fault : "", boundsOf(this.option));
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
      const exact = choices.some(({ name }) => name.toLowerCase() === typed);
      this.offer(exact ? choices : choices.filter(({ name }) => name.toLowerCase().includes(typed)));
    }
    if (this.option.autocomplete) this.completeSoon();
  }

  completeSoon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(async () => {
      const typed = this.input.value;
      const choices = await this.form.complete(this.option.name, typed);
      if (document.activeElement === this.input && this.input.value === typed && !this.picked) this.offer(choices);
    }, this.input.value ? COMPLETION_DELAY_MS : 0);
  }

  offer(choices) {
    const pick = (choice) => () => this.set(choice.name, choice);
    const items = choices.map((choice) => ({ label: choice.name, pick: pick(choice) }));
    this.form.suggestions.show(this.input, this.option.name, items, this.input.value ? 0 : -1);
  }
}
