// Mentions, timestamps and emoji in Discord's markdown. Only mentions that ping are highlighted.

import { element } from "../dom.js";
import { locale } from "../locale.js";
import { timestamp } from "./time.js";

const mention = (text, pings) => element("span", { class: pings ? "mention pings" : "mention" }, text);

export const mentionRules = [
  [/^<@!?(\d+)>/, (m, { context }) => userMention(m[1], context)],
  [/^<@&(\d+)>/, (m, { context }) => roleMention(m[1], context)],
  [/^<#(\d+)>/, (m, { context }) => channelMention(m[1], context)],
  [/^@(?:everyone|here)\b/, (m, { context }) => mention(m[0], context.message.mention_everyone)],
  [/^<\/([-\w ]+):\d+>/, (m) => element("span", { class: "slash" }, `/${m[1]}`)],
  [/^<t:(-?\d{1,13})(?::([tTdDfFR]))?>/, (m) => element("time", { class: "stamp", lang: locale }, timestamp(Number(m[1]), m[2]))],
  [/^<a?:(\w{2,32}):\d+>/, (m) => element("span", { class: "emoji" }, `:${m[1]}:`)],
];

function userMention(id, { members, message }) {
  const user = members.get(id);
  return mention(user ? `@${user.global_name}` : "@unknown-user", message.mentions.some((one) => one.id === id));
}

function roleMention(id, { roles, message }) {
  const role = roles.get(id);
  return mention(role ? `@${role.name}` : "@unknown-role", message.mention_roles.includes(id));
}

function channelMention(id, { channels }) {
  const channel = channels.get(id);
  return channel ? element("a", { class: "mention channel", href: `#${channel.name}` }, `#${channel.name}`) : "#unknown";
}
