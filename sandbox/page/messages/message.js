// A message as an <article>: rendered once, then updated in place.

import { attachmentView } from "./attachments.js";
import { componentViews } from "./components.js";
import { avatar, element } from "../dom.js";
import { embedView } from "./embeds.js";
import { keepingFocus } from "../focus.js";
import { locale, named } from "../locale.js";
import { render } from "./markdown.js";
import { messageMenu } from "./message_menu.js";
import { nameControl, nameOf } from "./names.js";
import { replyLine } from "./reply_line.js";
import { messageTime } from "./time.js";

const EPHEMERAL = 1 << 6;
const LOADING = 1 << 7;
const CONTEXT_MENU_COMMAND = 23;
const CONTROLS = ".apps button, .extras :is(button, a.link, select), .files :is(a, button), .privacy button";

export const isLoading = (message) => Boolean(message.flags & LOADING);

export function messageView(message, context, failed) {
  const content = element("div", { class: "content" });
  const files = element("div", { class: "files" });
  const extras = element("div", { class: "extras" });
  const view = element("article", { id: `message-${message.id}`, class: "message", "data-interaction": message.interaction_metadata?.id },
    message.interaction && invocationLine(message, context),
    message.message_reference && replyLine(message.message_reference, context),
    avatar(message.author),
    element("div", { class: "body" }, authorLine(message, messageMenu(message, context, failed)), content, files, extras, Boolean(message.flags & EPHEMERAL) && privacyLine(message, context)));
  view.classList.toggle("ephemeral", Boolean(message.flags & EPHEMERAL));
  view.update = (changed) => {
    update(view, content, files, changed, context);
    updateExtras(extras, changed, context, failed);
    view.setAttribute("aria-label", nameOf(changed, context));
    for (const control of view.querySelectorAll(CONTROLS)) nameControl(control, message);
  };
  view.update(message);
  return view;
}

function update(view, content, files, message, context) {
  const loading = isLoading(message);
  view.setAttribute("aria-busy", String(loading));
  view.classList.toggle("pings-me", pingsMe(message, context.me));
  content.replaceChildren(...(loading ? [thinking(message.author)] : textOf(message, context)));
  content.normalize();
  const ids = message.attachments.map((file) => file.id).join();
  if (files.dataset.ids !== ids) files.replaceChildren(...message.attachments.map(attachmentView));
  files.dataset.ids = ids;
}

// Embeds and components are rendered again only when they change, so that a button keeps its focus while text streams in.
function updateExtras(extras, message, context, failed) {
  const rendered = JSON.stringify([message.embeds, message.components]);
  if (extras.rendered === rendered) return;
  extras.rendered = rendered;
  const scope = { message, context, failed };
  const views = [...message.embeds.map((embed) => embedView(embed, { ...context, message })), ...componentViews(scope)];
  keepingFocus(extras, () => extras.replaceChildren(...views));
}

function textOf(message, context) {
  const nodes = render(message.content, { ...context, message });
  if (!message.edited_timestamp) return nodes;
  const edited = element("small", { class: "edited" }, " (edited)");
  if (nodes.at(-1)?.className === "subtext") nodes.at(-1).append(edited);
  else nodes.push(edited);
  return nodes;
}

const pingsMe = (message, me) => message.mention_everyone || message.mentions.some((user) => user.id === me.id);

function invocationLine({ type, interaction: { name, user } }, { commands, messageCommands }) {
  const chosen = type === CONTEXT_MENU_COMMAND;
  const command = (chosen ? messageCommands : commands).find((one) => one.name === name) ?? { name };
  return element("p", { class: "used" }, avatar(user, "small"), element("b", {}, user.global_name), "used",
    named("span", command, { class: "slash" }, chosen ? "" : "/"));
}

function authorLine({ author, timestamp }, menu) {
  const sent = new Date(timestamp);
  return element("p", { class: "author" }, element("b", {}, author.global_name),
    author.bot && element("span", { class: "tag" }, "BOT"),
    element("time", { datetime: timestamp, title: sent.toLocaleString(locale), lang: locale }, messageTime(sent)), menu);
}

function thinking(author) {
  const dots = element("span", { class: "dots", "aria-hidden": "true" }, ...[1, 2, 3].map(() => element("i")));
  return element("span", { class: "thinking" }, dots, `${author.global_name} is thinking…`);
}

function privacyLine(message, context) {
  const dismiss = ({ target }) => {
    const view = target.closest(".message");
    context.dismissed.add(message.id);
    keepingFocus(view, () => view.remove());
  };
  return element("p", { class: "privacy" }, "Only you can see this · ",
    element("button", { type: "button", class: "quiet", onclick: dismiss }, "Dismiss message"));
}

export function notice(id, text, kind) {
  return element("article", { id, class: `message notice ${kind}`, "aria-label": text }, element("div", { class: "body" }, text));
}
