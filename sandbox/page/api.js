// The page's calls to its own server, and the stream of what changes there.

export const visitor = new URLSearchParams(location.search).get("as") ?? "alice";

export class Refused extends Error {
  constructor(body) {
    super(body.message);
    this.kind = body.error;
    this.option = body.option;
  }
}

async function send(path, body) {
  const response = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ user: visitor, ...body }),
  });
  if (response.status === 422) throw new Refused(await response.json());
  if (!response.ok) throw new Refused({ message: await response.text() });
  return response.json();
}

const load = async (path) => (await fetch(path)).json();

export const loadState = () => load(`/sandbox/state?as=${visitor}`);
export const loadCommands = (channel) => load(`/sandbox/commands?as=${visitor}&channel=${channel}`);
export const postMessage = (channel, content) => send("/sandbox/messages", { channel, content });
export const runCommand = (channel, command, options) => send("/sandbox/commands", { channel, command, options });
export const complete = (channel, command, option, typed, options) =>
  send("/sandbox/completions", { channel, command, option, typed, options });
export const click = (message, customId, values) => send("/sandbox/clicks", { message, custom_id: customId, values });
export const submitForm = (form, values) => send("/sandbox/forms", { form, values });
export const startThread = (channel, name) => send("/sandbox/threads", { channel, name });
export const converse = () => send("/sandbox/conversations", {});
export const useDiscordIn = (locale) => send("/sandbox/locales", { locale });
export const permit = (guild, permission, allowed) => send("/sandbox/permissions", { guild, permission, allowed });

// `connected` runs at the start and after every reconnection, so that nothing missed stays missed.
export function follow({ connected, lost, event }) {
  const source = new EventSource(`/sandbox/events?as=${visitor}`);
  source.onopen = connected;
  source.onerror = lost;
  source.onmessage = (message) => event(JSON.parse(message.data));
}
