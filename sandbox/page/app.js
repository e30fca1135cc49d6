// The page's entry point: loads the state, applies events, and opens channels.

import { loadCommands, loadMessageCommands, loadState, startThread, subscribe } from "./api.js";
import { finishClick } from "./messages/components.js";
import { forgetOriginal } from "./messages/reply_line.js";
import { Composer } from "./commands/composer.js";
import { withSubcommands } from "./commands/subcommands.js";
import { byId } from "./dom.js";
import { isWide } from "./focus.js";
import { setPageLocale } from "./locale.js";
import { askName, openModal } from "./modal_dialog.js";
import { hashOf, isTextBased, renderSidebar } from "./sidebar.js";
import { Timeline } from "./messages/timeline.js";
import { EXAMPLE } from "./messages/welcome.js";
import { prefixOf, titleOf } from "./titles.js";

const TEXT = 0;
const messages = new Map();
const context = { messages, guilds: new Map(), members: new Map(), roles: new Map(), channels: new Map(), me: null, commands: [], messageCommands: [], locale: "", locales: {}, limits: {}, dismissed: new Set(), unread: new Set() };
const timeline = new Timeline(context, fillInExample);
const composer = new Composer(timeline);
let open;

const byObjectId = (objects) => new Map(objects.map((object) => [object.id, object]));

async function refresh() {
  const state = await loadState();
  updateContext(state);
  messages.clear();
  for (const message of state.messages) messages.set(message.id, message);
  byId("connection").hidden = true;
  await openChannel();
}

function updateContext({ guilds, members, roles, channels, me, locale, locales, limits }) {
  Object.assign(context, { me, locale, locales, limits, guilds: byObjectId(guilds), members: byObjectId(members), roles: byObjectId(roles), channels: byObjectId(channels) });
  setPageLocale(locale);
  byId("entry").maxLength = context.limits.content;
}

// Channels, permissions, commands or the visitor's language have changed; messages have not.
async function refreshServers() {
  const before = namesAndTimes();
  updateContext(await loadState());
  if (!context.channels.has(open?.id)) return openChannel();
  open = context.channels.get(open.id);
  renderSidebar(context, open, closeMenu);
  if (!await updateCommands(open)) return;
  composer.setCommands(context.commands);
  if (before !== namesAndTimes()) timeline.refresh();
}

// What rendered messages depend on besides themselves.
const namesAndTimes = () => JSON.stringify([context.locale, context.commands, context.messageCommands]);

// Loads a channel's commands; returns false if another channel has been opened in the meantime.
async function updateCommands({ id }) {
  const [commands, messageCommands] = await Promise.all([loadCommands(id), loadMessageCommands(id)]);
  if (open.id !== id) return false;
  Object.assign(context, { messageCommands, commands: commands.flatMap(withSubcommands) });
  return true;
}

function channelFromHash() {
  try {
    return decodeURIComponent(location.hash.slice(1));
  } catch {
    return ""; // malformed: the first channel is opened
  }
}

async function openChannel() {
  const requested = channelFromHash();
  const available = [...context.channels.values()].filter(isTextBased);
  if (requested && !available.some(({ name }) => name === requested)) updateContext(await loadState()); // a channel just opened
  const channel = [...context.channels.values()].filter(isTextBased).find(({ name }) => name === requested) ?? available[0];
  const changed = open?.id !== channel.id;
  open = channel;
  context.unread.delete(channel.id);
  document.title = `${titleOf(channel)} · Tempera sandbox`;
  byId("channel-name").textContent = channel.name;
  byId("channel-name").dataset.prefix = prefixOf(channel);
  byId("channel-topic").textContent = channel.topic ?? "";
  byId("new-thread").hidden = channel.type !== TEXT;
  renderSidebar(context, channel, closeMenu);
  if (changed) composer.open(channel);
  if (!await updateCommands(channel)) return;
  timeline.open(channel, [...messages.values()].filter((message) => message.channel_id === channel.id));
  if (changed && isWide()) byId("entry").focus();
  composer.setCommands(context.commands);
}

function handle(event) {
  if (["commands_changed", "guilds_changed", "locale_changed"].includes(event.type)) refreshServers();
  else if (event.type.startsWith("message_")) handleMessage(event);
  else handleInteraction(event);
}

function handleMessage({ type, message }) {
  if (type === "message_deleted") removeMessage(message);
  else showMessage(message);
}

function handleInteraction({ type, id, modal }) {
  finishClick(id);
  timeline.acknowledge(id);
  if (type === "interaction_failed") timeline.notify(`pending-${id}`, "The application did not respond.", "failed");
  if (type === "modal_opened") openModal(id, modal, context.limits);
}

function showMessage(message) {
  messages.set(message.id, message);
  if (message.channel_id === open.id) return timeline.show(message);
  context.unread.add(message.channel_id);
  document.querySelector(`a.channel[data-id="${message.channel_id}"]`)?.classList.add("unread");
}

function removeMessage(message) {
  messages.delete(message.id);
  timeline.remove(`message-${message.id}`);
  forgetOriginal(message.id);
}

function fillInExample() {
  const command = context.commands.find(({ name }) => name === EXAMPLE.command);
  if (command) composer.startCommand(command, EXAMPLE.options.map((pair) => pair.join(":")).join(" "));
}

function toggleMenu(shown) {
  document.body.classList.toggle("menu-open", shown);
  const open = document.body.classList.contains("menu-open");
  byId("menu").setAttribute("aria-expanded", String(open));
  if (open) document.querySelector("#channels [aria-current]")?.focus();
}

function closeMenu() {
  if (byId("sidebar").contains(document.activeElement)) byId("menu").focus(); // the focused element is about to be hidden
  toggleMenu(false);
}

byId("menu").addEventListener("click", (event) => {
  event.stopPropagation();
  toggleMenu();
});
byId("new-thread").addEventListener("click", () => askName("New thread", context.limits.thread_name, async (name) => {
  const thread = await startThread(open.id, name);
  location.hash = hashOf(thread);
}));
document.querySelector("main").addEventListener("click", closeMenu);
document.querySelector("main").addEventListener("focusin", closeMenu);
byId("sidebar").addEventListener("keydown", (event) => event.key === "Escape" && closeMenu());
window.addEventListener("hashchange", openChannel);

let ready; // events are applied once the state has loaded
subscribe({
  connected: () => (ready = refresh()),
  lost: () => (byId("connection").hidden = false),
  event: (event) => ready.then(() => handle(event)),
});
