// The side bar: servers, their channels and threads, and who is looking at them with which permissions.

import { converse, permit, useDiscordIn, visitor } from "./api.js";
import { avatar, byId, element } from "./dom.js";
import { signOf } from "./titles.js";

const CATEGORY = 4;
const THREAD = 11;
const DIRECT = 1;
const WORDS = { manage_messages: "Manage messages", manage_channels: "Manage channels", manage_server: "Manage server" };

export const canHoldText = (channel) => channel.type !== CATEGORY;
export const addressOf = (channel) => `#${encodeURIComponent(channel.name)}`;

export function drawSideBar(context, open, closeMenu) {
  const focused = stops().indexOf(document.activeElement);
  const channels = [...context.channels.values()];
  const guild = context.guilds.get(open.guild_id);
  byId("guild-name").textContent = guild?.name ?? "Direct messages";
  byId("guilds").replaceChildren(...[...context.guilds.values()].map((one) => guildLink(one, channels, guild)), conversationLink(guild, channels));
  byId("channels").replaceChildren(...rows(channels.filter((channel) => channel.guild_id === open.guild_id), open, context.unread, closeMenu));
  byId("me").replaceChildren(...people(context), language(context), ...(guild ? [powers(guild)] : []));
  stops()[focused]?.focus();
}

const stops = () => [...byId("sidebar").querySelectorAll("a, button, input, summary")];

function guildLink(guild, channels, current) {
  const first = channels.find((channel) => channel.guild_id === guild.id && canHoldText(channel));
  if (!first) return "";
  return element("a", { class: "guild", href: addressOf(first), title: guild.name, "aria-label": guild.name, "aria-current": guild === current && "true" }, guild.name[0]);
}

function conversationLink(current, channels) {
  const known = channels.find((channel) => channel.type === DIRECT);
  const open = async () => (location.hash = addressOf(known ?? (await converse())));
  return element("button", { type: "button", class: "guild", title: "Direct messages", "aria-label": "Direct messages", "aria-current": !current && "true", onclick: open }, "✉");
}

// Threads stand under their channel.
function rows(channels, open, unread, closeMenu) {
  const threadsOf = (channel) => channels.filter((one) => one.type === THREAD && one.parent_id === channel.id);
  const above = channels.filter((channel) => channel.type !== THREAD);
  return above.flatMap((channel) => channel.type === CATEGORY ? [element("h2", {}, channel.name)]
    : [channel, ...threadsOf(channel)].map((one) => element("a", {
      href: addressOf(one), "data-id": one.id, "data-sign": one.type === THREAD ? "↳" : signOf(one), class: `channel ${one.type === THREAD ? "thread" : ""} ${unread.has(one.id) ? "unread" : ""}`,
      "aria-current": one.id === open.id && "page", onclick: closeMenu,
    }, one.name)));
}

function people({ members, me }) {
  return [...members.values()].filter((user) => !user.bot).map((user) => element("a", {
    class: "person", href: `?as=${user.username}${location.hash}`, "aria-current": user.username === visitor && "true",
    title: user.id === me.id ? "You" : `Look at it as ${user.global_name}`,
  }, avatar(user), element("b", {}, user.global_name)));
}

function language(context) {
  const choices = Object.entries(context.locales).map(([code, name]) => element("option", { value: code, selected: code === context.locale }, name));
  const chosen = element("b", {}, context.locales[context.locale]);
  const choose = ({ target }) => {
    useDiscordIn(context.locale = target.value);
    chosen.textContent = context.locales[target.value];
  };
  const select = element("select", { "aria-label": "Your language", onchange: choose }, ...choices);
  const unfold = ({ target }) => (target.open ? target.append(select) : select.remove());
  return element("details", { class: "language", ontoggle: unfold }, element("summary", {}, "You use Discord in ", chosen));
}

function powers(guild) {
  if (guild.owner) return element("p", { class: "powers" }, "You own this server: you may do everything.");
  const switches = Object.entries(WORDS).map(([name, words]) => element("label", {},
    element("input", { type: "checkbox", checked: guild.permissions[name], onchange: (event) => permit(guild.id, name, event.target.checked) }), words));
  return element("fieldset", { class: "powers" }, element("legend", {}, "You may"), ...switches);
}
