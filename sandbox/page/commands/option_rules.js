// What Discord's client checks of an option before it sends a command.

export const STRING = 3;
export const INTEGER = 4;
export const BOOLEAN = 5;
export const NUMBER = 10;

const TRUTH = [{ name: "True", value: true }, { name: "False", value: false }];

export const isNumeric = (option) => option.type === INTEGER || option.type === NUMBER;
export const choicesOf = (option) => (option.type === BOOLEAN ? TRUTH : option.choices ?? []);

export function boundsOf(option) {
  const [least, most] = isNumeric(option) ? [option.min_value, option.max_value] : [option.min_length, option.max_length];
  const unit = isNumeric(option) ? "" : " characters";
  if (least != null && most != null) return `${least} to ${most.toLocaleString("en")}${unit}`;
  if (least != null) return `at least ${least}${unit}`;
  return most != null ? `at most ${most.toLocaleString("en")}${unit}` : "";
}

// Returns { value } or { fault }; value is undefined for an optional field left empty.
export function valueOf(option, text, picked) {
  if (text === "") return option.required ? { fault: "This option is required." } : {};
  const choices = choicesOf(option);
  if (picked?.name === text) return { value: picked.value };
  if (choices.length) return choiceOf(choices, text);
  if (isNumeric(option)) return numberOf(option, text.trim().replace(",", "."));
  return textOf(option, text);
}

function choiceOf(choices, text) {
  const choice = choices.find(({ name }) => name.toLowerCase() === text.toLowerCase());
  return choice ? { value: choice.value } : { fault: "Choose one of the list." };
}

function numberOf(option, text) {
  const number = Number(text);
  if (text === "" || !Number.isFinite(number)) return { fault: "This must be a number." };
  if (option.type === INTEGER && !Number.isInteger(number)) return { fault: "This must be a whole number." };
  const low = option.min_value != null && number < option.min_value;
  const high = option.max_value != null && number > option.max_value;
  return low || high ? { fault: `This must be ${boundsOf(option)}.` } : { value: number };
}

function textOf(option, text) {
  const length = [...text].length;
  const short = length < (option.min_length ?? 0);
  const long = length > (option.max_length ?? 6000);
  return short || long ? { fault: `This must be ${boundsOf(option)}.` } : { value: text };
}
