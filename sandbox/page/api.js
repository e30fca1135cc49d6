// The page's HTTP requests, and its stream of events.

export const visitor = new URLSearchParams(location.search).get("as") ?? "alice";

export class SandboxError extends Error {
  constructor(body) {
    super(body.message);
    this.option = body.option;
  }
}

async function send(path, body) {
  const response = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ user: visitor, ...body }),
  });
  if (response.status === 422) throw new SandboxError(await response.json());
  if (!response.ok) throw new SandboxError({ message: await response.text() });
  return response.json();
}

const load = async (path) => (await fetch(path)).json();

export const loadState = () => load(`/sandbox/state?as=${visitor}`);
export const loadCommands = (channel) => load(`/sandbox/commands?as=${visitor}&channel=${channel}`);
export const loadMessageCommands = (channel) => load(`/sandbox/commands?as=${visitor}&channel=${channel}&type=3`);
export const invokeOnMessage = (message, command) => send("/sandbox/message-commands", { message, command });
export const postMessage = (channel, content) => send("/sandbox/messages", { channel, content });
export const invokeCommand = (channel, command, options) => send("/sandbox/commands", { channel, command, options });
export const autocomplete = (channel, command, option, typed, options) =>
  send("/sandbox/autocomplete", { channel, command, option, typed, options });
export const click = (message, customId, values) => send("/sandbox/clicks", { message, custom_id: customId, values });
export const submitModal = (modal, values) => send("/sandbox/modals", { modal, values });
export const startThread = (channel, name) => send("/sandbox/threads", { channel, name });
export const openDirectMessages = () => send("/sandbox/direct-messages", {});
export const setLocale = (locale) => send("/sandbox/locales", { locale });
export const setGuildLocale = (guild, locale) => send("/sandbox/guild-locales", { guild, locale });
export const setPermission = (guild, permission, allowed) => send("/sandbox/permissions", { guild, permission, allowed });

// `connected` runs at the start and after every reconnection, to load what was missed.
export function subscribe({ connected, lost, event }) {
  const source = new EventSource(`/sandbox/events?as=${visitor}`);
  source.onopen = connected;
  source.onerror = lost;
  source.onmessage = (message) => event(JSON.parse(message.data));
}
