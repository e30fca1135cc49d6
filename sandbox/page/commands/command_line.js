// Reads a command line, such as the pasted "/generate prompt:ROMEO: temperature:0.5", in the visitor's words or plain ones.

import { labelOf } from "../locale.js";

// Returns the command that the text begins with, and the rest of the text; or null.
export function commandOf(commands, text) {
  const line = text.trimStart();
  const begins = (name) => line.startsWith(`/${name}`) && /\s/.test(line.charAt(name.length + 1));
  for (const nameOf of [labelOf, ({ name }) => name]) {
    const command = commands.find((one) => begins(nameOf(one)));
    if (command) return { command, rest: line.slice(nameOf(command).length + 2) };
  }
  return null;
}

// Returns [option, text] pairs; text before the first named option is the first option's value.
export function optionTexts(options, text) {
  const line = text.replace(/\s*\n\s*/g, " ");
  const marks = options.map((option) => ({ option, mark: firstMark(option, line) })).filter(({ mark }) => mark).sort((a, b) => a.mark.index - b.mark.index);
  const named = marks.map(({ option, mark }, i) => [option, line.slice(mark.index + mark[0].length, marks[i + 1]?.mark.index).trim()]);
  const before = line.slice(0, marks[0]?.mark.index).trim();
  return before && options.length ? [[options[0], before], ...named] : named;
}

const firstMark = (option, line) => new RegExp(`(?<!\\S)(?:${labelOf(option)}|${option.name}):`).exec(line);
