// Renders Discord's markdown as DOM nodes. At each position the first matching rule wins.

import { element } from "../dom.js";
import { mentionRules } from "./mentions.js";

const tag = (name, inner, attributes = {}) => (m, state) => element(name, attributes, parse(m[inner], inside(state)));
const inside = (state) => ({ ...state, inline: true });
const line = (name, attributes) => (m, state) => element(name, attributes, parse(m.at(-1), inside(state)));
const link = (url, ...text) => element("a", { href: url, target: "_blank", rel: "noopener noreferrer nofollow" }, ...text);

const BLOCKS = [
  [/^ *>>> ([^]*)/, (m, state) => element("blockquote", {}, parse(m[1], { ...state, quoted: true }))],
  [/^(?: *> [^\n]*(?:\n|$))+/, (m, state) => quote(m[0], state)],
  [/^# +([^\n]+)(?:\n|$)/, line("h3", { class: "heading-1" })],
  [/^## +([^\n]+)(?:\n|$)/, line("h4", { class: "heading-2" })],
  [/^### +([^\n]+)(?:\n|$)/, line("h5", { class: "heading-3" })],
  [/^-# +([^\n]+)(?:\n|$)/, line("small", { class: "subtext" })],
  [/^(?: *[-*] +[^\n]+(?:\n|$))+/, (m, state) => list("ul", m[0], state)],
  [/^(?: *\d+\. +[^\n]+(?:\n|$))+/, (m, state) => list("ol", m[0], state)],
];

const INLINE = [
  [/^```(?:([\w+.#-]+)\n)?\n*([^\n][^]*?)\n*```\n?/, (m) => element("pre", {}, element("code", { "data-language": m[1] }, m[2]))],
  [/^\\([^0-9A-Za-z\s])/, (m) => m[1]],
  [/^(`+)([^]*?[^`])\1(?!`)/, (m) => element("code", {}, m[2].replace(/^ (?= *`)|(?<=` *) $/g, ""))],
  ...mentionRules,
  [/^<(https?:\/\/[^\s<>]+)>/, (m) => link(m[1], m[1])],
  [/^https?:\/\/[^\s<]*[^\s<.,:;"')\]*_~|]/, (m) => link(m[0], m[0])],
  [/^\[((?:\\.|[^[\]\\])+)\]\(\s*<?(https?:\/\/[^\s)>]+)>?\s*\)/, (m, state) => link(m[2], ...parse(m[1], inside(state)))],
  [/^\*\*((?:\\[^]|[^\\])+?)\*\*(?!\*)/, tag("strong", 1)],
  [/^__((?:\\[^]|[^\\])+?)__(?!_)/, tag("u", 1)],
  [/^\*(?=\S)((?:\*\*|\\[^]|[^*\\])+?)(?<!\s)\*(?!\*)/, tag("em", 1)],
  [/^_((?:__|\\[^]|[^_\\])+?)_(?![0-9A-Za-z_])/, tag("em", 1)],
  [/^~~([^]+?)~~/, tag("s", 1)],
  [/^\|\|([^]+?)\|\|/, (m, state) => spoiler(parse(m[1], inside(state)))],
  [/^[^]+?(?=[^0-9A-Za-z\s]|\n|https?:|$)/, (m) => m[0]],
  [/^[^]/, (m) => m[0]],
];

export const render = (content, context) => parse(content, { context });

function parse(source, state) {
  const nodes = [];
  let before = "\n";
  while (source) {
    const [match, build] = firstMatch(source, state, before);
    nodes.push(build(match, state));
    before = match[0].at(-1);
    source = source.slice(match[0].length);
  }
  return nodes;
}

function firstMatch(source, state, before) {
  const atLineStart = before === "\n" && !state.inline;
  const blocks = atLineStart ? (state.quoted ? BLOCKS.slice(2) : BLOCKS) : [];
  for (const [pattern, build] of [...blocks, ...INLINE]) {
    const match = pattern.exec(source);
    const insideWord = match?.[0].startsWith("_") && /[0-9A-Za-z]/.test(before) && match[0].length > 1;
    if (match && !insideWord) return [match, build];
  }
}

function quote(source, state) {
  const text = source.replace(/^ *> /gm, "").replace(/\n$/, "");
  return element("blockquote", {}, parse(text, { ...state, quoted: true }));
}

function list(kind, source, state) {
  const items = source.trimEnd().split("\n").map((item) => /^( *)([-*]|\d+\.) +(.*)$/.exec(item));
  const rows = items.map(([, indent, mark, text]) => {
    const row = element("li", { class: `level-${Math.min(indent.length >> 1, 4)}` }, parse(text, inside(state)));
    if (kind === "ol") row.value = parseInt(mark, 10);
    return row;
  });
  return element(kind, {}, rows);
}

function spoiler(children) {
  const reveal = ({ currentTarget: button }) => {
    button.setAttribute("aria-expanded", "true");
    button.removeAttribute("aria-label");
  };
  return element("button", { type: "button", class: "spoiler", "aria-expanded": "false", "aria-label": "Spoiler", onclick: reveal }, children);
}
