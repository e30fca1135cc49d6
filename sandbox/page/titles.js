// Channel titles: DMs start with @, all other channels with #.

const DIRECT = 1;

export const prefixOf = (channel) => channel.type === DIRECT ? "@" : "#";
export const titleOf = (channel) => `${prefixOf(channel)}${channel.name}`;
