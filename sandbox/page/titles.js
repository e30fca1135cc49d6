// How places are called: a conversation with @, everything else with #.

const DIRECT = 1;

export const signOf = (channel) => channel.type === DIRECT ? "@" : "#";
export const titleOf = (channel) => `${signOf(channel)}${channel.name}`;
