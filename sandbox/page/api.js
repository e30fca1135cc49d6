// The page's calls to its own server, and the stream of what changes there.

const visitor = new URLSearchParams(location.search).get("as") ?? "alice";

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

export const loadState = async () => (await fetch(`/sandbox/state?as=${visitor}`)).json();
export const postMessage = (channel, content) => send("/sandbox/messages", { channel, content });
export const runCommand = (channel, command, options) => send("/sandbox/commands", { channel, command, options });
export const complete = (channel, command, option, typed, options) =>
  send("/sandbox/completions", { channel, command, option, typed, options });

// `connected` runs at the start and after every reconnection, so that nothing missed stays missed.
export function follow({ connected, lost, event }) {
  const source = new EventSource(`/sandbox/events?as=${visitor}`);
  source.onopen = connected;
  source.onerror = lost;
  source.onmessage = (message) => event(JSON.parse(message.data));
}
