// The sidebar: servers, channels and threads, and the current user with their language and permissions.

import { openDirectMessages, setGuildLocale, setLocale, setPermission, visitor } from "./api.js";
import { avatar, byId, element } from "./dom.js";
import { prefixOf } from "./titles.js";

const CATEGORY = 4;
const THREAD = 11;
const DIRECT = 1;
const PERMISSION_LABELS = { manage_messages: "Manage messages", manage_channels: "Manage channels", manage_server: "Manage server" };

export const isTextBased = (channel) => channel.type !== CATEGORY;
export const hashOf = (channel) => `#${encodeURIComponent(channel.name)}`;

export function renderSidebar(context, open, closeMenu) {
  const focused = focusable().indexOf(document.activeElement);
  const channels = [...context.channels.values()];
  const guild = context.guilds.get(open.guild_id);
  byId("guild-name").textContent = guild?.name ?? "Direct messages";
  byId("guilds").replaceChildren(...[...context.guilds.values()].map((one) => guildLink(one, channels, guild)), directMessagesButton(guild, channels));
  byId("channels").replaceChildren(...rows(channels.filter((channel) => channel.guild_id === open.guild_id), open, context.unread, closeMenu));
  byId("me").replaceChildren(...people(context), languages(context, guild), ...(guild ? [permissions(guild)] : []));
  focusable()[focused]?.focus();
}

const focusable = () => [...byId("sidebar").querySelectorAll("a, button, input, select, summary")];

function guildLink(guild, channels, current) {
  const first = channels.find((channel) => channel.guild_id === guild.id && isTextBased(channel));
  if (!first) return "";
  return element("a", { class: "guild", href: hashOf(first), title: guild.name, "aria-label": guild.name, "aria-current": guild === current && "true" }, guild.name[0]);
}

function directMessagesButton(current, channels) {
  const known = channels.find((channel) => channel.type === DIRECT);
  const open = async () => (location.hash = hashOf(known ?? (await openDirectMessages())));
  return element("button", { type: "button", class: "guild", title: "Direct messages", "aria-label": "Direct messages", "aria-current": !current && "true", onclick: open }, "✉");
}

// Threads are listed below their channel.
function rows(channels, open, unread, closeMenu) {
  const threadsOf = (channel) => channels.filter((one) => one.type === THREAD && one.parent_id === channel.id);
  const above = channels.filter((channel) => channel.type !== THREAD);
  return above.flatMap((channel) => channel.type === CATEGORY ? [element("h2", {}, channel.name)]
    : [channel, ...threadsOf(channel)].map((one) => element("a", {
      href: hashOf(one), "data-id": one.id, "data-prefix": one.type === THREAD ? "↳" : prefixOf(one), class: `channel ${one.type === THREAD ? "thread" : ""} ${unread.has(one.id) ? "unread" : ""}`,
      "aria-current": one.id === open.id && "page", onclick: closeMenu,
    }, one.name)));
}

function people({ members, me }) {
  return [...members.values()].filter((user) => !user.bot).map((user) => element("a", {
    class: "person", href: `?as=${user.username}${location.hash}`, "aria-current": user.username === visitor && "true",
    title: user.id === me.id ? "You" : `Switch to ${user.global_name}`,
  }, avatar(user), element("b", {}, user.global_name)));
}

// The server answers a choice with an event, after which everything is rendered in the new language.
function languages({ locale, locales }, guild) {
  const open = byId("me").querySelector(".languages")?.open ?? false;
  const current = element("b", { lang: locale }, locales[locale]);
  const fields = element("div", {}, languageField("Your language", locales, locale, setLocale),
    guild && languageField("Server language", locales, guild.locale, (code) => setGuildLocale(guild.id, code)));
  const toggle = ({ target }) => {
    if (!target.open) fields.remove();
    else if (!target.contains(fields)) target.append(fields);
  };
  return element("details", { class: "languages", open, ontoggle: toggle }, element("summary", {}, "Language: ", current), open && fields);
}

function languageField(label, locales, chosen, choose) {
  const known = chosen in locales ? locales : { ...locales, [chosen]: chosen };
  const options = Object.entries(known).map(([code, name]) => element("option", { value: code, lang: code, selected: code === chosen }, name));
  return element("label", {}, label, element("select", { lang: chosen, onchange: ({ target }) => choose(target.value) }, ...options));
}

function permissions(guild) {
  if (guild.owner) return element("p", { class: "permissions" }, "You own this server, so you have every permission.");
  const switches = Object.entries(PERMISSION_LABELS).map(([name, label]) => element("label", {},
    element("input", { type: "checkbox", checked: guild.permissions[name], onchange: (event) => setPermission(guild.id, name, event.target.checked) }), label));
  return element("fieldset", { class: "permissions" }, element("legend", {}, "Your permissions"), ...switches);
}
