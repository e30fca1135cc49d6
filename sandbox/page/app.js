// Brings the page to life: what is there, what changes, and which channel is open.

import { follow, loadCommands, loadState, startThread } from "./api.js";
import { settle } from "./messages/components.js";
import { Composer } from "./commands/composer.js";
import { byId } from "./dom.js";
import { askName, openForm } from "./modal_dialog.js";
import { addressOf, canHoldText, drawSideBar } from "./sidebar.js";
import { Timeline } from "./messages/timeline.js";
import { signOf, titleOf } from "./titles.js";

const TEXT = 0;
const context = { guilds: new Map(), members: new Map(), roles: new Map(), channels: new Map(), me: null, locale: "", locales: {}, dismissed: new Set(), unread: new Set() };
const messages = new Map();
const timeline = new Timeline(context, useExample);
const composer = new Composer(timeline);
let open;

const index = (things) => new Map(things.map((thing) => [thing.id, thing]));

async function refresh() {
  const state = await loadState();
  know(state);
  messages.clear();
  for (const message of state.messages) messages.set(message.id, message);
  byId("connection").hidden = true;
  await openChannel();
}

function know({ guilds, members, roles, channels, ...own }) {
  Object.assign(context, own, { guilds: index(guilds), members: index(members), roles: index(roles), channels: index(channels) });
}

// Channels, permissions or commands are others than before; the messages stay.
async function refreshServers() {
  know(await loadState());
  if (!context.channels.has(open?.id)) return openChannel();
  open = context.channels.get(open.id);
  drawSideBar(context, open, closeMenu);
  await learnCommands(open);
}

// Nobody waits for the commands of a channel that has been left meanwhile.
async function learnCommands({ id }) {
  const commands = await loadCommands(id);
  if (open.id === id) composer.know(commands);
}

function channelInAddress() {
  try {
    return decodeURIComponent(location.hash.slice(1));
  } catch {
    return ""; // no name can be read from it: the first channel is opened
  }
}

async function openChannel() {
  const wanted = channelInAddress();
  const places = [...context.channels.values()].filter(canHoldText);
  if (wanted && !places.some(({ name }) => name === wanted)) know(await loadState()); // a conversation just begun
  const channel = [...context.channels.values()].filter(canHoldText).find(({ name }) => name === wanted) ?? places[0];
  const changed = open?.id !== channel.id;
  open = channel;
  context.unread.delete(channel.id);
  document.title = `${titleOf(channel)} · Tempera sandbox`;
  byId("channel-name").textContent = channel.name;
  byId("channel-name").dataset.sign = signOf(channel);
  byId("channel-topic").textContent = channel.topic ?? "";
  byId("new-thread").hidden = channel.type !== TEXT;
  drawSideBar(context, channel, closeMenu);
  timeline.open(channel, [...messages.values()].filter((message) => message.channel_id === channel.id));
  if (changed) composer.open(channel);
  if (changed && matchMedia("(min-width: 700px)").matches) byId("entry").focus();
  await learnCommands(channel);
}

function take(event) {
  if (event.type === "commands_changed" || event.type === "guilds_changed") refreshServers();
  else if (event.type.startsWith("message_")) takeMessage(event);
  else takeAnswer(event);
}

function takeMessage({ type, message }) {
  if (type === "message_deleted") forget(message);
  else arrive(message);
}

function takeAnswer({ type, id, form }) {
  settle(id);
  timeline.take(id);
  if (type === "interaction_failed") timeline.notify(`pending-${id}`, "The application did not respond.", "failed");
  if (type === "form_opened") openForm(id, form, () => {});
}

function arrive(message) {
  messages.set(message.id, message);
  if (message.channel_id === open.id) return timeline.show(message);
  context.unread.add(message.channel_id);
  document.querySelector(`a.channel[data-id="${message.channel_id}"]`)?.classList.add("unread");
}

function forget(message) {
  messages.delete(message.id);
  timeline.drop(`message-${message.id}`);
}

function useExample() {
  const command = composer.commands.find(({ name }) => name === "generate");
  if (!command) return;
  const form = composer.startCommand(command);
  const field = (name) => form.fields.find(({ option }) => option.name === name)
    ?? form.addField(command.options.find((option) => option.name === name));
  field("prompt").set("ROMEO:");
  field("temperature").set("0.8");
  field("prompt").input.focus();
}

function toggleMenu(shown) {
  document.body.classList.toggle("menu-open", shown);
  const open = document.body.classList.contains("menu-open");
  byId("menu").setAttribute("aria-expanded", String(open));
  if (open) document.querySelector("#channels [aria-current]")?.focus();
}

function closeMenu() {
  if (byId("sidebar").contains(document.activeElement)) byId("menu").focus(); // it hides with the side bar
  toggleMenu(false);
}

byId("menu").addEventListener("click", (event) => {
  event.stopPropagation();
  toggleMenu();
});
byId("new-thread").addEventListener("click", () => askName("New thread", "Name", async (name) => {
  const thread = await startThread(open.id, name);
  location.hash = addressOf(thread);
}));
document.querySelector("main").addEventListener("click", closeMenu);
document.querySelector("main").addEventListener("focusin", closeMenu);
byId("sidebar").addEventListener("keydown", (event) => event.key === "Escape" && closeMenu());
window.addEventListener("hashchange", openChannel);

let ready; // events wait for the state that they change
follow({
  connected: () => (ready = refresh()),
  lost: () => (byId("connection").hidden = false),
  event: (event) => ready.then(() => take(event)),
});
