// Brings the page to life: what is there, what changes, and which channel is open.

import { follow, loadState } from "./api.js";
import { Composer } from "./composer.js";
import { avatar, byId, element } from "./dom.js";
import { Timeline } from "./timeline.js";

const context = { members: new Map(), roles: new Map(), channels: new Map(), me: null, dismissed: new Set() };
const messages = new Map();
const timeline = new Timeline(context, useExample);
const composer = new Composer(timeline);
let open;

const index = (things) => new Map(things.map((thing) => [thing.id, thing]));
const textChannels = () => [...context.channels.values()].filter((channel) => channel.type === 0);

async function refresh() {
  const state = await loadState();
  Object.assign(context, { members: index(state.members), roles: index(state.roles), channels: index(state.channels), me: state.me });
  composer.know(state.commands);
  messages.clear();
  for (const message of state.messages) messages.set(message.id, message);
  byId("guild-name").textContent = state.guild.name;
  byId("me").replaceChildren(avatar(state.me), element("b", {}, state.me.global_name), element("small", {}, `@${state.me.username}`));
  drawChannels(state.channels);
  byId("connection").hidden = true;
  openChannel();
}

function drawChannels(channels) {
  const rows = channels.map((channel) => channel.type === 4
    ? element("h2", {}, channel.name)
    : element("a", { href: `#${channel.name}`, class: "channel", "data-id": channel.id, onclick: closeMenu }, channel.name));
  byId("channels").replaceChildren(...rows);
}

function openChannel() {
  const wanted = decodeURIComponent(location.hash.slice(1));
  const channel = textChannels().find(({ name }) => name === wanted) ?? textChannels()[0];
  const changed = open?.id !== channel.id;
  open = channel;
  document.title = `#${channel.name} · Tempera sandbox`;
  byId("channel-name").textContent = channel.name;
  byId("channel-topic").textContent = channel.topic ?? "";
  for (const row of document.querySelectorAll("a.channel[data-id]")) {
    if (row.dataset.id === channel.id) row.setAttribute("aria-current", "page");
    else row.removeAttribute("aria-current");
    if (row.dataset.id === channel.id) row.classList.remove("unread");
  }
  timeline.open(channel, [...messages.values()].filter((message) => message.channel_id === channel.id));
  if (changed) composer.open(channel);
  if (changed && matchMedia("(min-width: 700px)").matches) byId("entry").focus();
}

function take(event) {
  if (event.type === "commands_changed") composer.know(event.commands);
  else if (event.type === "interaction_failed") timeline.notify(`pending-${event.id}`, "The application did not respond.", "failed");
  else if (event.type === "message_deleted") forget(event.message);
  else arrive(event.message);
}

function arrive(message) {
  messages.set(message.id, message);
  if (message.channel_id === open.id) timeline.show(message);
  else document.querySelector(`a.channel[data-id="${message.channel_id}"]`)?.classList.add("unread");
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
  byId("menu").setAttribute("aria-expanded", String(document.body.classList.contains("menu-open")));
}

function closeMenu() {
  toggleMenu(false);
}

byId("menu").addEventListener("click", (event) => {
  event.stopPropagation();
  toggleMenu();
});
document.querySelector("main").addEventListener("click", closeMenu);
window.addEventListener("hashchange", openChannel);

let ready; // events wait for the state that they change
follow({
  connected: () => (ready = refresh()),
  lost: () => (byId("connection").hidden = false),
  event: (event) => ready.then(() => take(event)),
});
