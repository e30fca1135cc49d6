// Expands commands into their subcommands, by their full names.

import { labelOf, langOf } from "../locale.js";

const SUBCOMMAND = 1;
const GROUP = 2;

export function withSubcommands(command) {
  const parts = (command.options ?? []).filter(({ type }) => type === SUBCOMMAND || type === GROUP);
  return parts.length ? parts.flatMap((part) => withSubcommands(within(command, part))) : [command];
}

function within(command, part) {
  const translated = langOf(command) || langOf(part);
  return { ...part, name: `${command.name} ${part.name}`, name_localized: translated ? `${labelOf(command)} ${labelOf(part)}` : undefined };
}
