// Reads a command line, such as the pasted "/generate prompt:ROMEO: temperature:0.5".

// Returns the command that the text begins with, and the rest of the text; or null.
export function commandOf(commands, text) {
  const line = text.trimStart();
  const command = commands.find(({ name }) => line.startsWith(`/${name}`) && /\s/.test(line.charAt(name.length + 1)));
  return command ? { command, rest: line.slice(command.name.length + 2) } : null;
}

// Returns [option, text] pairs; text before the first named option is the first option's value.
export function optionTexts(options, text) {
  const line = text.replace(/\s*\n\s*/g, " ");
  const marks = options.map((option) => ({ option, mark: firstMark(option, line) })).filter(({ mark }) => mark).sort((a, b) => a.mark.index - b.mark.index);
  const named = marks.map(({ option, mark }, i) => [option, line.slice(mark.index + mark[0].length, marks[i + 1]?.mark.index).trim()]);
  const before = line.slice(0, marks[0]?.mark.index).trim();
  return before && options.length ? [[options[0], before], ...named] : named;
}

const firstMark = ({ name }, line) => new RegExp(`(?<!\\S)${name}:`).exec(line);
