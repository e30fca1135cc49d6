// Validates a command's options, as Discord's client does before it sends the command.

import { labelOf, numeral } from "../locale.js";

export const STRING = 3;
export const INTEGER = 4;
export const BOOLEAN = 5;
export const NUMBER = 10;

const BOOLEAN_CHOICES = [{ name: "True", value: true }, { name: "False", value: false }];

export const isNumeric = (option) => option.type === INTEGER || option.type === NUMBER;
export const choicesOf = (option) => (option.type === BOOLEAN ? BOOLEAN_CHOICES : option.choices ?? []);

export function boundsOf(option) {
  const [minimum, maximum] = isNumeric(option) ? [option.min_value, option.max_value] : [option.min_length, option.max_length];
  const unit = isNumeric(option) ? "" : " characters";
  if (minimum != null && maximum != null) return `${numeral(minimum)} to ${numeral(maximum)}${unit}`;
  if (minimum != null) return `at least ${numeral(minimum)}${unit}`;
  return maximum != null ? `at most ${numeral(maximum)}${unit}` : "";
}

// Returns { value } or { error }; the value is undefined for an optional field left empty.
export function valueOf(option, text, picked, limits) {
  if (text === "") return option.required ? { error: "This option is required." } : {};
  const choices = choicesOf(option);
  if (picked && labelOf(picked) === text) return { value: picked.value };
  if (choices.length) return choiceOf(choices, text);
  if (isNumeric(option)) return numberOf(option, text.trim().replace(",", "."));
  return textOf(option, text, limits);
}

function choiceOf(choices, text) {
  const named = (nameOf) => choices.find((one) => nameOf(one).toLowerCase() === text.toLowerCase());
  const choice = named(labelOf) ?? named(({ name }) => name);
  return choice ? { value: choice.value } : { error: "Choose an option from the list." };
}

// The index of the choice that Enter takes: one that was typed completes to itself, and a number that is none of them stays.
export function preselected(option, choices, text) {
  if (text === "") return -1;
  const exact = choices.findIndex((choice) => [labelOf(choice), choice.name, String(choice.value)].some((one) => one.toLowerCase() === text.toLowerCase()));
  const isNumber = isNumeric(option) && !numberOf(option, text.trim().replace(",", ".")).error;
  return exact >= 0 || isNumber ? exact : 0;
}

function numberOf(option, text) {
  const number = Number(text);
  if (text === "" || !Number.isFinite(number)) return { error: "This must be a number." };
  if (option.type === INTEGER && !Number.isInteger(number)) return { error: "This must be a whole number." };
  const tooLow = option.min_value != null && number < option.min_value;
  const tooHigh = option.max_value != null && number > option.max_value;
  return tooLow || tooHigh ? { error: `This must be ${boundsOf(option)}.` } : { value: number };
}

function textOf(option, text, limits) {
  const length = [...text].length;
  const tooShort = length < (option.min_length ?? 0);
  const tooLong = length > (option.max_length ?? limits.string_option);
  return tooShort || tooLong ? { error: `This must be ${boundsOf(option)}.` } : { value: text };
}
